#include "analysis/timeline.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/made_run.hpp"

namespace lazaret {
namespace {

using made::Making;

TEST(Timeline, StatesFollowOneAnotherWithoutGaps) {
  Making making(2, 1000);
  making.quarantine(1, 101).event(1, 200, EventKind::deferred, State::deferred, 2);
  making.event(1, 500, EventKind::deferral_lapsed, State::quarantined, 2);
  const Timeline timeline(making.done());
  const auto& states = timeline.of(1).states;
  ASSERT_EQ(states.size(), 5U);
  EXPECT_EQ(states.front().from_s, 0);
  EXPECT_EQ(states.back().to_s, 1000);
  for (std::size_t i = 1; i < states.size(); ++i) EXPECT_EQ(states[i].from_s, states[i - 1].to_s);
  EXPECT_EQ(states[1].state, State::proposed);
  EXPECT_EQ(states[3].state, State::deferred);
  EXPECT_EQ(timeline.of(2).states.size(), 1U);
}

TEST(Timeline, ProposedAndApprovedAtOneInstantLeavesNoEmptySpan) {
  Making making(1, 100);
  making.event(1, 10, EventKind::quarantine_proposed, State::proposed)
      .event(1, 10, EventKind::quarantined, State::quarantined);
  const Timeline timeline(making.done());
  ASSERT_EQ(timeline.of(1).states.size(), 2U);
  EXPECT_EQ(timeline.of(1).states[1].state, State::quarantined);
  EXPECT_EQ(timeline.of(1).states[1].from_s, 10);
}

TEST(Timeline, RestrictionsThatFollowEachOtherAreOneForThoseInside) {
  Making making(1, 1000);
  making.quarantine(1, 100).event(1, 200, EventKind::remediation_began, State::remediating);
  making.event(1, 300, EventKind::probation_began, State::probation);
  AttemptCounts counts;
  for (const Event& event : making.done().events) counts.hear(event);
  const auto standing = [&counts](std::uint32_t account, double from_s, double to_s) {
    return counts.standing(account, from_s, to_s);
  };
  using Held = std::pair<Phase, bool>;
  EXPECT_EQ(standing(1, 150, 250), Held(Phase::restricted, false));
  EXPECT_EQ(standing(1, 250, 310), Held(Phase::restricted, true));
  EXPECT_EQ(standing(1, 90, 110), Held(Phase::before, true));
  EXPECT_EQ(standing(1, 50, 400), Held(Phase::before, true)) << "open at both ends, restricted between";
  EXPECT_EQ(standing(1, 300, 400), Held(Phase::open_again, false));
  EXPECT_EQ(standing(1, 10, 20), Held(Phase::before, false));
  EXPECT_EQ(standing(77, 10, 20), Held(Phase::before, false)) << "an account that nobody named";
}

TEST(Timeline, EntriesKnowTruthAndRelapse) {
  Making making(1, 1000);
  making.infect(1, 50, 400).quarantine(1, 100).event(1, 200, EventKind::probation_began, State::probation);
  making.quarantine(1, 300, 3, true).event(1, 450, EventKind::probation_began, State::probation).quarantine(1, 500);
  const Timeline timeline(making.done());
  const auto& entries = timeline.of(1).entries;
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_TRUE(entries[0].infected);
  EXPECT_FALSE(entries[0].relapse);
  EXPECT_TRUE(entries[1].relapse);
  EXPECT_FALSE(entries[2].infected) << "cleaned at 400";
  EXPECT_TRUE(entries[2].relapse) << "from probation, even where the event did not say so";
}

TEST(Timeline, SecondsAddUpToTheRun) {
  Making making(1, 1000);
  making.infect(1, 50, 400).quarantine(1, 100).event(1, 600, EventKind::probation_began, State::probation);
  const Timeline timeline(making.done());
  const AccountLine& line = timeline.of(1);
  EXPECT_DOUBLE_EQ(line.seconds(true, false), 50);
  EXPECT_DOUBLE_EQ(line.seconds(true, true), 300);
  EXPECT_DOUBLE_EQ(line.seconds(false, true), 200);
  EXPECT_DOUBLE_EQ(line.seconds(false, false), 450);
}

TEST(Timeline, AnInfectionCleanedAfterTheEndWasStillThere) {
  Making making(1, 1000);
  making.infect(1, 900, 1200);
  const Timeline timeline(making.done());
  EXPECT_FALSE(timeline.of(1).infections[0].cleaned);
  EXPECT_EQ(timeline.of(1).infections[0].to_s, 1000);
}

}  // namespace
}  // namespace lazaret
