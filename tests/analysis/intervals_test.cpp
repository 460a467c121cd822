#include "analysis/intervals.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace lazaret {
namespace {

constexpr double kPrinted = 5e-5;  // published tables give four decimals

TEST(ClopperPearson, AgreesWithPublishedFigures) {
  // Newcombe, Statistics in Medicine 17 (1998) 857-872, table I: 81/263, 15/148, 0/20, 1/29.
  EXPECT_NEAR(clopper_pearson(81, 263).low, 0.2527, kPrinted);
  EXPECT_NEAR(clopper_pearson(81, 263).high, 0.3676, kPrinted);
  EXPECT_NEAR(clopper_pearson(15, 148).low, 0.0578, kPrinted);
  EXPECT_NEAR(clopper_pearson(15, 148).high, 0.1617, kPrinted);
  EXPECT_EQ(clopper_pearson(0, 20).low, 0);
  EXPECT_NEAR(clopper_pearson(0, 20).high, 0.1684, kPrinted);
  EXPECT_NEAR(clopper_pearson(1, 29).low, 0.0009, kPrinted);
  EXPECT_NEAR(clopper_pearson(1, 29).high, 0.1776, kPrinted);
}

TEST(ClopperPearson, KnowsNothingWithoutTrialsAndIsSymmetric) {
  EXPECT_EQ(clopper_pearson(0, 0).low, 0);
  EXPECT_EQ(clopper_pearson(0, 0).high, 1);
  EXPECT_EQ(clopper_pearson(20, 20).high, 1);
  EXPECT_NEAR(clopper_pearson(20, 20).low, 1 - clopper_pearson(0, 20).high, 1e-12);
  EXPECT_NEAR(clopper_pearson(3, 10).low, 1 - clopper_pearson(7, 10).high, 1e-12);
}

TEST(Wilson, AgreesWithPublishedFigures) {
  // The same table, method 3.
  EXPECT_NEAR(wilson(81, 263).low, 0.2553, kPrinted);
  EXPECT_NEAR(wilson(81, 263).high, 0.3662, kPrinted);
  EXPECT_NEAR(wilson(15, 148).low, 0.0624, kPrinted);
  EXPECT_NEAR(wilson(15, 148).high, 0.1605, kPrinted);
  EXPECT_EQ(wilson(0, 20).low, 0);
  EXPECT_NEAR(wilson(0, 20).high, 0.1611, kPrinted);
  EXPECT_NEAR(wilson(1, 29).low, 0.0061, kPrinted);
  EXPECT_NEAR(wilson(1, 29).high, 0.1718, kPrinted);
}

TEST(Newcombe, AgreesWithPublishedFigures) {
  // Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/10.
  EXPECT_NEAR(newcombe(56, 70, 48, 80).low, 0.0524, kPrinted);
  EXPECT_NEAR(newcombe(56, 70, 48, 80).high, 0.3339, kPrinted);
  EXPECT_NEAR(newcombe(9, 10, 3, 10).low, 0.1705, kPrinted);
  EXPECT_NEAR(newcombe(9, 10, 3, 10).high, 0.8090, kPrinted);
  EXPECT_NEAR(newcombe(10, 10, 0, 10).low, 0.6075, kPrinted);
  EXPECT_NEAR(newcombe(10, 10, 0, 10).high, 1.0000, kPrinted);
}

TEST(Newcombe, KnowsNothingWhereOneSideIsEmpty) {
  EXPECT_EQ(newcombe(0, 0, 5, 10).low, -1);
  EXPECT_EQ(newcombe(5, 10, 0, 0).high, 1);
}

TEST(Garwood, AgreesWithPublishedFigures) {
  // The exact Poisson limits that stand in many handbooks: 0: 0-3.689; 1: 0.025-5.572; 10: 4.795-18.390.
  EXPECT_EQ(garwood(0).low, 0);
  EXPECT_NEAR(garwood(0).high, 3.689, 5e-4);
  EXPECT_NEAR(garwood(1).low, 0.0253, kPrinted);
  EXPECT_NEAR(garwood(1).high, 5.572, 5e-4);
  EXPECT_NEAR(garwood(10).low, 4.795, 5e-4);
  EXPECT_NEAR(garwood(10).high, 18.390, 5e-4);
}

TEST(PoissonUpper, IsTheRuleOfThreeWhenNothingHappened) {
  EXPECT_NEAR(poisson_upper(0), -std::log(0.05), 1e-12);
  EXPECT_NEAR(poisson_upper(1), 4.7439, kPrinted);
  EXPECT_GT(poisson_upper(1), poisson_upper(0));
}

TEST(ExactShare, CarriesItsCountsAndInterval) {
  const Share share = exact_share(9, 10);
  EXPECT_EQ(share.k, 9U);
  EXPECT_EQ(share.n, 10U);
  EXPECT_DOUBLE_EQ(share.value, 0.9);
  EXPECT_NEAR(share.interval.low, 0.5550, kPrinted);
  EXPECT_NEAR(share.interval.high, 0.9975, kPrinted);
}

}  // namespace
}  // namespace lazaret
