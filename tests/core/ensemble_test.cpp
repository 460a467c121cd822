// Several engines and a conductor behind one process(): that their number changes nothing (leases and lines that change
// hands, forged sources, names, the kill switch), and that what was kept goes on.
#include "core/ensemble.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/hash.hpp"
#include "tests/core/leases.hpp"

namespace lazaret {
namespace {

using namespace frames;
using testing::ElementsAre;
using testing::HasSubstr;

// A town -------------------------------------------------------------------------------------------------------------

/// SplitMix64's finish, so that every machine draws the same.
struct Dice {
  std::uint64_t state;
  std::uint64_t below(std::uint64_t n) { return mix(7, ++state) % n; }
  bool chance(unsigned percent) { return below(100) < percent; }
};

struct Packet {
  Timestamp at;
  Octets frame;
  Direction direction;
};
using Item = std::variant<Command, Packet>;
Timestamp at(const Item& i) {
  return std::visit([](const auto& x) { return x.at; }, i);
}

constexpr unsigned kAccounts = 7;

Policy town_policy(Dice& dice) {
  Policy p;
  p.quarantine_profile = static_cast<std::int64_t>(dice.chance(50) ? Profile::cipp : Profile::strict);
  p.fuse_max_quarantines = 2 + static_cast<std::int64_t>(dice.below(4));
  p.fuse_node_floor = 1 + static_cast<std::int64_t>(dice.below(3));
  p.fuse_node_share = 0.3;
  p.fuse_interval_s = 40;
  p.fuse_retry_s = 5;
  p.dns_popular_accounts = 2;
  p.dns_popular_share = 0.3;
  p.memory_window_s = 60;
  p.flood_spoof_score = 6;
  p.quarantine_later_s = 20;
  p.quarantine_remediation_s = 20;
  p.quarantine_max_s = 90;
  p.quarantine_probation_s = 60;
  p.evidence_prior = 0.01;
  p.evidence_false_quarantines_per_day = 1;
  p.conductor_epoch_ms = dice.chance(50) ? 500 : 2000;
  return p;
}

/// Draws leases that change hands, lines that are taken, forged sources, scans, names that fail, and operators.
class Town {
 public:
  explicit Town(std::uint64_t seed) : dice_{seed * 7'919}, policy(town_policy(dice_)) {
    for (unsigned a = 1; a <= kAccounts; ++a) command(lease(a, a, a));
    while (items.size() < 900) {
      now_ = now_ + milliseconds(dice_.chance(30) ? 0 : static_cast<std::int64_t>(dice_.below(400)));
      act();
    }
  }

 private:
  Dice dice_;
  Timestamp now_ = Timestamp{} + seconds(1000);

 public:
  Policy policy;
  std::vector<Item> items;

 private:
  static LineId line(std::uint64_t n) {  // 1 and 4 and 7 on node 1, ...; 0 is no line
    return n == 0 ? LineId{} : make_line(static_cast<std::uint16_t>(n % 3 + 1), static_cast<std::uint16_t>(n), 0);
  }
  static Access access(std::uint64_t n) {
    if (n == 0) return {};
    return {.s_vlan = static_cast<std::uint16_t>(n % 3 + 1), .c_vlan = static_cast<std::uint16_t>(n)};
  }
  /// Public, private and shared addresses, and a few that nobody ever holds.
  static IpAddress own(std::uint64_t n) {
    constexpr std::uint32_t kNets[] = {0xc000'0200, 0x0a00'0000, 0x6440'0000};
    return IpAddress::v4(kNets[n % 3] + static_cast<std::uint32_t>(n));
  }
  Command lease(std::uint64_t account, std::uint64_t address, std::uint64_t on) {
    Command c;
    c.account = {static_cast<std::uint32_t>(account)};
    c.prefix = {own(address), 128};
    c.line = line(on);
    return c;
  }
  void command(Command c) {
    c.at = now_;
    items.emplace_back(c);
  }
  void packet(Octets frame, Direction direction) { items.emplace_back(Packet{now_, std::move(frame), direction}); }
  std::uint64_t anybody() { return 1 + dice_.below(kAccounts); }

  void act() {
    const std::uint64_t a = anybody();
    switch (dice_.below(12)) {
      case 0:
        return command(lease(a, dice_.chance(60) ? a : anybody(), dice_.chance(60) ? a : dice_.below(kAccounts + 1)));
      case 1:
        return command(operators(a));
      case 2:
      case 3:
        return name(a);
      case 4:
      case 5:
        return forge();
      default:
        return contact(a);
    }
  }
  Command operators(std::uint64_t a) {
    constexpr CommandKind kKinds[] = {CommandKind::choose,
                                      CommandKind::classify,
                                      CommandKind::release,
                                      CommandKind::operator_release,
                                      CommandKind::stop_enforcement,
                                      CommandKind::resume_enforcement,
                                      CommandKind::resume_enforcement,
                                      CommandKind::reset_fuse,
                                      CommandKind::report,
                                      CommandKind::operator_quarantine};
    Command c = lease(a, a, a);
    c.kind = kKinds[dice_.below(10)];
    c.choice = static_cast<Choice>(dice_.below(4));
    c.account_class = static_cast<AccountClass>(dice_.chance(70) ? 0 : dice_.below(4));
    c.step = 2 * kNat;
    if (dice_.chance(5)) c.prefix.length = 0;
    return c;
  }
  void contact(std::uint64_t a) {
    const Flow f{own(a), IpAddress::v4(0xcb00'7100 + static_cast<std::uint32_t>(dice_.below(1 << 20) << 3)),
                 static_cast<std::uint16_t>(1024 + dice_.below(60000)),
                 static_cast<std::uint16_t>(dice_.chance(70) ? 23 : 80)};
    const auto isn = static_cast<std::uint32_t>(dice_.below(1U << 31));
    packet(tcp_frame(f, kSyn, isn, 0, {}, access(a)), Direction::upstream);
    if (dice_.chance(80)) packet(tcp_frame(f.reversed(), kRst | kAck, 0, isn + 1), Direction::downstream);
  }
  void name(std::uint64_t a) {
    const std::string text =
        "n" + std::to_string(dice_.below(12)) + ".example" + std::to_string(dice_.below(12)) + ".com";
    const Flow f{own(a), IpAddress::v4(0x0808'0808), static_cast<std::uint16_t>(1024 + dice_.below(60000)), 53};
    packet(udp_frame(f, dns({.name = text}), access(a)), Direction::upstream);
    packet(udp_frame(f.reversed(), dns({.name = text, .response = true, .rcode = 3})), Direction::downstream);
  }
  void forge() {
    const std::uint64_t on = dice_.below(kAccounts + 2), whose = dice_.below(kAccounts + 6);
    const Flow f{own(whose), IpAddress::v4(0xc633'6401), 4000, static_cast<std::uint16_t>(dice_.chance(20) ? 53 : 80)};
    packet(tcp_frame(f, kSyn, 1, 0, {}, access(on)), Direction::upstream);
  }
};

struct Played {
  std::vector<Verdict> verdicts;
  std::vector<Event> events;
  std::vector<Command> decided;
  Counters counters;
};

/// `keep`: how often in a hundred calls the ensemble is kept and a new one goes on from it.
Played play(const Town& town, unsigned shards, Dice dice, unsigned keep = 0) {
  Played played;
  const auto make = [&] { return std::make_unique<Ensemble>(town.policy, kEach, Seed{3}, shards); };
  auto ensemble = make();
  const auto note = [&](const EnsembleOutcome& o) {
    played.verdicts.insert(played.verdicts.end(), o.verdicts.begin(), o.verdicts.end());
    played.events.insert(played.events.end(), o.events.begin(), o.events.end());
    played.decided.insert(played.decided.end(), o.decided.begin(), o.decided.end());
  };
  for (std::size_t i = 0; i < town.items.size();) {
    // Of one instant the commands come first, and all of them in the first call.
    std::vector<Command> commands;
    std::vector<PacketView> packets;
    const std::size_t most = 1 + dice.below(12);
    for (std::size_t n = 0; i < town.items.size() && (n < most || at(town.items[i]) == at(town.items[i - 1]));
         ++n, ++i) {
      if (const auto* c = std::get_if<Command>(&town.items[i])) commands.push_back(*c);
      if (const auto* p = std::get_if<Packet>(&town.items[i]))
        packets.push_back({p->at, p->frame, static_cast<std::uint32_t>(p->frame.size()), p->direction});
    }
    note(ensemble->process({at(town.items[i - 1]), packets, commands}));
    if (dice.chance(keep)) {
      const std::vector<std::uint8_t> kept = ensemble->snapshot();
      ensemble = make();
      const char* why = ensemble->restore(kept);
      EXPECT_EQ(why, nullptr) << why;
      EXPECT_EQ(ensemble->snapshot(), kept);
    }
  }
  note(ensemble->finish(at(town.items.back()) + seconds(200)));
  played.counters = ensemble->counters();
  return played;
}

std::optional<std::string> difference(const Played& a, const Played& b) {
  for (std::size_t i = 0; i < a.verdicts.size(); ++i)
    if (!(a.verdicts[i] == b.verdicts.at(i)))
      return "packet " + std::to_string(i) + ": rule " + std::to_string(static_cast<int>(a.verdicts[i].rule)) + " / " +
             std::to_string(static_cast<int>(b.verdicts[i].rule));
  for (std::size_t i = 0; i < std::min(a.events.size(), b.events.size()); ++i) {
    const Event &x = a.events[i], &y = b.events[i];
    if (!(x == y))
      return "event " + std::to_string(i) + " at " + std::to_string(x.at.ns) + ": account " +
             std::to_string(x.account.value) + " kind " + std::to_string(static_cast<int>(x.kind)) + " / account " +
             std::to_string(y.account.value) + " kind " + std::to_string(static_cast<int>(y.kind));
  }
  if (a.events.size() != b.events.size()) return "the number of events";
  const auto same = [](const Command& x, const Command& y) {
    return x.at == y.at && x.kind == y.kind && x.account == y.account && x.key == y.key && !x.foreign && !y.foreign;
  };
  if (!std::equal(a.decided.begin(), a.decided.end(), b.decided.begin(), b.decided.end(), same)) return "a decision";
  if (!(a.counters == b.counters)) return "a counter";
  return std::nullopt;
}

TEST(Ensemble, TheNumberOfEnginesChangesNothing) {
  std::array<int, 28> seen{};
  std::size_t popular = 0, spoofed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Town town(seed);
    const Played one = play(town, 1, Dice{seed});
    for (const unsigned shards : {2U, 3U, 5U}) {
      const auto d = difference(one, play(town, shards, Dice{seed + shards}));
      ASSERT_FALSE(d) << "seed " << seed << ", 1 / " << shards << " engines: " << *d;
    }
    for (const Event& e : one.events) ++seen[static_cast<std::size_t>(e.kind)];
    popular += static_cast<std::size_t>(
        std::count_if(one.decided.begin(), one.decided.end(), [](auto& c) { return c.kind == CommandKind::popular; }));
    spoofed += one.counters.spoofed;
  }
  for (const EventKind k :
       {EventKind::unbound, EventKind::node_joined, EventKind::quarantined, EventKind::quarantine_held,
        EventKind::name_failed, EventKind::fuse_blown, EventKind::fuse_reset, EventKind::enforcement_stopped})
    EXPECT_GT(seen[static_cast<std::size_t>(k)], 20) << static_cast<int>(k);
  EXPECT_GT(popular, 20U);
  EXPECT_GT(spoofed, 200U);
}

TEST(Ensemble, WhatWasKeptGoesOnAsIfItHadNeverStopped) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const Town town(seed);
    const unsigned shards = 1 + seed % 4;
    const auto d = difference(play(town, shards, Dice{seed}), play(town, shards, Dice{seed}, 30));
    ASSERT_FALSE(d) << "seed " << seed << ": " << *d;
  }
}

// By hand ------------------------------------------------------------------------------------------------------------

struct Pair : testing::Test {
  Pair() {
    Policy p;
    p.dns_popular_accounts = 2;
    p.dns_popular_share = 0;
    ensemble = std::make_unique<Ensemble>(p, kEach, Seed{3}, 2);
    give(bind(1, "192.0.2.1")), give(bind(2, "192.0.2.2")), give(bind(3, "192.0.2.3"));
  }
  void give(Command c) {
    c.at = now;
    note(ensemble->process({now, {}, {&c, 1}}));
  }
  Verdict packet(const Octets& frame, Direction direction = Direction::upstream) {
    const PacketView view{now, frame, static_cast<std::uint32_t>(frame.size()), direction};
    const EnsembleOutcome o = ensemble->process({now, {&view, 1}, {}});
    const Verdict v = o.verdicts[0];
    note(o);
    return v;
  }
  Verdict mail(std::uint32_t account) {
    return packet(tcp_frame({IpAddress::v4(0xc000'0200 + account), address("198.51.100.1"), 4000, 587}, kSyn, 1, 0));
  }
  void wait(std::int64_t s) {
    now = now + seconds(s);
    note(ensemble->process({now, {}, {}}));
  }
  void note(const EnsembleOutcome& o) {
    events.insert(events.end(), o.events.begin(), o.events.end());
    decided.insert(decided.end(), o.decided.begin(), o.decided.end());
  }
  long count(EventKind k) const {
    return std::count_if(events.begin(), events.end(), [k](const Event& e) { return e.kind == k; });
  }
  Timestamp now = Timestamp{} + seconds(100);
  std::unique_ptr<Ensemble> ensemble;
  std::vector<Event> events;
  std::vector<Command> decided;
};

TEST_F(Pair, TheKillSwitchReachesEveryEngineAtItsOwnStamp) {
  give(of_kind(CommandKind::operator_quarantine, 1)), give(of_kind(CommandKind::operator_quarantine, 2));
  EXPECT_EQ(mail(1).rule, Rule::mail_closed);
  EXPECT_EQ(mail(2).rule, Rule::mail_closed);
  give(of_kind(CommandKind::stop_enforcement));
  EXPECT_EQ(mail(1).rule, Rule::clear);
  EXPECT_EQ(mail(2).rule, Rule::clear);
  EXPECT_EQ(count(EventKind::enforcement_stopped), 0) << "told when the epoch closes";
  wait(2);
  EXPECT_EQ(count(EventKind::enforcement_stopped), 1);
  give(of_kind(CommandKind::resume_enforcement));
  EXPECT_EQ(mail(1).rule, Rule::mail_closed);
  EXPECT_EQ(mail(2).rule, Rule::mail_closed);
}

TEST_F(Pair, PopularNamesReachEveryEngineBeforeThePacketsOfTheirStamp) {
  const auto fails = [&](std::uint32_t account) {
    const Flow f{IpAddress::v4(0xc000'0200 + account), address("192.0.2.53"), 4000, 53};
    packet(udp_frame(f, dns({.name = "www.gone.example.com"})));
    packet(udp_frame(f.reversed(), dns({.name = "www.gone.example.com", .response = true, .rcode = 3})),
           Direction::downstream);
  };
  fails(1), fails(2);
  now = Timestamp{} + seconds(101);  // the very end of that epoch
  fails(3);
  wait(2);
  EXPECT_EQ(count(EventKind::name_failed), 2);
  ASSERT_EQ(decided.size(), 1U);
  EXPECT_EQ(decided[0].kind, CommandKind::popular);
  EXPECT_EQ(decided[0].at, Timestamp{} + seconds(101));
  const auto first =
      std::find_if(events.begin(), events.end(), [](auto& e) { return e.kind == EventKind::name_failed; });
  EXPECT_EQ(decided[0].key, static_cast<std::uint64_t>(first->observed));
}

TEST_F(Pair, AnAccountHearsOfWhatAnotherEnginesAccountTook) {
  give(bind(1, "192.0.2.1", kLine));
  give(bind(2, "192.0.2.1", kLine));
  wait(2);
  std::vector<std::string> said;
  for (const Event& e : events)
    if (e.kind == EventKind::unbound || e.kind == EventKind::node_joined)
      said.push_back(std::to_string(e.account.value) +
                     (e.kind == EventKind::unbound
                          ? " lost an address"
                          : " from " + std::to_string(e.limit) + " to " + std::to_string(e.observed)));
  EXPECT_THAT(said, ElementsAre("1 from 0 to 7", "1 lost an address", "1 from 7 to 0", "2 from 0 to 7"));
  EXPECT_EQ(ensemble->counters().commands_ignored, 0U);
}

// Account 4's engine is full: it holds 2 and no other.
TEST_F(Pair, WhatFindsNoRoomTakesFromEveryEngineAndIsCounted) {
  Limits each = kEach;
  each.accounts = 2;
  ensemble = std::make_unique<Ensemble>(Policy{}, each, Seed{3}, 2);
  events.clear();
  give(bind(1, "192.0.2.1", kLine)), give(bind(2, "192.0.2.2")), give(bind(3, "192.0.2.3")), give(bind(6, "192.0.2.6"));
  give(bind(4, "192.0.2.1", kLine)), give(bind(8, "192.0.2.2"));
  wait(2);
  EXPECT_EQ(ensemble->counters().bindings_refused, 2U);
  EXPECT_EQ(count(EventKind::unbound), 2) << "of the other engine's account, and of its own";
  EXPECT_EQ(count(EventKind::node_joined), 2);
  EXPECT_EQ(count(EventKind::bound), 4);
  EXPECT_EQ(mail(1).rule, Rule::unbound);
  EXPECT_EQ(mail(2).rule, Rule::unbound);
  EXPECT_EQ(mail(3).rule, Rule::clear);
}

TEST_F(Pair, ASnapshotIsRefusedWhereItDoesNotFit) {
  give(of_kind(CommandKind::operator_quarantine, 1)), give(of_kind(CommandKind::stop_enforcement));
  const std::vector<std::uint8_t> kept = ensemble->snapshot();
  EXPECT_THAT(ensemble->restore(kept), HasSubstr("only a new"));
  EXPECT_EQ(ensemble->snapshot(), kept) << "nothing happened to it";
  EXPECT_THAT(Ensemble(Policy{}, kEach, Seed{3}, 3).restore(kept), HasSubstr("number of engines"));
  EXPECT_NE(Ensemble(Policy{}, kEach, Seed{4}, 2).restore(kept), nullptr) << "another seed";
  Policy other;
  other.conductor_epoch_ms = 700;
  EXPECT_THAT(Ensemble(other, kEach, Seed{3}, 2).restore(kept), HasSubstr("policy"));
  Ensemble fresh(Policy{}, kEach, Seed{3}, 2);
  const std::vector<std::uint8_t> empty = fresh.snapshot();
  for (std::size_t size = 0; size < kept.size(); size += 1 + size / 50)
    ASSERT_NE(fresh.restore(std::span(kept).first(size)), nullptr) << size;
  EXPECT_EQ(fresh.snapshot(), empty) << "a new one still";
  EXPECT_EQ(fresh.restore(kept), nullptr);
  EXPECT_EQ(fresh.status(AccountId{1}, now).state, State::quarantined);
}

}  // namespace
}  // namespace lazaret
