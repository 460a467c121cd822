#include "analysis/people.hpp"

#include <gtest/gtest.h>

#include "core/command.hpp"
#include "tests/analysis/made_run.hpp"

namespace lazaret {
namespace {

using made::Making;

People tallied(Making& making) {
  const lazaret::Run run = making.done();
  return tally_people(Timeline(run), run);
}

TEST(People, AFalseClaimCaughtAgainAndOneThatWasNot) {
  Making making(4, 1000);
  making.infect(1, 50).quarantine(1, 100).act(1, 150, "saw_page", "", true).act(1, 160, "chose", "already", true);
  making.event(1, 160, EventKind::probation_began, State::probation).quarantine(1, 190, 3, true);
  making.infect(2, 50).quarantine(2, 100).act(2, 160, "chose", "already", true);
  making.event(2, 160, EventKind::probation_began, State::probation);
  making.infect(3, 50, 150).quarantine(3, 100).act(3, 160, "chose", "already", false);
  making.event(3, 160, EventKind::probation_began, State::probation);
  const People p = tallied(making);
  EXPECT_EQ(p.claims_false, 2U);
  EXPECT_EQ(p.claims_true, 1U);
  EXPECT_EQ(p.false_caught_again, 1U);
  EXPECT_EQ(p.relapses, 1U);
  EXPECT_EQ(p.median_to_recatch_s, 30);
  EXPECT_EQ(p.accounts_quarantined, 3U);
  EXPECT_EQ(p.accounts_saw_page, 1U);
  EXPECT_FALSE(p.median_to_page_s.has_value()) << "one of three saw it";
}

TEST(People, AQuarantineAfterTheInfectionEndedIsNoCatchOfTheClaim) {
  Making making(1, 1000);
  making.infect(1, 50, 300).quarantine(1, 100).act(1, 160, "chose", "already", true);
  making.event(1, 160, EventKind::probation_began, State::probation).quarantine(1, 500, 3, true);
  EXPECT_EQ(tallied(making).false_caught_again, 0U);
}

TEST(People, WhoWasToldFirstAndWhoDisputedIt) {
  Making making(5, 3000);
  making.event(1, 50, EventKind::notified, State::notified).quarantine(1, 100);
  making.event(1, 150, EventKind::appealed, State::quarantined);
  making.event(1, 200, EventKind::operator_released, State::clear, 0, false,
               static_cast<std::int64_t>(ReleaseReason::appeal_upheld));
  making.quarantine(2, 100).event(2, 500, EventKind::operator_released, State::clear);
  making.event(2, 900, EventKind::notified, State::notified).event(2, 950, EventKind::unwatched, State::clear);
  making.event(3, 60, EventKind::administrator_notified, State::notified).quarantine(3, 900);
  making.event(4, 60, EventKind::operator_asked, State::notified)
      .event(4, 90, EventKind::operator_asked, State::notified);
  const People p = tallied(making);
  EXPECT_EQ(p.notified, 2U);
  EXPECT_EQ(p.notified_then_quarantined, 1U) << "account 2 was told after its quarantine";
  EXPECT_EQ(p.administrators_told, 1U);
  EXPECT_EQ(p.operators_asked, 1U) << "an account, not a question";
  EXPECT_EQ(p.appeals, 1U);
  EXPECT_EQ(p.operator_releases, 2U);
}

TEST(People, LaterRunsOut) {
  Making making(2, 3000);
  making.infect(1, 50).quarantine(1, 100, 2);
  making.event(1, 200, EventKind::deferred, State::deferred, 1)
      .event(1, 500, EventKind::deferral_lapsed, State::quarantined, 1);
  making.event(1, 600, EventKind::deferred, State::deferred, 0)
      .event(1, 900, EventKind::deferral_lapsed, State::quarantined, 0);
  making.event(1, 950, EventKind::choice_refused, State::quarantined, 0, false,
               static_cast<std::int64_t>(Choice::later));
  const People p = tallied(making);
  EXPECT_EQ(p.deferrals, 2U);
  EXPECT_EQ(p.deferrals_lapsed, 2U);
  EXPECT_EQ(p.later_used_up, 1U);
  EXPECT_EQ(p.held_without_later, 1U);
  EXPECT_EQ(p.refused_later, 1U);
  EXPECT_EQ(p.refused_now, 0U);
}

TEST(People, APolicyWithoutLaterNeverRanOutOfIt) {
  Making making(1, 1000);
  making.run.scenario.policy.quarantine_later_max = 0;
  making.infect(1, 50).quarantine(1, 100, 0);
  EXPECT_EQ(tallied(making).held_without_later, 0U);
}

TEST(People, ChoicesViewsAndCleaning) {
  Making making(1, 1000);
  making.infect(1, 50, 300).quarantine(1, 100).act(1, 120, "saw_page", "", true).act(1, 125, "ignored", "", true);
  making.act(1, 150, "saw_page", "", true).act(1, 160, "chose", "now", true);
  making.event(1, 160, EventKind::remediation_began, State::remediating);
  making.act(1, 200, "cleaning_failed", "", true).act(1, 250, "chose", "now", true).act(1, 300, "cleaned");
  making.outcome(1, 120, 0.1, "web_http", "portal");
  const People p = tallied(making);
  EXPECT_EQ(p.page_views, 2U);
  EXPECT_EQ(p.ignored, 1U);
  EXPECT_EQ(p.chose_now, 2U);
  EXPECT_EQ(p.remediations, 1U);
  EXPECT_EQ(p.cleaned, 1U);
  EXPECT_EQ(p.cleaning_failed, 1U);
  EXPECT_EQ(p.portal_answers, 1U);
  EXPECT_EQ(p.median_to_page_s, 20);
}

TEST(People, WhoCleansBeforeChoosingIsNotCountedUnderNow) {
  Making making(1, 1000);
  making.infect(1, 50, 150).quarantine(1, 100).act(1, 150, "cleaned", "", true).act(1, 160, "chose", "already");
  const People p = tallied(making);
  EXPECT_EQ(p.cleaned, 0U);
  EXPECT_EQ(p.cleaned_unasked, 1U);
}

}  // namespace
}  // namespace lazaret
