// Nobody gets more than was agreed, whatever they send and however the clock jumps; and the books never grow.
#include "datapath/portal/limits.hpp"

#include <gtest/gtest.h>

#include <random>

namespace lazaret::portal {
namespace {

TEST(RateLimit, NoWindowHoldsMoreThanABurstAndWhatTimeBringsBack) {
  std::mt19937_64 dice(1);
  for (int round = 0; round < 50; ++round) {
    const std::int64_t burst = 1 + static_cast<std::int64_t>(dice() % 20),
                       period = 1 + static_cast<std::int64_t>(dice() % 100);
    RateLimit limit(4, burst, period);
    std::vector<std::int64_t> taken;
    std::int64_t now = 1000;
    for (int n = 0; n < 400; ++n) {
      now += static_cast<std::int64_t>(dice() % 4);
      if (limit.take("line", now)) taken.push_back(now);
    }
    ASSERT_FALSE(taken.empty());
    for (std::size_t i = 0; i < taken.size(); ++i)
      for (std::size_t j = i; j < taken.size(); ++j)
        ASSERT_LE(static_cast<std::int64_t>(j - i + 1), burst + (taken[j] - taken[i]) * burst / period + 1);
  }
}

TEST(RateLimit, WhoWaitsAPeriodHasABurstAgain) {
  RateLimit limit(4, 5, 900);
  for (int n = 0; n < 5; ++n) EXPECT_TRUE(limit.take("a", 100));
  EXPECT_FALSE(limit.take("a", 100));
  EXPECT_FALSE(limit.take("a", 279)) << "a fifth of the period brings one back, not a second less";
  EXPECT_TRUE(limit.take("a", 280));
  for (int n = 0; n < 5; ++n) EXPECT_TRUE(limit.take("a", 10000));
  EXPECT_FALSE(limit.take("a", 10000));
}

TEST(RateLimit, AClockThatIsSetBackGivesNothing) {
  RateLimit limit(4, 3, 60);
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(limit.take("a", 1000));
  for (const std::int64_t now : {999, 500, 0, -5}) EXPECT_FALSE(limit.take("a", now)) << now;
}

TEST(RateLimit, OnesExcessIsNoOthersLoss) {
  RateLimit limit(4, 3, 60);
  for (int n = 0; n < 100; ++n) (void)limit.take("a", 1000);
  EXPECT_TRUE(limit.take("b", 1000));
}

TEST(RateLimit, TheBooksNeverGrow) {
  RateLimit limit(100, 3, 60);
  for (int n = 0; n < 10000; ++n) (void)limit.take(std::to_string(n), 1000);
  EXPECT_EQ(limit.size(), 100U);
}

TEST(RecentKeys, TheLongestQuietLeaves) {
  RecentKeys<int> keys(2);
  keys.of("a") = 1;
  keys.of("b") = 2;
  EXPECT_EQ(keys.of("a"), 1);
  EXPECT_EQ(keys.of("c"), 0);
  EXPECT_EQ(keys.of("a"), 1);
  EXPECT_EQ(keys.of("b"), 0) << "it was quiet for the longest";
}

TEST(SpentTokens, EachOnceForEachLine) {
  SpentTokens spent(10);
  EXPECT_TRUE(spent.spend("1", 77));
  EXPECT_FALSE(spent.spend("1", 77));
  EXPECT_TRUE(spent.spend("2", 77));
  for (std::uint64_t n = 100; n < 100 + SpentTokens::kMost - 1; ++n) EXPECT_TRUE(spent.spend("1", n));
  EXPECT_FALSE(spent.spend("1", 77)) << "as many as a line may spend are remembered";
}

}  // namespace
}  // namespace lazaret::portal
