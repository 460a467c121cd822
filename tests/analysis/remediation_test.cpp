#include "analysis/remediation.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/made_run.hpp"

namespace lazaret {
namespace {

using made::Making;
constexpr double kDay = 86400;

Remediation followed(Making& making) {
  const lazaret::Run run = making.done();
  return follow_remediation(Timeline(run), run);
}

// 1: cleans and says so. 2: only says so, is caught again, then cleans. 3: support, still infected. 4: waits for the cap.
// 5: held at the end. 6: held though clean.
Making six_stories() {
  Making making(7, 40 * kDay);
  making.run.scenario.infections.push_back({"spam_bot", 5, 0, 0});
  making.infect(1, 50, 500).quarantine(1, 100).event(1, 600, EventKind::probation_began, State::probation);
  making.infect(2, 50, 3 * kDay).quarantine(2, 100).event(2, 600, EventKind::probation_began, State::probation);
  making.quarantine(2, 2 * kDay, 0, true).event(2, 4 * kDay, EventKind::probation_began, State::probation);
  making.infect(3, 50, 20 * kDay).quarantine(3, 100).event(3, kDay, EventKind::operator_released, State::clear);
  making.infect(4, 50).quarantine(4, 100).event(4, 30 * kDay + 100, EventKind::auto_released, State::probation);
  making.infect(5, 38 * kDay).quarantine(5, 39 * kDay);
  making.quarantine(6, 100).event(6, 1100, EventKind::remediation_began, State::remediating);
  making.event(6, 2100, EventKind::probation_began, State::probation);
  return making;
}

TEST(Remediation, FollowsEachStayToItsEnd) {
  Making making = six_stories();
  const Remediation r = followed(making);
  EXPECT_EQ(r.accounts, 6U);
  ASSERT_EQ(r.stays.size(), 7U);
  EXPECT_EQ(r.stays[2].nth, 2U);
  EXPECT_EQ(r.stays[2].account, 2U);
  EXPECT_EQ(r.stays[5].exit, Exit::open) << "the run ended first";
  EXPECT_EQ(r.self.k, 4U);
  EXPECT_EQ(r.self.n, 6U) << "what is open ended in no way yet";
  EXPECT_EQ(r.support.k, 1U);
  EXPECT_EQ(r.cap.k, 1U);
}

TEST(Remediation, CountsWhoWasCleanAtTheEndOfThoseInfectedAtTheBeginning) {
  Making making = six_stories();
  const Remediation r = followed(making);
  EXPECT_EQ(r.first.k, 1U);
  EXPECT_EQ(r.first.n, 4U) << "6 was never infected, 5 is still held";
  EXPECT_EQ(r.first_self.k, 1U);
  EXPECT_EQ(r.first_self.n, 2U);
  EXPECT_EQ(r.first_others.k, 0U);
  EXPECT_EQ(r.first_others.n, 2U);
  EXPECT_EQ(r.second.k, 1U);
  EXPECT_EQ(r.second.n, 1U);
  EXPECT_EQ(r.within_14_days.k, 2U) << "1 and 2; 3 was rid of it after 20 days";
  EXPECT_EQ(r.within_14_days.n, 4U) << "5 was not followed for 14 days";
}

TEST(Remediation, ShutIsQuarantinedAndRemediatingTogether) {
  Making making = six_stories();
  const Remediation r = followed(making);
  ASSERT_EQ(r.shut_s.size(), 6U);
  EXPECT_DOUBLE_EQ(r.shut_s[0], 500);
  EXPECT_DOUBLE_EQ(r.shut_s[1], 2000) << "6: 'now' shuts on";
  EXPECT_DOUBLE_EQ(r.shut_quantile(1), 30 * kDay);
  EXPECT_DOUBLE_EQ(r.shut_quantile(0.5), r.shut_s[2]);
  Making shadow = six_stories();
  shadow.run.scenario.policy.quarantine_profile = static_cast<std::int64_t>(Profile::shadow);
  EXPECT_TRUE(followed(shadow).shut_s.empty());
}

TEST(Remediation, ARowIsReproducedWhenTheIntervalReachesThePublishedFigure) {
  const auto compared = [](std::uint64_t k, std::uint64_t n, Interval published) {
    return Comparison{"", "", published, exact_share(k, n)}.reproduced();
  };
  EXPECT_TRUE(compared(71, 100, {0.71, 0.71}));
  EXPECT_TRUE(compared(62, 100, {0.71, 0.71})) << "51.7 to 71.5 %";
  EXPECT_FALSE(compared(61, 100, {0.71, 0.71})) << "50.7 to 70.6 %";
  EXPECT_FALSE(compared(81, 100, {0.71, 0.71})) << "71.9 to 88.2 %";
  EXPECT_TRUE(compared(660, 1000, {0.58, 0.74}));
  EXPECT_FALSE(compared(780, 1000, {0.58, 0.74}));
}

TEST(Remediation, ComparesARunOnlyWithWhatItCanBeHeldAgainst) {
  const auto rows = [](const char* behaviour, Profile profile, double end_s) {
    Making making = six_stories();
    making.run.scenario.infections.front().behaviour = behaviour;
    making.run.scenario.policy.quarantine_profile = static_cast<std::int64_t>(profile);
    making.run.scenario.duration_s = end_s;
    making.run.manifest.end = {static_cast<std::int64_t>(end_s) * 1'000'000'000};
    return followed(making).comparisons;
  };
  EXPECT_EQ(rows("spam_bot", Profile::cipp, 40 * kDay).size(), 5U);
  EXPECT_TRUE(rows("spam_bot", Profile::cipp, 13 * kDay).empty()) << "too short";
  EXPECT_TRUE(rows("spam_bot", Profile::shadow, 40 * kDay).empty());
  const auto garden = rows("scanner", Profile::cipp, 40 * kDay), unaided = rows("scanner", Profile::shadow, 40 * kDay);
  ASSERT_EQ(garden.size(), 1U);
  ASSERT_EQ(unaided.size(), 1U);
  EXPECT_EQ(published_text(garden[0]), "92 %");
  EXPECT_EQ(published_text(unaided[0]), "58 to 74 %");
}

}  // namespace
}  // namespace lazaret
