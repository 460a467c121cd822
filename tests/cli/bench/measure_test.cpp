// The engine under measurement is in the state that a row names, and figures are put together rightly.
#include "cli/bench/measure.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace lazaret::bench {
namespace {

TEST(bench_subject, all_traffic_is_of_bound_accounts_and_readable) {
  constexpr std::uint32_t kAccounts = 10'000;
  for (const Kind kind : kKinds) {
    Subject subject(kAccounts);
    const Stream stream(kind, kAccounts);
    for (std::uint64_t n = kFirstPacket; n < kFirstPacket + kRepliesWithin; n += kBurst) subject.burst(stream, n);
    const Counters& c = subject.counters();
    EXPECT_EQ(c.packets, kRepliesWithin);
    EXPECT_EQ(subject.passed(), c.packets) << "nobody is quarantined";
    EXPECT_EQ(c.not_ip + c.malformed + c.fragments + c.unbound + c.spoofed + c.bindings_refused, 0u);
    if (kind == Kind::bulk) {
      EXPECT_EQ(c.unmatched_replies, 0u) << "no detector has anything to look at";
    }
  }
}

TEST(bench_subject, quarantines_the_share_that_is_asked_for) {
  constexpr std::uint32_t kAccounts = 1000;
  Subject subject(kAccounts);
  const Stream stream(Kind::bulk, kAccounts);
  const auto passed_of_1000 = [&] {
    const std::uint64_t before = subject.passed(), packets = subject.counters().packets;
    for (std::uint64_t n = kFirstPacket; n < kFirstPacket + kPeriod * 4; n += kBurst) subject.burst(stream, n);
    return 1000 * static_cast<double>(subject.passed() - before) /
           static_cast<double>(subject.counters().packets - packets);
  };
  EXPECT_EQ(passed_of_1000(), 1000);
  subject.quarantine(1);
  EXPECT_EQ(subject.quarantined(), 10u);
  EXPECT_NEAR(passed_of_1000(), 990, 3) << "all of bulk is web";
  subject.quarantine(20);
  EXPECT_EQ(subject.quarantined(), 200u);
  EXPECT_NEAR(passed_of_1000(), 800, 12);
  subject.quarantine(20);
  EXPECT_EQ(subject.quarantined(), 200u);
}

TEST(bench_measure, figures_are_medians_and_the_ratio_that_of_neighbours) {
  // The machine is three times slower for a while: both feel it, and no ratio does.
  const std::vector<Turn> turns = {{{30, 3, 0}, {10, 1, 0}},
                                   {{90, 3, 0.5}, {30, 1, 0.25}},
                                   {{96, 4, 0.5}, {32, 1, 0.25}},
                                   {{28, 2, 0}, {7, 1, 0}},
                                   {{32, 3, 0.1}, {16, 2, 0}}};
  const Figures f = summarize(turns);
  EXPECT_DOUBLE_EQ(f.engine.ns, 32);
  EXPECT_DOUBLE_EQ(f.floor.ns, 16);
  EXPECT_DOUBLE_EQ(f.ratio, 3);
  EXPECT_DOUBLE_EQ(f.ratio_low, 2);
  EXPECT_DOUBLE_EQ(f.ratio_high, 4);
  EXPECT_DOUBLE_EQ(f.engine.cache_misses, 3);
  EXPECT_DOUBLE_EQ(f.floor.cache_misses, 1);
  EXPECT_DOUBLE_EQ(f.engine.disturbed, 0.1);
  EXPECT_DOUBLE_EQ(summarize(std::span(turns).first(2)).engine.ns, 60)
      << "of an even number, the middle of the middle two";
}

TEST(bench_measure, engine_and_floor_take_turns_over_one_stream) {
  constexpr std::uint32_t kAccounts = 1000;
  Subject subject(kAccounts);
  Floor floor(kAccounts);
  const Figures f = compare(subject, floor, Stream(Kind::mix, kAccounts), {.repeat = 3, .chunk_ms = 1}, CacheMisses{});
  EXPECT_GT(f.floor.ns, 0);
  EXPECT_GT(f.engine.ns, 0);
  EXPECT_GE(f.ratio, f.ratio_low);
  EXPECT_LE(f.ratio, f.ratio_high);
  EXPECT_GE(subject.counters().packets, kRepliesWithin);
  EXPECT_GT(floor.touched(), 0u);
}

TEST(bench_measure, cache_misses_are_counted_or_it_says_why_not) {
  const CacheMisses misses;
  const std::uint64_t before = misses.read();
  Floor floor(1U << 20);
  const Stream stream(Kind::bulk, 1U << 20);
  for (unsigned i = 0; i < 1000; ++i) floor.burst(stream, kFirstPacket + i * kBurst);
  if (misses.why_not().empty()) {
    EXPECT_GT(misses.read(), before) << "a table of 64 MiB fits in no cache";
  } else {
    EXPECT_GT(misses.why_not().size(), 5u);
    EXPECT_EQ(misses.read(), 0u);
  }
}

}  // namespace
}  // namespace lazaret::bench
