#include "analysis/detection.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/made_run.hpp"

namespace lazaret {
namespace {

using made::Making;

Detection scored(Making& making) { return score_detection(Timeline(making.done())); }

TEST(Detection, CaughtMissedAndTheTimeBetween) {
  Making making(10, 3600);
  making.infect(1, 100).quarantine(1, 140);
  making.infect(2, 100).quarantine(2, 160);
  making.infect(3, 3500);
  making.infect(4, 100, 200, "scanner").quarantine(4, 130);
  const Detection d = scored(making);
  EXPECT_EQ(d.accounts, 10U);
  EXPECT_EQ(d.infected, 4U);
  EXPECT_EQ(d.caught, 3U);
  ASSERT_EQ(d.behaviours.size(), 2U);
  EXPECT_EQ(d.behaviours[0].behaviour, "scanner");
  EXPECT_EQ(d.behaviours[0].median_s, 30);
  EXPECT_EQ(d.behaviours[1].share.k, 2U);
  EXPECT_EQ(d.behaviours[1].share.n, 3U);
  EXPECT_EQ(d.behaviours[1].median_s, 60) << "a third, still waiting after 100 s, counts as waiting";
  ASSERT_EQ(d.missed.size(), 1U);
  EXPECT_EQ(d.missed[0].account, 3U);
  EXPECT_EQ(d.missed[0].followed_s, 100);
  EXPECT_FALSE(d.missed[0].cleaned);
  EXPECT_TRUE(d.wrong.entries.empty());
}

TEST(Detection, AQuarantineBeforeTheInfectionDoesNotCountForIt) {
  Making making(1, 3600);
  making.quarantine(1, 100).event(1, 200, EventKind::probation_began, State::probation).infect(1, 1000);
  const Detection d = scored(making);
  EXPECT_EQ(d.caught, 0U);
  ASSERT_EQ(d.wrong.entries.size(), 1U);
  EXPECT_TRUE(d.wrong.entries[0].ever_infected);
}

TEST(Detection, HeldAlreadyWhenTheInfectionBeginsIsCaughtAtOnce) {
  Making making(1, 3600);
  making.quarantine(1, 100).infect(1, 500);
  EXPECT_EQ(scored(making).all.median_s, 0);
}

TEST(Detection, AQuarantineAfterCleaningIsWrong) {
  Making making(2, 86400);
  making.infect(1, 100, 500).quarantine(1, 600);
  const Detection d = scored(making);
  EXPECT_EQ(d.caught, 0U);
  ASSERT_EQ(d.missed.size(), 1U);
  EXPECT_TRUE(d.missed[0].cleaned);
  EXPECT_EQ(d.wrong.accounts, 1U);
  EXPECT_EQ(d.wrong.clean_accounts_held, 0U) << "it was infected once";
}

TEST(Detection, WrongQuarantinesPerCleanAccountDay) {
  Making making(10, 86400);
  making.quarantine(1, 43200);  // never infected, held for half a day
  const Detection d = scored(making);
  EXPECT_EQ(d.wrong.entries.size(), 1U);
  EXPECT_EQ(d.wrong.clean_accounts, 10U);
  EXPECT_EQ(d.wrong.clean_accounts_held, 1U);
  EXPECT_NEAR(d.wrong.exposure_days, 9.5, 1e-9) << "held time is not at risk";
  EXPECT_NEAR(d.wrong.per_account_day, 1 / 9.5, 1e-9);
  EXPECT_NEAR(d.wrong.interval.low, 0.02532 / 9.5, 1e-5);
  EXPECT_NEAR(d.wrong.interval.high, 5.5716 / 9.5, 1e-4);
  EXPECT_NEAR(d.wrong.upper95, 4.7439 / 9.5, 1e-4);
  EXPECT_NEAR(d.wrong.hours_never_infected, 12, 1e-9);
}

TEST(Detection, WithoutWrongQuarantinesTheBoundIsTheRuleOfThree) {
  Making making(10, 86400);
  const Detection d = scored(making);
  EXPECT_EQ(d.wrong.per_account_day, 0);
  EXPECT_NEAR(d.wrong.upper95, 2.9957 / 10, 1e-5);
  EXPECT_EQ(d.share.n, 0U);
}

TEST(Detection, HeldOnAfterCleaningCountsAsHoursNotAsAWrongQuarantine) {
  Making making(1, 36000);
  making.infect(1, 100, 3800).quarantine(1, 200).event(1, 7400, EventKind::probation_began, State::probation);
  const Detection d = scored(making);
  EXPECT_TRUE(d.wrong.entries.empty());
  EXPECT_NEAR(d.wrong.hours_after_cleaning, 1, 1e-9);
  EXPECT_EQ(d.wrong.hours_never_infected, 0);
}

}  // namespace
}  // namespace lazaret
