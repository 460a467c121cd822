// The core allocates in its constructors and never again, whatever it is told to do.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/conductor/conductor.hpp"
#include "core/steering.hpp"
#include "tests/laws/allocations.hpp"
#include "tests/laws/laws.hpp"

namespace lazaret::laws {
namespace {

TEST(Allocation, EngineAllocatesNothingAfterConstruction) {
  std::set<std::int64_t> profiles;
  std::array<bool, kChannels> channels{};
  std::size_t feeds = 0, names = 0, quarantines = 0, lost = 0, classes = 0;
  for (unsigned seed = 1; seed <= seeds(60, 30); ++seed) {
    Stream s = compose({.seed = 140'000 + seed});
    if (seed % 5 == 0) s.limits.events = 3;  // full tables too
    std::size_t sum = 0;
    const auto machine = counted(engine(), sum)(s);
    Dice cuts(seed);
    const Record r = play(*machine, s, seed % 2 == 0 ? as_large_as_may_be() : at_random(cuts));
    ASSERT_EQ(sum, 0U) << "seed " << seed;
    // What was on.
    profiles.insert(s.policy.quarantine_profile), feeds += s.feed != nullptr;
    for (const Event& e : r.events) {
      if (e.kind == EventKind::reason) channels[static_cast<unsigned>(e.channel)] = true;
      quarantines += e.kind == EventKind::quarantined, classes += e.kind == EventKind::classified;
    }
    names += static_cast<std::size_t>(
        std::count_if(s.commands.begin(), s.commands.end(), [](auto& c) { return c.kind == CommandKind::popular; }));
    lost += r.counters.events_lost;
  }
  EXPECT_EQ(profiles.size(), 6U) << "every profile";
  EXPECT_GE(std::count(channels.begin(), channels.end(), true), kChannels - 3) << "nearly every channel had its say";
  EXPECT_TRUE(feeds > 0 && names > 0 && quarantines > 0 && lost > 0 && classes > 0)
      << feeds << " " << names << " " << quarantines << " " << lost << " " << classes;
}

TEST(Allocation, SteeringAndConductorAllocateNothingAfterConstruction) {
  std::set<CommandKind> answers;
  std::set<EventKind> said;
  for (unsigned seed = 1; seed <= seeds(40, 20); ++seed) {
    Stream s = compose({.seed = 150'000 + seed, .accounts = 6, .tight_limits = false});
    if (seed % 2 == 0) s.policy.fuse_max_quarantines = 1;
    const auto machine = engine()(s);
    Steering steering(s.limits, s.seed, 3);
    Conductor conductor(s.policy, s.limits);
    const Record r = play(*machine, s, as_large_as_may_be());
    std::vector<Event> events = r.events;
    std::sort(events.begin(), events.end(), in_canonical_order);
    const std::vector<PacketView> packets = s.views();
    std::size_t sum = 0, before = allocations(), c = 0;
    unsigned owners = 0;
    for (const Command& command : s.commands) steering.apply(command);
    for (const PacketView& p : packets) owners |= 1U << steering.owner(p);
    sum += allocations() - before;
    for (std::size_t i = 0; i < events.size();) {
      const Timestamp boundary = epoch_end(s.policy, events[i].at);
      std::size_t end = i;
      while (end < events.size() && events[end].at < boundary) ++end;
      before = allocations();
      for (; c < s.commands.size() && s.commands[c].at < boundary; ++c) conductor.apply(s.commands[c]);
      const Conductor::Answer a = conductor.step(boundary, {events.data() + i, end - i});
      sum += allocations() - before;
      for (const Command& command : a.commands) answers.insert(command.kind);
      for (const Event& e : a.events) said.insert(e.kind);
      i = end;
    }
    ASSERT_EQ(sum, 0U) << "seed " << seed;
    EXPECT_GT(owners, 1U);
  }
  EXPECT_EQ(answers, (std::set{CommandKind::approve, CommandKind::hold, CommandKind::popular}));
  EXPECT_EQ(said, (std::set{EventKind::fuse_blown, EventKind::fuse_reset, EventKind::enforcement_stopped,
                            EventKind::enforcement_resumed}));
}

TEST(Allocation, NoticesAMachineThatAllocates) {
  const Stream s = compose({.seed = 140'001});
  std::size_t sum = 0;
  const auto machine = counted(reference(), sum)(s);
  (void)play(*machine, s, as_large_as_may_be());
  EXPECT_GT(sum, 0U);
}

}  // namespace
}  // namespace lazaret::laws
