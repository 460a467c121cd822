#include "analysis/leakage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace lazaret {
namespace {

// By hand: of the nine pairs 7 in order and one tie; placements (1, 5/6, 2/3) and (1, 1, 1/2), DeLong's variance.
TEST(Auc, ByHand) {
  const double bots[] = {5, 3, 2.5}, clean[] = {1, 2, 3};
  const Auc a = auc(bots, clean);
  EXPECT_NEAR(a.value, 7.5 / 9, 1e-12);
  const double variance = (1.0 / 36 + 1.0 / 36) / 2 / 3 + (1.0 / 36 + 1.0 / 36 + 1.0 / 9) / 2 / 3;
  EXPECT_NEAR(a.interval.low, 7.5 / 9 - 1.959964 * std::sqrt(variance), 1e-6);
}

TEST(Auc, Ends) {
  const double low[] = {1, 2}, high[] = {3, 4}, same[] = {1, 1};
  EXPECT_EQ(auc(high, low).value, 1);
  EXPECT_EQ(auc(low, high).value, 0);
  EXPECT_EQ(auc(same, same).value, 0.5);
  EXPECT_EQ(auc({}, low).interval.high, 1);
}

TEST(FlowMarks, EachFeatureHasItsOwnBins) {
  FlowMark mark{7, false, 6, 63, 0xc6120007, 40001, 1'234'567'890, 60};
  const auto features = features_of(mark);
  const std::set<unsigned> distinct(features.begin(), features.end());
  EXPECT_EQ(distinct.size(), features.size());
  EXPECT_LT(*distinct.rbegin(), kMarkFeatures);
  const auto changed = [&](auto change) {
    FlowMark other = mark;
    change(other);
    const auto now = features_of(other);
    int differ = 0;
    for (std::size_t i = 0; i < now.size(); ++i) differ += now[i] != features[i] ? 1 : 0;
    return differ;
  };
  EXPECT_EQ(changed([](FlowMark& m) { m.hops = 62; }), 1);
  EXPECT_EQ(changed([](FlowMark& m) { m.source_port += 1; }), 1);
  EXPECT_EQ(changed([](FlowMark& m) { m.source_port ^= 0x8000; }), 1);
  EXPECT_EQ(changed([](FlowMark& m) { m.start_ns += 50'000'000; }), 1);
  EXPECT_EQ(changed([](FlowMark& m) { m.octets += 1; }), 1);
  EXPECT_EQ(changed([](FlowMark& m) { m.octets += 4; }), 0) << "how much is said is behaviour";
  EXPECT_EQ(changed([](FlowMark& m) { m.address ^= 1; }), 1);
  EXPECT_EQ(changed([](FlowMark& m) { m.infected = true; }), 0) << "the answer is no feature";
  mark.hops = 255, mark.source_port = 65535, mark.start_ns = 999'999'999, mark.octets = 3, mark.address = 0xffffffff;
  for (const unsigned f : features_of(mark)) EXPECT_LT(f, kMarkFeatures);
}

}  // namespace
}  // namespace lazaret
