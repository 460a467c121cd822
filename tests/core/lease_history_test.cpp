// Who held an address: the history answers as a plain list of all leases would.
#include "core/subscriber/lease_history.hpp"

#include <gtest/gtest.h>

#include "tests/laws/dice.hpp"

namespace lazaret {
namespace {

using laws::Dice;
using Kind = Holder::Kind;

constexpr IpAddress kHome = IpAddress::v4(0xc0000207);
constexpr Prefix kAddress{kHome, 128};

Timestamp at(std::int64_t t) { return {t}; }
Holder held(std::uint32_t account) { return {Kind::held, AccountId{account}}; }

/// All leases that ever were, searched from one end to the other.
struct List {
  struct Lease {
    Prefix prefix;
    PortBlock ports;
    AccountId account;
    Timestamp from, to;
  };
  std::vector<Lease> all;
  Timestamp now;
  std::int64_t keep;

  bool kept(const Lease& l) const { return l.to == kNever || l.to.ns > now.ns - keep; }
  bool open(const Prefix& p, bool whole) const {
    return std::any_of(all.begin(), all.end(),
                       [&](const Lease& l) { return l.to == kNever && l.prefix == p && l.ports.whole() == whole; });
  }
  void end(const Prefix& p, PortBlock ports) {
    for (Lease& l : all)
      if (l.to == kNever && l.prefix == p && l.ports == ports) l.to = now;
    std::erase_if(all, [](const Lease& l) { return l.from == l.to; });
  }
  void bind(Timestamp when, const Prefix& p, PortBlock ports, AccountId account) {
    now = when;
    for (const Lease& l : all)
      if (l.to == kNever && l.prefix == p && l.ports == ports && l.account == account) return;
    if (open(p, !ports.whole())) return;
    end(p, ports);
    all.push_back({p, ports, account, when, kNever});
  }
  void release(Timestamp when, const Prefix& p, PortBlock ports) {
    now = when;
    end(p, ports);
  }
  Holder holder(IpAddress a, std::optional<std::uint16_t> port, Timestamp when) const {
    if (when.ns < now.ns - keep) return {Kind::forgotten, kNobody};
    for (unsigned length = 128; length > 0; --length) {
      const Lease* best = nullptr;
      bool shared = false;
      for (const Lease& l : all) {
        if (l.prefix.length != length || !contains(l.prefix, a) || !kept(l)) continue;
        if (!l.ports.whole()) shared = true;
        if (when < l.from || when >= l.to) continue;
        if (!l.ports.whole() && (!port || *port < l.ports.first || *port > l.ports.last)) continue;
        const auto size = [](const Lease& x) { return x.ports.last - x.ports.first + 1; };
        const auto order = [&](const Lease& x) { return std::pair(size(x), x.ports.first % size(x)); };
        if (best == nullptr || order(l) < order(*best)) best = &l;
      }
      if (best != nullptr) return {Kind::held, best->account};
      if (shared) return {port ? Kind::nobody : Kind::shared, kNobody};
    }
    return {};
  }
};

/// What is left of a history after its owner's death.
void die_and_come_back(LeaseHistory& history, const LeaseLimits& limits, Seed seed) {
  SnapshotWriter w;
  history.snapshot(w);
  const auto octets = w.take();
  LeaseHistory next(limits, seed);
  SnapshotReader r(octets);
  next.restore(r);
  ASSERT_TRUE(r.ok() && r.at_end());
  EXPECT_EQ(next.lost(), history.lost());
  EXPECT_EQ(next.refused(), history.refused());
  history = std::move(next);
  SnapshotWriter again;
  history.snapshot(again);
  ASSERT_EQ(again.take(), octets);
  for (std::size_t size = 0; size < octets.size(); size += 1 + size / 2) {
    LeaseHistory cut(limits, seed);
    SnapshotReader part({octets.data(), size});
    cut.restore(part);
    ASSERT_FALSE(part.ok());
  }
}

TEST(LeaseHistory, AnswersAsAListWould) {
  for (unsigned seed = 1; seed <= laws::seeds(40); ++seed) {
    Dice dice(3000 + seed);
    const std::int64_t keep = dice.range(20, 2000);
    const LeaseLimits limits{.leases = 64, .ended = 4096, .keep = Duration{keep}};
    LeaseHistory history(limits, Seed{seed});
    List list{.all = {}, .now = {}, .keep = keep};
    const PortBlock blocks[] = {{}, {}, {1024, 2047}, {2048, 3071}, {1024, 1535}, {64512, 65535}, {1000, 65535}};
    const auto some_prefix = [&] {
      const auto low = static_cast<std::uint32_t>(dice.below(4));
      if (dice.chance(20)) return Prefix{{0x20010db8'00000000ULL + low, 0}, 64};
      return Prefix{IpAddress::v4(0xc0000200U + low), static_cast<std::uint8_t>(dice.chance(80) ? 128 : 127)};
    };
    Timestamp now{dice.range(0, 50)};
    for (int step = 0; step < 600; ++step) {
      now.ns += static_cast<std::int64_t>(dice.below(4));
      const Prefix p = some_prefix();
      const PortBlock ports = dice.pick(blocks);
      const AccountId account{static_cast<std::uint32_t>(1 + dice.below(5))};
      if (dice.chance(60))
        history.bind(now, p, ports, account), list.bind(now, {truncate(p.address, p.length), p.length}, ports, account);
      else
        history.release(now, p, ports), list.release(now, {truncate(p.address, p.length), p.length}, ports);
      if (step % 97 == 96) {
        ASSERT_NO_FATAL_FAILURE(die_and_come_back(history, limits, Seed{seed}));
      }
      for (int n = 0; n < 6; ++n) {
        const IpAddress a = some_prefix().address;
        const std::optional<std::uint16_t> port =
            dice.chance(30) ? std::nullopt : std::optional(static_cast<std::uint16_t>(dice.below(8) * 512));
        const Timestamp when{std::max<std::int64_t>(0, now.ns - dice.range(-2, keep + 20))};
        ASSERT_EQ(history.holder_at(a, port, when), list.holder(a, port, when))
            << "seed " << seed << " step " << step << " now " << now.ns << " when " << when.ns;
      }
    }
    EXPECT_EQ(history.lost(), 0U);
  }
}

TEST(LeaseHistory, AFullRingSaysForgottenAndNeverAnotherHolder) {
  std::size_t answered = 0;
  for (unsigned seed = 1; seed <= laws::seeds(40); ++seed) {
    Dice dice(4000 + seed);
    const auto ended = static_cast<std::uint32_t>(dice.below(40));
    const LeaseLimits limits{.leases = 64, .ended = ended, .keep = Duration{1'000'000}};
    LeaseHistory history(limits, Seed{seed});
    List list{.all = {}, .now = {}, .keep = 1'000'000};
    Timestamp now{1};
    for (int step = 0; step < 400; ++step) {
      now.ns += static_cast<std::int64_t>(dice.below(3));
      const Prefix p{IpAddress::v4(0xc0000200U + static_cast<std::uint32_t>(dice.below(3))), 128};
      const AccountId account{static_cast<std::uint32_t>(1 + dice.below(9))};
      history.bind(now, p, {}, account), list.bind(now, p, {}, account);
      if (step % 97 == 96) {
        ASSERT_NO_FATAL_FAILURE(die_and_come_back(history, limits, Seed{seed}));
      }
      const Timestamp when{std::max<std::int64_t>(0, now.ns - dice.range(0, 60))};
      const Holder said = history.holder_at(p.address, {}, when);
      if (said.kind == Kind::forgotten) continue;
      ASSERT_EQ(said, list.holder(p.address, {}, when)) << "seed " << seed << " step " << step;
      ++answered;
    }
    EXPECT_GT(history.lost(), 0U);
  }
  EXPECT_GT(answered, laws::seeds(40) * 10U) << "most questions went unanswered";
}

TEST(LeaseHistory, FollowsCommands) {
  LeaseHistory history({}, Seed{1});
  Command c{.at = at(10), .kind = CommandKind::bind, .account = AccountId{5}, .prefix = kAddress, .line = {}};
  history.apply(c);
  c.at = at(20), c.kind = CommandKind::classify, c.account = AccountId{6};
  history.apply(c);
  c.at = at(30), c.kind = CommandKind::release, c.account = kNobody;
  history.apply(c);
  EXPECT_EQ(history.holder_at(kHome, {}, at(9)), Holder{});
  EXPECT_EQ(history.holder_at(kHome, {}, at(10)), held(5));
  EXPECT_EQ(history.holder_at(kHome, {}, at(29)), held(5));
  EXPECT_EQ(history.holder_at(kHome, {}, at(30)), Holder{});
}

TEST(LeaseHistory, ASharedAddressWantsThePort) {
  LeaseHistory history({}, Seed{1});
  history.bind(at(0), {IpAddress::v4(0xc0000200), 120}, {}, AccountId{9});  // the network that the address is in
  history.bind(at(0), kAddress, {1024, 2047}, AccountId{1});
  history.bind(at(0), kAddress, {2048, 3071}, AccountId{2});
  EXPECT_EQ(history.holder_at(kHome, 1500, at(1)), held(1));
  EXPECT_EQ(history.holder_at(kHome, 2048, at(1)), held(2));
  EXPECT_EQ(history.holder_at(kHome, 80, at(1)), Holder{}) << "not the network's holder";
  EXPECT_EQ(history.holder_at(kHome, {}, at(1)), (Holder{Kind::shared, kNobody}));
  history.bind(at(2), kAddress, {}, AccountId{3});
  EXPECT_EQ(history.refused(), 1U) << "the whole of an address that is shared";
}

TEST(LeaseHistory, RefusesWhatHasNoRoomOrNoSense) {
  LeaseHistory history({.leases = 2, .ended = 2, .keep = seconds(1)}, Seed{1});
  history.bind(at(0), kAddress, {5, 4}, AccountId{1});
  history.bind(at(0), {{}, 129}, {}, AccountId{1});
  history.bind(at(0), {{}, 0}, {}, AccountId{1});
  history.bind(at(0), kAddress, {}, kNobody);
  EXPECT_EQ(history.refused(), 4U);
  history.bind(at(0), kAddress, {}, AccountId{1});
  history.bind(at(0), {{1, 0}, 64}, {}, AccountId{2});
  history.bind(at(0), {{2, 0}, 64}, {}, AccountId{3});
  EXPECT_EQ(history.refused(), 5U);
  LeaseHistory shapes({}, Seed{1});
  for (std::uint16_t size = 1; size <= LeaseHistory::kShapes + 1; ++size)
    shapes.bind(at(0), kAddress, {0, static_cast<std::uint16_t>(size - 1)}, AccountId{size});
  EXPECT_EQ(shapes.refused(), 1U);
}

TEST(LeaseHistory, DeterministicNatNeedsNoLog) {
  LeaseHistory history({}, Seed{1});
  // 64 inside addresses on 1 outside address, 1008 ports each.
  ASSERT_TRUE(history.add({.inside = {IpAddress::v4(0x64400000), 122}, .outside = {kHome, 128}}));
  EXPECT_FALSE(history.add({.inside = {IpAddress::v4(0x64410000), 122}, .outside = {kHome, 128}})) << "overlaps";
  EXPECT_FALSE(history.add({.inside = {IpAddress::v4(0x64410000), 121}, .outside = {IpAddress::v4(1), 128}}))
      << "128 on 64";
  history.bind(at(10), {IpAddress::v4(0x64400000), 128}, {}, AccountId{1});
  history.bind(at(10), {IpAddress::v4(0x6440003f), 128}, {}, AccountId{64});
  EXPECT_EQ(history.holder_at(kHome, 1024, at(10)), held(1));
  EXPECT_EQ(history.holder_at(kHome, 2031, at(10)), held(1));
  EXPECT_EQ(history.holder_at(kHome, 2032, at(10)), Holder{});
  EXPECT_EQ(history.holder_at(kHome, 65535, at(10)), held(64));
  EXPECT_EQ(history.holder_at(kHome, 1023, at(10)), Holder{});
  EXPECT_EQ(history.holder_at(kHome, 1024, at(9)), Holder{});
  EXPECT_EQ(history.holder_at(kHome, {}, at(10)), (Holder{Kind::shared, kNobody}));
}

TEST(LeaseHistory, ForgetsWithTimeEvenWithoutCommands) {
  LeaseHistory history({.leases = 4, .ended = 4, .keep = Duration{100}}, Seed{1});
  history.bind(at(0), kAddress, {}, AccountId{1});
  history.release(at(50), kAddress, {});
  history.advance(at(149));
  EXPECT_EQ(history.holder_at(kHome, {}, at(49)), held(1));
  history.advance(at(150));
  EXPECT_EQ(history.holder_at(kHome, {}, at(49)), (Holder{Kind::forgotten, kNobody}));
  EXPECT_EQ(history.holder_at(kHome, {}, at(50)), Holder{});
  EXPECT_EQ(history.lost(), 0U);
}

}  // namespace
}  // namespace lazaret
