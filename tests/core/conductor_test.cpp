// The conductor: each sentence of docs/semantics.md, 14, by hand; then random epochs against the naive conductor, which
// is also told to go wrong in each way it knows, and must be noticed.
#include "core/conductor/conductor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "core/hash.hpp"
#include "tests/core/naive_conductor.hpp"

namespace lazaret {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Policy quick() {
  Policy p;
  p.fuse_max_quarantines = 3;
  p.fuse_interval_s = 10;
  p.fuse_node_floor = 1000;
  p.fuse_node_share = 0;
  p.dns_popular_accounts = 3;
  p.dns_popular_share = 0;
  p.memory_window_s = 100;
  return p;
}

/// Epochs of a second, told one by one. Answers are letters: a approve, h hold, p popular.
struct Desk {
  explicit Desk(const Policy& p = quick(), std::uint32_t accounts = 100) : conductor(p, Limits{.accounts = accounts}) {}

  void event(EventKind kind, std::uint32_t account, std::uint16_t node = 0, std::int64_t observed = 0,
             std::int64_t limit = 0, std::uint32_t sequence = 1) {
    Event e;
    e.at = Timestamp{} + seconds(second);
    e.account = {account};
    e.sequence = sequence;
    e.kind = kind;
    e.node = node;
    e.observed = observed;
    e.limit = limit;
    waiting.push_back(e);
  }
  void propose(std::uint32_t account, std::uint16_t node = 0) {
    event(EventKind::quarantine_proposed, account, node, 1'000'000, 900'000);
  }
  void join(std::uint16_t node, std::uint16_t from = 0) { event(EventKind::node_joined, 1, node, node, from); }
  void fail(std::uint32_t account, std::uint64_t key) {
    event(EventKind::name_failed, account, 0, static_cast<std::int64_t>(key));
  }
  bool command(CommandKind kind) {
    Command c;
    c.kind = kind;
    return conductor.apply(c);
  }
  /// Closes the epoch.
  std::string step() {
    const Timestamp boundary = Timestamp{} + seconds(++second);
    const Conductor::Answer a = conductor.step(boundary, waiting);
    waiting.clear();
    told.assign(a.events.begin(), a.events.end());
    std::string letters;
    for (const Command& c : a.commands) {
      EXPECT_EQ(c.at, boundary);
      EXPECT_EQ(c.issuer, Issuer::conductor);
      letters += c.kind == CommandKind::approve ? 'a' : c.kind == CommandKind::hold ? 'h' : 'p';
    }
    orders.assign(a.commands.begin(), a.commands.end());
    for (const Event& e : told) EXPECT_TRUE(e.at == boundary && e.account == kNobody);
    return letters;
  }
  [[nodiscard]] std::vector<EventKind> kinds() const {
    std::vector<EventKind> k;
    for (const Event& e : told) k.push_back(e.kind);
    return k;
  }

  Conductor conductor;
  std::int64_t second = 1000;
  std::vector<Event> waiting, told;
  std::vector<Command> orders;
};

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

Policy nodes(std::int64_t floor, double share) {
  Policy p = quick();
  p.fuse_max_quarantines = 1000;
  p.fuse_node_floor = floor;
  p.fuse_node_share = share;
  return p;
}

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

TEST(Conductor, NamesBeyondItsRoomAreNotCounted) {
  Policy p = quick();
  p.dns_popular_accounts = 2;
  Desk d(p);
  for (std::uint64_t n = 0; n < kCountedNames; ++n) d.fail(1, mix(1, n));
  d.fail(1, mix(1, kCountedNames));
  EXPECT_EQ(d.step(), "");
  d.fail(2, mix(1, kCountedNames)), d.fail(3, mix(1, kCountedNames)), d.fail(2, mix(1, 5));
  EXPECT_EQ(d.step(), "p");
  EXPECT_EQ(d.orders[0].key, mix(1, 5));
  d.second = 1100;
  d.fail(2, mix(1, kCountedNames)), d.fail(3, mix(1, kCountedNames));
  EXPECT_EQ(d.step(), "p") << "a new window has room";
}

// Snapshots ----------------------------------------------------------------------------------------------------------

void live(Desk& d) {
  for (std::uint32_t a = 1; a <= 9; ++a) d.event(EventKind::bound, a, 0, 128, 0, 0), d.join(7);
  d.join(300, 7);
  for (std::uint32_t a = 1; a <= 4; ++a) d.propose(a, 7), d.fail(a, 5), d.fail(a, a);
  d.step();
  d.command(CommandKind::reset_fuse), d.command(CommandKind::stop_enforcement);
}

std::vector<std::uint8_t> kept_life() {
  Desk d(nodes(2, 0.25));
  live(d);
  return d.conductor.snapshot();
}

TEST(ConductorSnapshot, IsReadBackWhole) {
  const std::vector<std::uint8_t> octets = kept_life();
  Conductor other(nodes(2, 0.25), Limits{});
  ASSERT_EQ(other.restore(octets), nullptr);
  EXPECT_EQ(other.snapshot(), octets);
  EXPECT_TRUE(other.fuse_blown(7));
  EXPECT_NE(Conductor(nodes(2, 0.25), Limits{}).snapshot(), octets);
}

TEST(ConductorSnapshot, HasTheSameOctetsOnEveryMachine) {
  Desk d(nodes(2, 0.25));
  d.join(258);
  d.propose(1, 258);
  d.fail(1, 0x0102'0304'0506'0708);
  d.step();
  const std::vector<std::uint8_t> wanted = {
      0x01, 'L', 'Z', 'C', 1,    0,                                      // magic, version
      0,    0,   1,   1,   0,    0,    0,    0,                          // blown, reset, enforcing, enforce, sequence
      0,    0,   0,   0,   0,    0,    0,    0,    10,   0,    0,    0,  // accounts, the names' window
      1,    0,   0,   0,   0x00, 0xda, 0x3f, 0x10, 0xe9, 0x00, 0x00, 0x00, 2, 1,  // approvals: when, and on which node
      1,    0,   0,   0,   2,    1,    1,    0,    0,    0,    0,                 // nodes: number, accounts, blown
      1,    0,   0,   0,   8,    7,    6,    5,    4,    3,    2,    1,    1, 0, 0, 0,  // names: key, count
  };
  EXPECT_EQ(d.conductor.snapshot(), wanted);
}

TEST(ConductorSnapshot, IsRefusedWhereItDoesNotFitAndChangesNothingThen) {
  const std::vector<std::uint8_t> octets = kept_life();
  Conductor c(nodes(2, 0.25), Limits{});
  const std::vector<std::uint8_t> before = c.snapshot();
  for (std::size_t size = 0; size < octets.size(); ++size)
    ASSERT_NE(c.restore(std::span(octets).first(size)), nullptr) << size;
  std::vector<std::uint8_t> longer = octets;
  longer.push_back(0);
  EXPECT_THAT(c.restore(longer), HasSubstr("damaged"));
  std::vector<std::uint8_t> other = octets;
  ++other[4];
  EXPECT_THAT(c.restore(other), HasSubstr("version"));
  other = octets;
  ++other[1];
  EXPECT_THAT(c.restore(other), HasSubstr("no conductor's"));
  EXPECT_EQ(c.snapshot(), before);
  Policy small = nodes(2, 0.25);
  small.fuse_max_quarantines = 1;
  EXPECT_THAT(Conductor(small, Limits{}).restore(octets), HasSubstr("another policy"));
}

TEST(ConductorSnapshot, OctetsTurnedOverAreReadOrRefusedAndNeverTrusted) {
  const std::vector<std::uint8_t> octets = kept_life();
  std::size_t refused = 0;
  for (std::size_t i = 0; i < 8 * octets.size(); ++i) {
    std::vector<std::uint8_t> wrong = octets;
    wrong[i / 8] ^= static_cast<std::uint8_t>(1U << (i % 8));
    Desk d(nodes(2, 0.25));
    if (d.conductor.restore(wrong) != nullptr) {
      ++refused;
      continue;
    }
    for (std::uint32_t a = 1; a <= 3; ++a) d.propose(a, 7), d.fail(a, 5);
    EXPECT_EQ(std::string(d.step()).find_first_not_of("ahp"), std::string::npos);
  }
  EXPECT_GT(refused, octets.size()) << "of " << 8 * octets.size();
}

// Random epochs ------------------------------------------------------------------------------------------------------

/// SplitMix64, so that every machine draws the same.
struct Dice {
  std::uint64_t state;
  std::uint64_t below(std::uint64_t n) { return mix(0, ++state) % n; }
  bool chance(unsigned percent) { return below(100) < percent; }
};

struct Seen {
  int isp_blown = 0, node_blown = 0, reset = 0, stopped = 0, popular = 0, approved = 0, held = 0;
};

/// The first difference between the conductor and the naive one on a stream drawn from `seed`, or nothing. The
/// conductor is not stepped where it need not be, and is now and then kept and restored.
std::optional<std::string> difference(std::uint64_t seed, naive::Slip slip, Seen& seen) {
  Dice dice{seed * 1'000'003};
  Policy p;
  p.fuse_max_quarantines = static_cast<std::int64_t>(dice.below(8));
  p.fuse_interval_s = 2 + static_cast<std::int64_t>(dice.below(20));
  p.fuse_node_floor = static_cast<std::int64_t>(dice.below(4));
  p.fuse_node_share = static_cast<double>(dice.below(11)) / 10;
  p.dns_popular_accounts = 1 + static_cast<std::int64_t>(dice.below(5));
  p.dns_popular_share = static_cast<double>(dice.below(6)) / 10;
  p.memory_window_s = 3 + static_cast<std::int64_t>(dice.below(20));
  auto conductor = std::make_unique<Conductor>(p, Limits{.accounts = 16});
  naive::Conductor reference(p, slip);
  constexpr EventKind kKinds[] = {EventKind::quarantine_proposed, EventKind::quarantine_proposed,
                                  EventKind::name_failed,         EventKind::name_failed,
                                  EventKind::node_joined,         EventKind::bound,
                                  EventKind::classified,          EventKind::quarantined};
  const std::int64_t start = static_cast<std::int64_t>(dice.below(100'000));
  for (std::int64_t epoch = start; epoch < start + 150; ++epoch) {
    const Timestamp boundary = Timestamp{} + milliseconds(500 * (epoch + 1));
    bool told = false;
    while (dice.chance(12)) {
      Command c;
      constexpr CommandKind kCommands[] = {CommandKind::reset_fuse,         CommandKind::reset_fuse,
                                           CommandKind::resume_enforcement, CommandKind::resume_enforcement,
                                           CommandKind::stop_enforcement,   CommandKind::popular};
      c.kind = kCommands[dice.below(6)];
      told = conductor->apply(c) || told;
      reference.apply(c);
    }
    std::vector<Event> events(dice.chance(40) ? 0 : dice.below(7));
    for (Event& e : events) {
      e.at = boundary - milliseconds(1 + static_cast<std::int64_t>(dice.below(500)));
      e.account = {1 + static_cast<std::uint32_t>(dice.below(12))};
      e.sequence = static_cast<std::uint32_t>(dice.chance(20) ? 0 : 1 + dice.below(1000));
      e.kind = kKinds[dice.below(8)];
      e.node = static_cast<std::uint16_t>(dice.below(4));
      e.observed = static_cast<std::int64_t>(dice.below(5)) - (e.kind == EventKind::name_failed ? 2 : 0);
      if (e.kind == EventKind::node_joined) e.observed = e.node;
      e.limit = static_cast<std::int64_t>(dice.below(4));
    }
    std::sort(events.begin(), events.end(), in_canonical_order);
    const naive::Answer wanted = reference.step(boundary, events);
    naive::Answer got;
    if (told || !events.empty()) {
      const Conductor::Answer a = conductor->step(boundary, events);
      got.commands.assign(a.commands.begin(), a.commands.end());
      got.events.assign(a.events.begin(), a.events.end());
    }
    const std::string where = "seed " + std::to_string(seed) + ", epoch " + std::to_string(epoch - start);
    if (got.events != wanted.events) return where + ": other events";
    const auto same = [](const Command& a, const Command& b) {
      return a.at == b.at && a.kind == b.kind && a.issuer == b.issuer && a.account == b.account && a.key == b.key;
    };
    if (!std::equal(got.commands.begin(), got.commands.end(), wanted.commands.begin(), wanted.commands.end(), same))
      return where + ": other commands";
    for (const Event& e : got.events) {
      seen.isp_blown += e.kind == EventKind::fuse_blown && e.node == 0;
      seen.node_blown += e.kind == EventKind::fuse_blown && e.node != 0;
      seen.reset += e.kind == EventKind::fuse_reset;
      seen.stopped += e.kind == EventKind::enforcement_stopped;
    }
    for (const Command& c : got.commands) {
      seen.popular += c.kind == CommandKind::popular;
      seen.approved += c.kind == CommandKind::approve;
      seen.held += c.kind == CommandKind::hold;
    }
    if (dice.chance(3)) {
      const std::vector<std::uint8_t> kept = conductor->snapshot();
      conductor = std::make_unique<Conductor>(p, Limits{.accounts = 16});
      if (const char* why = conductor->restore(kept)) return where + ": " + why;
    }
  }
  return std::nullopt;
}

TEST(ConductorAgainstTheNaiveOne, SaysTheSameOnRandomEpochs) {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto d = difference(seed, naive::Slip::none, seen);
    ASSERT_FALSE(d) << *d;
  }
  for (const int n :
       {seen.isp_blown, seen.node_blown, seen.reset, seen.stopped, seen.popular, seen.approved, seen.held})
    EXPECT_GT(n, 300) << "the streams must have all of it";
}

class NoticesASlip : public testing::TestWithParam<int> {};
TEST_P(NoticesASlip, OnOneOfThoseStreams) {
  Seen seen;
  bool noticed = false;
  for (std::uint64_t seed = 1; seed <= 300 && !noticed; ++seed)
    noticed = difference(seed, static_cast<naive::Slip>(GetParam()), seen).has_value();
  EXPECT_TRUE(noticed);
}
INSTANTIATE_TEST_SUITE_P(Each, NoticesASlip, testing::Range(1, static_cast<int>(naive::Slip::last)));

}  // namespace
}  // namespace lazaret
