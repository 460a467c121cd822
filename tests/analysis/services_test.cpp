#include "analysis/services.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/made_run.hpp"

namespace lazaret {
namespace {

using made::Making;

/// Account 1 is held from 1000 to 2000 of 3600 s; account 2 never.
Making held() {
  Making making(2, 3600);
  making.quarantine(1, 1000).event(1, 2000, EventKind::probation_began, State::probation);
  return making;
}

std::vector<ServiceScore> scored(Making& making) {
  const lazaret::Run run = making.done();
  return score_services(run.truth.counts);
}

void attempts(Making& making, std::uint32_t account, double from_s, int n, const std::string& service,
              const std::string& result) {
  for (int i = 0; i < n; ++i) making.outcome(account, from_s + i, 0.5, service, result);
}

TEST(Services, InsideOutsideAndAcross) {
  Making making = held();
  making.outcome(1, 1500, 10, "voip", "ok").outcome(1, 500, 10, "voip", "ok").outcome(2, 1500, 10, "voip", "timeout");
  making.outcome(1, 995, 10, "voip", "ok").outcome(1, 1995, 10, "voip", "failed");
  const auto scores = scored(making);
  ASSERT_EQ(scores.size(), 1U);
  EXPECT_EQ(scores[0].inside.n, 1U);
  EXPECT_EQ(scores[0].inside.k, 1U);
  EXPECT_EQ(scores[0].outside.n, 2U);
  EXPECT_EQ(scores[0].outside.k, 1U);
  EXPECT_EQ(scores[0].straddling, 2U);
  EXPECT_EQ(scores[0].straddling_ok, 1U);
}

TEST(Services, WhatBotsAttemptIsNoService) {
  Making making = held();
  making.outcome(1, 1500, 1, "direct_smtp", "refused", true);
  EXPECT_TRUE(scored(making).empty());
}

TEST(Services, ClosedUnaffectedAndUnclear) {
  Making making = held();
  attempts(making, 2, 100, 400, "pop3", "ok"), attempts(making, 1, 1100, 400, "pop3", "ok");
  attempts(making, 2, 100, 400, "web_http", "ok"), attempts(making, 1, 1100, 40, "web_http", "portal");
  attempts(making, 2, 100, 40, "dns", "ok"), attempts(making, 1, 1100, 3, "dns", "ok"),
      attempts(making, 1, 1200, 1, "dns", "timeout");
  attempts(making, 2, 100, 400, "voip", "ok"), attempts(making, 1, 1100, 200, "voip", "ok"),
      attempts(making, 1, 1400, 200, "voip", "timeout");
  const auto scores = scored(making);
  ASSERT_EQ(scores.size(), 4U);
  EXPECT_EQ(scores[0].service, "web_http");
  EXPECT_EQ(scores[0].effect, Effect::closed);
  EXPECT_EQ(scores[0].portal_inside, 40U);
  EXPECT_EQ(scores[1].service, "pop3");
  EXPECT_EQ(scores[1].effect, Effect::unaffected);
  EXPECT_TRUE(scores[1].shown_unaffected());
  EXPECT_EQ(scores[2].service, "voip");
  EXPECT_EQ(scores[2].effect, Effect::worse) << "half of them failing is not closed, and not chance";
  EXPECT_EQ(scores[3].service, "dns");
  EXPECT_EQ(scores[3].effect, Effect::worse) << "1 of 4 failing where 40 of 40 succeeded";
}

TEST(Services, FewAttemptsAreNotShownUnaffected) {
  Making making = held();
  attempts(making, 2, 100, 400, "pop3", "ok"), attempts(making, 1, 1100, 5, "pop3", "ok");
  const auto scores = scored(making);
  EXPECT_EQ(scores[0].effect, Effect::unaffected);
  EXPECT_FALSE(scores[0].shown_unaffected()) << "five attempts cannot shut out a difference of one point";
}

TEST(Services, ADifferenceThatChanceExplainsIsCalledSo) {
  Making making = held();
  attempts(making, 2, 100, 19, "voip", "ok"), attempts(making, 2, 400, 1, "voip", "failed");
  attempts(making, 1, 1100, 6, "voip", "ok");
  EXPECT_EQ(scored(making)[0].effect, Effect::unclear);
}

TEST(Services, OneSideOnlyIsUnknown) {
  Making making = held();
  attempts(making, 2, 100, 10, "pop3", "ok");
  EXPECT_EQ(scored(making)[0].effect, Effect::unknown);
}

TEST(Services, WhatFailsOnBothSidesIsNotCalledUnaffected) {
  Making making = held();
  attempts(making, 2, 100, 400, "probe", "timeout"), attempts(making, 1, 1100, 20, "probe", "timeout");
  EXPECT_EQ(scored(making)[0].effect, Effect::unknown);
}

}  // namespace
}  // namespace lazaret
