// The conductor: each sentence of docs/semantics.md, 14, by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/hash.hpp"
#include "tests/core/conductor_desk.hpp"

namespace lazaret::desk {
namespace {

using testing::Each;
using testing::ElementsAre;

// The ISP's fuse -----------------------------------------------------------------------------------------------------

TEST(Conductor, ApprovesEachProposalUntilTheFuseBlows) {
  Desk d;
  d.propose(7), d.propose(8);
  EXPECT_EQ(d.step(), "aa");
  EXPECT_EQ(d.orders[0].account, AccountId{7});
  EXPECT_EQ(d.orders[1].account, AccountId{8});
  EXPECT_TRUE(d.told.empty());
  d.propose(1), d.propose(2), d.propose(3);
  EXPECT_EQ(d.step(), "ahh");
  ASSERT_THAT(d.kinds(), ElementsAre(EventKind::fuse_blown));
  EXPECT_EQ(d.told[0].observed, 4);
  EXPECT_EQ(d.told[0].limit, 3);
  EXPECT_EQ(d.told[0].node, 0);
  EXPECT_EQ(d.told[0].sequence, 0U);
  EXPECT_TRUE(d.conductor.fuse_blown());
}

TEST(Conductor, AnApprovalLeavesExactlyAnIntervalAfterIt) {
  for (const int wait : {9, 10}) {
    Desk d;
    d.propose(1), d.propose(2), d.propose(3);
    ASSERT_EQ(d.step(), "aaa");
    for (int i = 1; i < wait; ++i) EXPECT_EQ(d.step(), "");
    d.propose(4);
    EXPECT_EQ(d.step(), wait == 10 ? "a" : "h") << wait;
  }
}

TEST(Conductor, ABlownFuseStaysBlownUntilAReset) {
  Desk d;
  for (std::uint32_t a = 1; a <= 4; ++a) d.propose(a);
  ASSERT_EQ(d.step(), "aaah");
  for (int i = 0; i < 100; ++i) d.step();
  d.propose(5);
  EXPECT_EQ(d.step(), "h");
  EXPECT_TRUE(d.command(CommandKind::reset_fuse));
  EXPECT_TRUE(d.conductor.fuse_blown()) << "until the next step";
  d.propose(6);
  EXPECT_EQ(d.step(), "a") << "a reset comes before the events";
  EXPECT_THAT(d.kinds(), ElementsAre(EventKind::fuse_reset));
  EXPECT_FALSE(d.conductor.fuse_blown());
}

TEST(Conductor, AResetForgetsTheCounts) {
  Desk d;
  for (std::uint32_t a = 1; a <= 4; ++a) d.propose(a);
  ASSERT_EQ(d.step(), "aaah");
  d.command(CommandKind::reset_fuse);
  for (std::uint32_t a = 5; a <= 8; ++a) d.propose(a);
  EXPECT_EQ(d.step(), "aaah");
  EXPECT_THAT(d.kinds(), ElementsAre(EventKind::fuse_reset, EventKind::fuse_blown));
  EXPECT_EQ(d.told[0].observed, 0);
  EXPECT_EQ(d.told[0].limit, 0);
  EXPECT_EQ(d.told[1].sequence, 2U) << "the conductor's events are numbered";
}

TEST(Conductor, AResetOfAWholeFuseChangesNothing) {
  Desk d;
  d.propose(1), d.propose(2);
  ASSERT_EQ(d.step(), "aa");
  d.command(CommandKind::reset_fuse);
  d.propose(3), d.propose(4);
  EXPECT_EQ(d.step(), "ah");
  EXPECT_THAT(d.kinds(), ElementsAre(EventKind::fuse_blown));
}

TEST(Conductor, AFuseOfNoneLetsNobodyPass) {
  Policy p = quick();
  p.fuse_max_quarantines = 0;
  Desk d(p);
  d.propose(1);
  EXPECT_EQ(d.step(), "h");
  EXPECT_EQ(d.told.at(0).observed, 1);
}

// The nodes' fuses ---------------------------------------------------------------------------------------------------

TEST(Conductor, ANodeHasAFuseOfItsOwn) {
  Desk d(nodes(2, 0));
  d.propose(1, 7), d.propose(2, 7), d.propose(3, 7), d.propose(4, 9), d.propose(5, 7);
  EXPECT_EQ(d.step(), "aahah");
  ASSERT_THAT(d.kinds(), ElementsAre(EventKind::fuse_blown));
  EXPECT_EQ(d.told[0].node, 7);
  EXPECT_EQ(d.told[0].observed, 3);
  EXPECT_EQ(d.told[0].limit, 2);
  EXPECT_TRUE(d.conductor.fuse_blown(7));
  EXPECT_FALSE(d.conductor.fuse_blown());
  EXPECT_FALSE(d.conductor.fuse_blown(9));
  for (int i = 0; i < 20; ++i) d.step();
  d.propose(6, 7);
  EXPECT_EQ(d.step(), "h") << "stays blown";
  d.command(CommandKind::reset_fuse);
  d.propose(6, 7);
  EXPECT_EQ(d.step(), "a");
}

TEST(Conductor, ANodesApprovalsLeaveWithTheInterval) {
  Desk d(nodes(2, 0));
  d.propose(1, 7), d.propose(2, 7);
  ASSERT_EQ(d.step(), "aa");
  for (int i = 1; i < 10; ++i) d.step();
  d.propose(3, 7);
  EXPECT_EQ(d.step(), "a");
}

TEST(Conductor, AccountsWithoutANodeHaveOnlyTheIspsFuse) {
  Desk d(nodes(2, 0));
  for (std::uint32_t a = 1; a <= 20; ++a) d.propose(a, 0);
  EXPECT_EQ(d.step(), std::string(20, 'a'));
}

TEST(Conductor, ANodesLimitIsTheGreaterOfFloorAndShareOfItsAccounts) {
  Desk d(nodes(1, 0.29));
  for (int i = 0; i < 100; ++i) d.join(7);
  for (int i = 0; i < 3; ++i) d.join(9);
  for (std::uint32_t a = 1; a <= 30; ++a) d.propose(a, 7);
  d.propose(31, 9), d.propose(32, 9);
  EXPECT_EQ(d.step(), std::string(29, 'a') + "h" + "ah");
  EXPECT_EQ(d.told.at(0).limit, 29) << "0.29 of 100, not 28";
  EXPECT_EQ(d.told.at(1).limit, 1) << "the floor: 0.29 of 3 is none";
}

TEST(Conductor, AccountsMoveBetweenNodes) {
  Desk d(nodes(0, 0.5));
  for (int i = 0; i < 4; ++i) d.join(7);
  d.join(9, 7), d.join(9, 7);
  d.join(0, 7);  // a lost line
  d.propose(1, 9), d.propose(2, 9);
  EXPECT_EQ(d.step(), "ah") << "two on 9";
  d.propose(3, 7);
  EXPECT_EQ(d.step(), "h") << "one on 7, half of which is none";
}

TEST(Conductor, ANodeNeverHasFewerAccountsThanNone) {
  Desk d(nodes(0, 1));
  d.join(9, 7), d.join(9, 7), d.join(7);
  d.propose(1, 7);
  EXPECT_EQ(d.step(), "a") << "one joined after two left whose coming was lost";
}

TEST(Conductor, TheIspsFuseIsAskedFirstAndANodesHoldIsNoApproval) {
  Policy p = nodes(1, 0);
  p.fuse_max_quarantines = 2;
  Desk d(p);
  d.propose(1, 7), d.propose(2, 7), d.propose(3, 7), d.propose(4, 9), d.propose(5, 9);
  EXPECT_EQ(d.step(), "ahhah");
  ASSERT_EQ(d.told.size(), 2U);
  EXPECT_EQ(d.told[0].node, 7);
  EXPECT_EQ(d.told[1].node, 0) << "node 9 has reached its limit, too, but the ISP's fuse is first";
  d.command(CommandKind::reset_fuse);
  d.step();
  EXPECT_THAT(d.kinds(), ElementsAre(EventKind::fuse_reset)) << "one reset for all";
  EXPECT_FALSE(d.conductor.fuse_blown());
  EXPECT_FALSE(d.conductor.fuse_blown(7));
}

TEST(Conductor, EveryNumberThatAnEventCanNameIsANode) {
  Desk d(nodes(1, 0));
  d.propose(1, 65535), d.propose(2, 65535), d.propose(3, 65534);
  EXPECT_EQ(d.step(), "aha");
}

// The kill switch ----------------------------------------------------------------------------------------------------

TEST(Conductor, HoldsEverythingWhileEnforcementIsStopped) {
  Desk d;
  EXPECT_TRUE(d.command(CommandKind::stop_enforcement));
  d.propose(1);
  EXPECT_EQ(d.step(), "h");
  EXPECT_THAT(d.kinds(), ElementsAre(EventKind::enforcement_stopped));
  EXPECT_FALSE(d.conductor.enforcing());
  d.propose(2);
  EXPECT_EQ(d.step(), "h");
  EXPECT_TRUE(d.told.empty());
  EXPECT_TRUE(d.command(CommandKind::resume_enforcement));
  d.propose(3), d.propose(4), d.propose(5);
  EXPECT_EQ(d.step(), "aaa") << "what was held counts for nothing";
  EXPECT_THAT(d.kinds(), ElementsAre(EventKind::enforcement_resumed));
}

TEST(Conductor, ASwitchThatChangesNothingIsNotTold) {
  Desk d;
  d.command(CommandKind::resume_enforcement);
  d.step();
  EXPECT_TRUE(d.told.empty());
  d.command(CommandKind::stop_enforcement), d.command(CommandKind::resume_enforcement);
  d.propose(1);
  EXPECT_EQ(d.step(), "a");
  EXPECT_TRUE(d.told.empty());
}

TEST(Conductor, AResetIsToldBeforeTheSwitch) {
  Desk d;
  for (std::uint32_t a = 1; a <= 4; ++a) d.propose(a);
  ASSERT_EQ(d.step(), "aaah");
  d.command(CommandKind::stop_enforcement), d.command(CommandKind::reset_fuse);
  d.step();
  EXPECT_THAT(d.kinds(), ElementsAre(EventKind::fuse_reset, EventKind::enforcement_stopped));
}

TEST(Conductor, OnlyThreeCommandsMeanSomethingToIt) {
  for (int k = 0; k <= static_cast<int>(CommandKind::resume_enforcement); ++k) {
    const auto kind = static_cast<CommandKind>(k);
    Desk d;
    EXPECT_EQ(d.command(kind), kind >= CommandKind::reset_fuse) << k;
    EXPECT_EQ(concerns_all(kind), kind >= CommandKind::reset_fuse || kind == CommandKind::popular) << k;
  }
}

// Names --------------------------------------------------------------------------------------------------------------

TEST(Conductor, ANameThatFailsForManyIsPopularOnce) {
  Desk d;
  d.fail(1, 0xfedc'ba98'7654'3210), d.fail(2, 77), d.fail(2, 0xfedc'ba98'7654'3210);
  EXPECT_EQ(d.step(), "");
  d.fail(3, 0xfedc'ba98'7654'3210), d.fail(4, 0xfedc'ba98'7654'3210);
  ASSERT_EQ(d.step(), "p");
  EXPECT_EQ(d.orders[0].key, 0xfedc'ba98'7654'3210);
  EXPECT_EQ(d.orders[0].account, kNobody);
  EXPECT_TRUE(d.told.empty());
  for (std::uint32_t a = 5; a < 30; ++a) d.fail(a, 0xfedc'ba98'7654'3210);
  EXPECT_EQ(d.step(), "");
}

TEST(Conductor, ANewWindowForgetsAllNames) {
  Desk d;
  d.second = 1097;
  d.fail(1, 5), d.fail(2, 5), d.fail(1, 6), d.fail(2, 6);
  EXPECT_EQ(d.step(), "");
  d.fail(3, 6);
  EXPECT_EQ(d.step(), "p") << "at 1099";
  d.fail(3, 5);
  EXPECT_EQ(d.step(), "") << "at 1100 the boundary is in the next window, though the event is not";
  d.fail(1, 5), d.fail(2, 5);
  EXPECT_EQ(d.step(), "p");
}

TEST(Conductor, AShareOfAllAccountsIsNeededToo) {
  Policy p = quick();
  p.dns_popular_share = 0.02;
  Desk d(p);
  for (std::uint32_t a = 1; a <= 249; ++a) d.event(EventKind::bound, a, 0, 128, 0, 0);
  for (std::uint32_t a = 1; a <= 4; ++a) d.fail(a, 9);
  EXPECT_EQ(d.step(), "p") << "0.02 of 249 is 4";
  d.event(EventKind::classified, 250, 0, 1, 0, 0);  // its first event is no lease
  for (std::uint32_t a = 1; a <= 4; ++a) d.fail(a, 10);
  EXPECT_EQ(d.step(), "");
  d.event(EventKind::bound, 250, 0, 128, 0, 1);  // no new account
  d.fail(5, 10);
  EXPECT_EQ(d.step(), "p");
}

TEST(Conductor, AnswersStandInTheEventsOrder) {
  Policy p = quick();
  p.dns_popular_accounts = 1;
  Desk d(p);
  d.propose(1), d.fail(2, 5), d.propose(3), d.fail(3, 6);
  EXPECT_EQ(d.step(), "apap");
}

TEST(Conductor, AnAccountCountsOnceForANameHoweverOftenItFails) {
  Desk d;
  for (int i = 0; i < 10; ++i) d.fail(1, 5), d.fail(2, 5);
  EXPECT_EQ(d.step(), "");
  for (int i = 0; i < 10; ++i) d.fail(1, 5);
  EXPECT_EQ(d.step(), "");
  d.fail(3, 5);
  EXPECT_EQ(d.step(), "p");
  EXPECT_TRUE(d.told.empty()) << "nothing was left out";
}

TEST(Conductor, OneAccountTakesNoMoreThanItsShareOfTheRoom) {
  Policy p = quick();
  p.dns_popular_accounts = 2;
  Desk d(p);
  const std::uint64_t more = 5;
  for (std::uint64_t n = 0; n < kRoom.names_per_account + more; ++n) d.fail(1, mix(1, n));
  EXPECT_EQ(d.step(), "");
  ASSERT_THAT(d.kinds(), Each(EventKind::names_uncounted));
  ASSERT_EQ(d.told.size(), 3U) << "the first, the second, the fourth";
  EXPECT_EQ(d.told[2].observed, 4);
  EXPECT_EQ(d.told[2].limit, kRoom.names_per_account);
  d.fail(1, mix(1, 0));
  EXPECT_EQ(d.step(), "");
  EXPECT_TRUE(d.told.empty()) << "it counts for that one already";
  for (const std::uint64_t n : {0U, kRoom.names_per_account}) d.fail(2, mix(1, n)), d.fail(3, mix(1, n));
  EXPECT_EQ(d.step(), "pp") << "another's share is another's";
  d.second = 1100;
  d.fail(1, mix(1, 999));
  d.step();
  EXPECT_TRUE(d.told.empty()) << "a new window";
}

TEST(Conductor, NamesBeyondItsRoomAreNotCountedAndThatIsTold) {
  Policy p = quick();
  p.dns_popular_accounts = 2;
  Desk d(p, {.accounts = 100, .counted_names = 64});
  for (std::uint64_t n = 0; n < 64; ++n) d.fail(static_cast<std::uint32_t>(1 + n / 32), mix(1, n));
  EXPECT_EQ(d.step(), "");
  EXPECT_TRUE(d.told.empty());
  d.fail(3, mix(1, 64)), d.fail(4, mix(1, 64)), d.fail(5, mix(1, 5));
  EXPECT_EQ(d.step(), "p");
  EXPECT_EQ(d.orders[0].key, mix(1, 5));
  ASSERT_THAT(d.kinds(), ElementsAre(EventKind::names_uncounted, EventKind::names_uncounted));
  EXPECT_EQ(d.told[1].observed, 2);
  EXPECT_EQ(d.told[1].limit, 64);
  d.second = 1100;
  d.fail(2, mix(1, 64)), d.fail(3, mix(1, 64));
  EXPECT_EQ(d.step(), "p") << "a new window has room";
}

}  // namespace
}  // namespace lazaret::desk
