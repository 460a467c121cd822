// Random epochs: the conductor against the naive one, which is also told to go wrong in each way it knows, and must be
// noticed.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "core/conductor/conductor.hpp"
#include "core/hash.hpp"
#include "tests/core/naive_conductor.hpp"

namespace lazaret {
namespace {

/// SplitMix64, so that every machine draws the same.
struct Dice {
  std::uint64_t state;
  std::uint64_t below(std::uint64_t n) { return mix(0, ++state) % n; }
  bool chance(unsigned percent) { return below(100) < percent; }
};

struct Seen {
  int isp_blown = 0, node_blown = 0, reset = 0, stopped = 0, uncounted = 0, popular = 0, approved = 0, held = 0;
};

/// The first difference between the conductor and the naive one on a stream drawn from `seed`, or nothing. The
/// conductor is not stepped where it need not be, and is now and then kept and restored.
std::optional<std::string> difference(std::uint64_t seed, naive::Slip slip, Seen& seen) {
  Dice dice{seed * 1'000'003};
  Policy p;
  p.fuse_max_quarantines = static_cast<std::int64_t>(dice.below(8));
  p.fuse_interval_s = 2 + static_cast<std::int64_t>(dice.below(20));
  p.fuse_node_floor = static_cast<std::int64_t>(dice.below(4));
  p.fuse_node_share = static_cast<double>(dice.below(11)) / 10;
  p.dns_popular_accounts = 1 + static_cast<std::int64_t>(dice.below(5));
  p.dns_popular_share = static_cast<double>(dice.below(6)) / 10;
  p.memory_window_s = 3 + static_cast<std::int64_t>(dice.below(20));
  // Little room for names, or much, for one account and for all.
  const Limits limits{.accounts = 16,
                      .counted_names = dice.chance(50) ? 256 : 1 + static_cast<std::uint32_t>(dice.below(4)),
                      .names_per_account = dice.chance(50) ? 32 : 1 + static_cast<std::uint32_t>(dice.below(3))};
  auto conductor = std::make_unique<Conductor>(p, limits);
  naive::Conductor reference(p, limits, slip);
  constexpr EventKind kKinds[] = {EventKind::quarantine_proposed, EventKind::quarantine_proposed,
                                  EventKind::name_failed,         EventKind::name_failed,
                                  EventKind::node_joined,         EventKind::bound,
                                  EventKind::classified,          EventKind::quarantined};
  const std::int64_t start = static_cast<std::int64_t>(dice.below(100'000));
  for (std::int64_t epoch = start; epoch < start + 150; ++epoch) {
    const Timestamp boundary = Timestamp{} + milliseconds(500 * (epoch + 1));
    bool told = false;
    while (dice.chance(12)) {
      Command c;
      constexpr CommandKind kCommands[] = {CommandKind::reset_fuse,         CommandKind::reset_fuse,
                                           CommandKind::resume_enforcement, CommandKind::resume_enforcement,
                                           CommandKind::stop_enforcement,   CommandKind::popular};
      c.kind = kCommands[dice.below(6)];
      told = conductor->apply(c) || told;
      reference.apply(c);
    }
    std::vector<Event> events(dice.chance(40) ? 0 : dice.below(7));
    for (Event& e : events) {
      e.at = boundary - milliseconds(1 + static_cast<std::int64_t>(dice.below(500)));
      e.account = {1 + static_cast<std::uint32_t>(dice.below(12))};
      e.sequence = static_cast<std::uint32_t>(dice.chance(20) ? 0 : 1 + dice.below(1000));
      e.kind = kKinds[dice.below(8)];
      e.node = static_cast<std::uint16_t>(dice.below(4));
      e.observed = static_cast<std::int64_t>(dice.below(5)) - (e.kind == EventKind::name_failed ? 2 : 0);
      if (e.kind == EventKind::node_joined) e.observed = e.node;
      e.limit = static_cast<std::int64_t>(dice.below(4));
    }
    std::sort(events.begin(), events.end(), in_canonical_order);
    const naive::Answer wanted = reference.step(boundary, events);
    naive::Answer got;
    if (told || !events.empty()) {
      const Conductor::Answer a = conductor->step(boundary, events);
      got.commands.assign(a.commands.begin(), a.commands.end());
      got.events.assign(a.events.begin(), a.events.end());
    }
    const std::string where = "seed " + std::to_string(seed) + ", epoch " + std::to_string(epoch - start);
    if (got.events != wanted.events) return where + ": other events";
    const auto same = [](const Command& a, const Command& b) {
      return a.at == b.at && a.kind == b.kind && a.issuer == b.issuer && a.account == b.account && a.key == b.key;
    };
    if (!std::equal(got.commands.begin(), got.commands.end(), wanted.commands.begin(), wanted.commands.end(), same))
      return where + ": other commands";
    for (const Event& e : got.events) {
      seen.isp_blown += e.kind == EventKind::fuse_blown && e.node == 0;
      seen.node_blown += e.kind == EventKind::fuse_blown && e.node != 0;
      seen.reset += e.kind == EventKind::fuse_reset;
      seen.stopped += e.kind == EventKind::enforcement_stopped;
      seen.uncounted += e.kind == EventKind::names_uncounted;
    }
    for (const Command& c : got.commands) {
      seen.popular += c.kind == CommandKind::popular;
      seen.approved += c.kind == CommandKind::approve;
      seen.held += c.kind == CommandKind::hold;
    }
    if (dice.chance(3)) {
      const std::vector<std::uint8_t> kept = conductor->snapshot();
      conductor = std::make_unique<Conductor>(p, limits);
      if (const char* why = conductor->restore(kept)) return where + ": " + why;
    }
  }
  return std::nullopt;
}

TEST(ConductorAgainstTheNaiveOne, SaysTheSameOnRandomEpochs) {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto d = difference(seed, naive::Slip::none, seen);
    ASSERT_FALSE(d) << *d;
  }
  for (const int n : {seen.isp_blown, seen.node_blown, seen.reset, seen.stopped, seen.uncounted, seen.popular,
                      seen.approved, seen.held})
    EXPECT_GT(n, 300) << "the streams must have all of it";
}

class NoticesASlip : public testing::TestWithParam<int> {};
TEST_P(NoticesASlip, OnOneOfThoseStreams) {
  Seen seen;
  bool noticed = false;
  for (std::uint64_t seed = 1; seed <= 300 && !noticed; ++seed)
    noticed = difference(seed, static_cast<naive::Slip>(GetParam()), seen).has_value();
  EXPECT_TRUE(noticed);
}
INSTANTIATE_TEST_SUITE_P(Each, NoticesASlip, testing::Range(1, static_cast<int>(naive::Slip::last)));

}  // namespace
}  // namespace lazaret
