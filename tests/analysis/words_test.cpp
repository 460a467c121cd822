#include "analysis/words.hpp"

#include <gtest/gtest.h>

namespace lazaret {
namespace {

TEST(Words, PercentagesNeverRoundToWhatTheyAreNot) {
  EXPECT_EQ(percent(1), "100 %");
  EXPECT_EQ(percent(0), "0 %");
  EXPECT_EQ(percent(0.5), "50 %");
  EXPECT_EQ(percent(0.9937), "99.4 %");
  EXPECT_EQ(percent(0.9996), "99.96 %") << "not 100";
  EXPECT_EQ(percent(0.0003), "0.03 %") << "not 0";
}

TEST(Words, Durations) {
  EXPECT_EQ(duration(0.25), "250 ms");
  EXPECT_EQ(duration(4.25), "4.2 s");
  EXPECT_EQ(duration(9.97), "10 s");
  EXPECT_EQ(duration(59.7), "1 min");
  EXPECT_EQ(duration(92), "1 min 32 s");
  EXPECT_EQ(duration(3600), "1 h");
  EXPECT_EQ(duration(90000), "1 d 1 h");
  EXPECT_EQ(duration(std::nullopt, "never"), "never");
}

TEST(Words, MomentsAndFigures) {
  EXPECT_EQ(moment(72.9), "01:12");
  EXPECT_EQ(moment(3672), "1:01:12");
  EXPECT_EQ(points(-0.0123), "−1.2");
  EXPECT_EQ(points(-1), "−100");
  EXPECT_EQ(points(0.0004), "0");
  EXPECT_EQ(figure(0.33712), "0.337");
  EXPECT_EQ(figure(12.44), "12.4");
  EXPECT_EQ(figure(1.2e-7), "1.2e-07");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(123), "123");
  EXPECT_EQ(counted(1, "account"), "1 account");
  EXPECT_EQ(counted(2, "account"), "2 accounts");
  EXPECT_EQ(behaviour_title("peer_to_peer_bot"), "peer to peer bot");
}

}  // namespace
}  // namespace lazaret
