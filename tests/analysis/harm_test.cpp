#include "analysis/harm.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/made_run.hpp"

namespace lazaret {
namespace {

using made::Making;

TEST(Harm, BeforeDuringAndBetween) {
  Making making(2, 600);
  making.run.scenario.infections = {{.behaviour = "spam_bot", .homes = 1, .rate_per_min = 30}};
  making.infect(1, 60).quarantine(1, 120).event(1, 240, EventKind::deferred, State::deferred);
  making.outcome(1, 70, 0.1, "direct_smtp", "ok", true).outcome(1, 80, 0.1, "direct_smtp", "failed", true);
  making.outcome(1, 130, 0.1, "direct_smtp", "refused", true).outcome(1, 250, 0.1, "direct_smtp", "ok", true);
  making.outcome(2, 70, 0.1, "probe", "timeout", false);
  const lazaret::Run run = making.done();
  const auto harms = tally_harm(Timeline(run), run);
  ASSERT_EQ(harms.size(), 1U) << "the clean home's contact is no harm";
  const Harm& h = harms[0];
  EXPECT_EQ(h.before.attempts, 2U);
  EXPECT_EQ(h.before.ok, 1U);
  EXPECT_EQ(h.restricted.attempts, 1U);
  EXPECT_EQ(h.restricted.ok, 0U);
  EXPECT_EQ(h.between.attempts, 1U);
  EXPECT_EQ(h.attempts(), 4U);
  EXPECT_EQ(h.ok(), 2U);
  ASSERT_EQ(h.minutes.size(), 10U);
  EXPECT_EQ(h.minutes[1].open.attempts, 2U);
  EXPECT_EQ(h.minutes[2].restricted.attempts, 1U);
  EXPECT_DOUBLE_EQ(h.minutes[0].intended, 0);
  EXPECT_DOUBLE_EQ(h.minutes[1].intended, 30);
}

TEST(Harm, PlannedGoesOnAsIfNobodyHadCleaned) {
  Making making(1, 180);
  making.run.scenario.infections = {{.behaviour = "scanner", .homes = 3, .rate_per_min = 40}};
  making.infect(1, 30, 60, "scanner").outcome(1, 31, 0.1, "probe", "timeout", true);
  const lazaret::Run run = making.done();
  const auto harms = tally_harm(Timeline(run), run);
  ASSERT_EQ(harms.size(), 1U);
  EXPECT_DOUBLE_EQ(harms[0].minutes[0].intended, 20);
  EXPECT_DOUBLE_EQ(harms[0].minutes[2].intended, 40);
}

}  // namespace
}  // namespace lazaret
