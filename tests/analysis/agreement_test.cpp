#include "analysis/agreement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/analysis/made_run.hpp"

namespace lazaret {
namespace {

using made::Making;
using testing::AllOf;
using testing::HasSubstr;

Agreement agreed(Making& a, Making& b) { return std::get<Agreement>(compare_runs(a.done(), b.done())); }

TEST(Agreement, SetsTimesAndFamilies) {
  Making a(10, 3600), b(10, 3600);
  for (std::uint32_t account = 1; account <= 4; ++account) {
    a.infect(account, 100).quarantine(account, 140 + account);
    b.infect(account, 100).quarantine(account, 140 + account * 2);
  }
  a.infect(5, 100).quarantine(5, 200);
  b.infect(5, 100).event(5, 300, EventKind::notified, State::notified, 0, false, 3 * kNat);
  b.quarantine(6, 1000);
  const Agreement found = agreed(a, b);
  EXPECT_EQ(found.both, 4U);
  EXPECT_EQ(found.only_a, 1U);
  EXPECT_EQ(found.only_b, 1U);
  EXPECT_NEAR(found.share, 4.0 / 6, 1e-12);
  EXPECT_FALSE(found.holds());
  EXPECT_EQ(found.median_difference_s, 2);
  EXPECT_EQ(found.p90_difference_s, 4);
  EXPECT_EQ(found.most_difference_s, 4);
  EXPECT_EQ(found.same_families, 4U);
  const auto differ = found.disagreements();
  ASSERT_EQ(differ.size(), 2U);
  EXPECT_EQ(differ[0].account, 5U);
  EXPECT_THAT(differ[0].cause, AllOf(HasSubstr("notified with 3.0 nat at 05:00"), HasSubstr("20.0 nat at 03:20")));
  EXPECT_EQ(differ[1].account, 6U);
  EXPECT_THAT(differ[1].cause, AllOf(HasSubstr("not infected"), HasSubstr("no threshold was reached")));
  EXPECT_EQ(differ[1].behaviour, "");
}

// Each way in which an account stays open is a sentence of its own.
TEST(Agreement, EveryDisagreementHasItsCause) {
  Making a(10, 3600), b(10, 3600);
  for (std::uint32_t account = 1; account <= 5; ++account) a.infect(account, 100).quarantine(account, 3580);
  b.infect(1, 100).event(1, 3590, EventKind::quarantine_held, State::notified, 0, false, 8 * kNat);
  b.infect(2, 100).event(2, 3590, EventKind::quarantine_proposed, State::proposed, 0, false, 8 * kNat);
  b.infect(3, 100).event(3, 3590, EventKind::operator_asked, State::notified, 0, false, 8 * kNat);
  b.infect(4, 100, 3000);
  b.infect(5, 100);
  const auto differ = agreed(a, b).disagreements();
  ASSERT_EQ(differ.size(), 5U);
  EXPECT_THAT(differ[0].cause, HasSubstr("the fuse held it back at 59:50"));
  EXPECT_THAT(differ[1].cause, HasSubstr("proposed at 59:50, not answered"));
  EXPECT_THAT(differ[2].cause, HasSubstr("an operator was asked"));
  EXPECT_THAT(differ[3].cause, HasSubstr("cleaned at 50:00"));
  EXPECT_THAT(differ[4].cause, AllOf(HasSubstr("no threshold"), HasSubstr("the run's end came 20 s after")));
}

TEST(Agreement, OnlyThePartOfAStoryBeforeTheQuarantineIsCompared) {
  Making a(2, 3600), b(2, 3600);
  a.infect(1, 0).quarantine(1, 100);
  b.infect(1, 0).quarantine(1, 100).event(1, 200, EventKind::reason, State::quarantined);
  EXPECT_EQ(agreed(a, b).same_families, 1U);
  b.event(1, 50, EventKind::reason, State::watched);
  EXPECT_EQ(agreed(a, b).same_families, 0U);
}

TEST(Agreement, NothingHeldAgrees) {
  Making a(2, 3600), b(2, 3600);
  const Agreement found = agreed(a, b);
  EXPECT_TRUE(found.holds());
  EXPECT_FALSE(found.median_difference_s);
}

TEST(Agreement, RunsOfOtherHomesAreNoPair) {
  Making a(2, 3600), b(3, 3600), c(2, 3600);
  c.run.manifest.seed = 8;
  const lazaret::Run one = a.done();
  EXPECT_THAT(std::get<Problem>(compare_runs(one, b.done())).message, HasSubstr("accounts 2 against 3"));
  EXPECT_THAT(std::get<Problem>(compare_runs(one, c.done())).message, HasSubstr("seed 7 against 8"));
}

// R: ks.test(c(1,2,3,4), c(3,4,5,6,7)) gives D = 0.6; Smirnov's table for large samples: 5 % at 1.358 sqrt((n+m)/nm).
TEST(KolmogorovSmirnov, DistanceAndCriticalValue) {
  EXPECT_NEAR(kolmogorov_smirnov({4, 1, 3, 2}, {3, 4, 5, 6, 7}).distance, 0.6, 1e-12);
  EXPECT_EQ(kolmogorov_smirnov({}, {1}).p, 1);
  std::vector<double> a, b;
  for (int i = 0; i < 10000; ++i) a.push_back(i), b.push_back(i);
  EXPECT_NEAR(kolmogorov_smirnov(a, b).p, 1, 1e-12);
  const auto shift = static_cast<int>(std::lround(1.358 * std::sqrt(2.0 / 10000) * 10000));
  for (double& x : b) x += shift;
  EXPECT_NEAR(kolmogorov_smirnov(a, b).p, 0.05, 0.002);
}

TEST(Agreement, JsonHoldsTheKeysThatScriptsRelyOn) {
  Making a(3, 3600), b(3, 3600);
  a.infect(1, 100).quarantine(1, 150);
  b.infect(1, 100);
  const auto document = nlohmann::json::parse(to_json(agreed(a, b)));
  EXPECT_EQ(document.at("holds"), false);
  EXPECT_EQ(document.at("agreement"), 0);
  EXPECT_EQ(document.at("only_a"), 1);
  EXPECT_EQ(document.at("accounts").at(0).at("a").at("quarantined_s"), 150);
  EXPECT_TRUE(document.at("accounts").at(0).at("b").at("quarantined_s").is_null());
  EXPECT_NE(document.at("accounts").at(0).at("cause"), "");
  EXPECT_TRUE(document.at("median_difference_s").is_null());
}

}  // namespace
}  // namespace lazaret
