#include "analysis/survival.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace lazaret {
namespace {

/// Worked by hand: six cases; events at 1, 3, 3 and 6, lost from sight at 2 and 5.
Survival worked() { return kaplan_meier({{3, true}, {1, true}, {2, false}, {3, true}, {6, true}, {5, false}}); }

TEST(KaplanMeier, AgreesWithTheExampleWorkedByHand) {
  const Survival s = worked();
  ASSERT_EQ(s.steps.size(), 5U);
  EXPECT_EQ(s.steps[0].at_risk, 6U);
  EXPECT_DOUBLE_EQ(s.steps[0].survival, 5.0 / 6);
  EXPECT_EQ(s.steps[1].censored, 1U);
  EXPECT_DOUBLE_EQ(s.steps[1].survival, 5.0 / 6);
  EXPECT_EQ(s.steps[2].at_risk, 4U);
  EXPECT_EQ(s.steps[2].events, 2U);
  EXPECT_DOUBLE_EQ(s.steps[2].survival, 5.0 / 12);
  EXPECT_EQ(s.steps[3].at_risk, 2U);
  EXPECT_DOUBLE_EQ(s.steps[3].survival, 5.0 / 12);
  EXPECT_DOUBLE_EQ(s.steps[4].survival, 0);
}

TEST(KaplanMeier, QuantilesAreTheFirstTimesReached) {
  const Survival s = worked();
  EXPECT_EQ(s.quantile(0.1), 1);
  EXPECT_EQ(s.quantile(0.5), 3);
  EXPECT_EQ(s.quantile(0.9), 6);
}

TEST(KaplanMeier, GreenwoodOnTheLogLogScale) {
  // After t = 3: sum d/(n(n-d)) = 1/30 + 2/8; exponents exp(+-1.96 sqrt(sum) / |ln(5/12)|).
  const Survival s = worked();
  const double sum = 1.0 / 30 + 2.0 / 8, log_s = std::log(5.0 / 12);
  const double factor = std::exp(1.959963984540054 * std::sqrt(sum) / -log_s);
  EXPECT_NEAR(s.steps[2].band.low, std::pow(5.0 / 12, factor), 1e-12);
  EXPECT_NEAR(s.steps[2].band.high, std::pow(5.0 / 12, 1 / factor), 1e-12);
}

TEST(KaplanMeier, TheMedianIsUnknownWhileMoreThanHalfWait) {
  const Survival s = kaplan_meier({{10, true}, {60, false}, {60, false}});
  EXPECT_FALSE(s.quantile(0.5).has_value());
  EXPECT_EQ(s.quantile(0.3), 10);
  EXPECT_FALSE(kaplan_meier({}).quantile(0.5).has_value());
}

TEST(KaplanMeier, RoundingDoesNotHideAMedianThatIsReached) {
  // 1/2 is reached through factors that do not multiply to it exactly.
  const Survival s = kaplan_meier({{1, true}, {2, true}, {3, true}, {4, true}, {5, true}, {6, true}});
  EXPECT_EQ(s.quantile(0.5), 3);
}

TEST(KaplanMeier, IgnoringCensoringWouldGiveAnotherAnswer) {
  const Survival honest = kaplan_meier({{10, true}, {20, true}, {5, false}, {15, false}, {15, false}});
  const Survival naive = kaplan_meier({{10, true}, {20, true}});
  EXPECT_EQ(naive.quantile(0.5), 10);
  EXPECT_EQ(honest.quantile(0.5), 20);
}

}  // namespace
}  // namespace lazaret
