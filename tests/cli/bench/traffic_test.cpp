// The bench's traffic is what its tables say: decoded as the core decodes it, and counted.
#include "cli/bench/traffic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "cli/bench/floor.hpp"
#include "core/packet/decode.hpp"
#include "core/packet/dns.hpp"
#include "core/packet/smtp.hpp"

namespace lazaret::bench {
namespace {

constexpr std::uint32_t kAccounts = 1000;

struct Received {
  std::array<std::uint8_t, kHeldMax> octets{};
  Arrival arrival;
  Facts facts;
  [[nodiscard]] bool up() const { return arrival.direction == Direction::upstream; }
  [[nodiscard]] IpAddress own() const { return up() ? facts.source : facts.destination; }
  [[nodiscard]] IpAddress other() const { return up() ? facts.destination : facts.source; }
  [[nodiscard]] std::uint16_t own_port() const { return up() ? facts.source_port : facts.destination_port; }
  [[nodiscard]] std::uint16_t other_port() const { return up() ? facts.destination_port : facts.source_port; }
};

/// Hands each of `count` packets from kFirstPacket on to `see`.
template <typename See>
void walk(Kind kind, std::uint64_t count, See see) {
  const Stream stream(kind, kAccounts);
  Received r;
  for (std::uint64_t n = kFirstPacket; n < kFirstPacket + count; ++n) {
    r.octets.fill(0xee);
    r.arrival = stream.receive(n, r.octets.data());
    r.facts = decode({r.octets.data(), r.arrival.held});
    see(n, r);
  }
}

/// What can be seen of a packet from outside: side, family, protocol, service, flags.
using Look = std::tuple<Direction, bool, int, int, int>;

TEST(bench_traffic, holds_every_row_as_often_as_its_table_says) {
  constexpr unsigned kTurns = 2 * kBlocks;
  for (const Kind kind : kKinds) {
    std::map<Look, unsigned> wanted, found;
    for (const Row& row : table_of(kind)) {
      const FrameSpec& f = row.frame;
      ASSERT_LE(row.ipv6_per_mille, row.per_mille) << row.name;
      wanted[{f.direction, false, f.protocol, f.remote_port, f.tcp_flags}] +=
          (row.per_mille - row.ipv6_per_mille) * kTurns;
      if (row.ipv6_per_mille > 0)
        wanted[{f.direction, true, f.protocol, f.remote_port, f.tcp_flags}] += row.ipv6_per_mille * kTurns;
    }
    std::erase_if(wanted, [](const auto& entry) { return entry.second == 0; });
    walk(kind, kTurns * kBlock, [&](std::uint64_t, const Received& r) {
      ASSERT_EQ(r.facts.parse, Parse::ip);
      ASSERT_TRUE(r.facts.transport == Transport::tcp || r.facts.transport == Transport::udp);
      ++found[{r.arrival.direction, !r.own().is_v4(), r.facts.protocol, r.other_port(), r.facts.tcp_flags}];
    });
    EXPECT_EQ(found, wanted) << name_of(kind);
  }
}

TEST(bench_traffic, accounts_hold_their_addresses_and_are_drawn_alike) {
  std::map<std::uint64_t, unsigned> drawn;
  walk(Kind::mix, 200 * kAccounts, [&](std::uint64_t, const Received& r) {
    const std::uint64_t account = r.own().is_v4() ? r.own().as_v4() - kPoolV4 : (r.own().high - kPoolV6) >> 8;
    ASSERT_LT(account, r.own().is_v4() ? kAccounts : kAccounts / 2);
    ++drawn[account];
  });
  ASSERT_EQ(drawn.size(), kAccounts) << "somebody is never drawn";
  // 200 each on average; the first half have IPv6 too, and so more.
  for (const auto& [account, times] : drawn) {
    EXPECT_GT(times, account < kAccounts / 2 ? 180u : 70u) << account;
    EXPECT_LT(times, account < kAccounts / 2 ? 370u : 190u) << account;
  }
}

TEST(bench_traffic, a_reply_answers_a_request_of_the_same_account) {
  // By both addresses and ports: what a matching reply must show.
  using Flow = std::tuple<IpAddress, std::uint16_t, IpAddress, std::uint16_t>;
  std::multimap<Flow, std::uint32_t> asked;
  std::map<std::string_view, unsigned> answered;
  const Stream stream(Kind::mix, kAccounts);
  walk(Kind::mix, kRepliesWithin + 4 * kPeriod, [&](std::uint64_t n, const Received& r) {
    const Row& row = stream.row(n);
    const auto dns = parse_dns(r.facts.payload, 1);
    const std::uint32_t name = dns ? static_cast<std::uint32_t>(dns->name_hash) ^ dns->id : 0;
    const bool tcp = r.facts.transport == Transport::tcp;
    const Flow flow{r.own(), r.own_port(), r.other(), r.other_port()};
    if (r.up()) {
      if (!tcp || r.facts.tcp_flags == kSyn) asked.emplace(flow, tcp ? r.facts.tcp_sequence + 1 : name);
      return;
    }
    if (row.answers.empty() || n < kFirstPacket + kRepliesWithin) return;
    const auto [from, to] = asked.equal_range(flow);
    const std::uint32_t shown = tcp ? r.facts.tcp_acknowledgment : name;
    const auto request = std::find_if(from, to, [&](const auto& x) { return x.second == shown; });
    ASSERT_NE(request, to) << row.name << " answers nothing";
    asked.erase(request);
    ++answered[row.name];
  });
  EXPECT_EQ(answered.size(), 6u) << "connections to popular and fresh hosts and the relay, resets, names, clocks";
  for (const auto& [name, times] : answered) EXPECT_GE(times, 4 * kBlocks) << name;
}

TEST(bench_traffic, payloads_are_what_they_claim) {
  unsigned queries = 0, answers = 0, replies = 0;
  std::set<std::uint64_t> names;
  walk(Kind::mix, kPeriod, [&](std::uint64_t, const Received& r) {
    if (r.facts.transport == Transport::udp && r.other_port() == 53) {
      const auto question = parse_dns(r.facts.payload, 1);
      ASSERT_TRUE(question);
      EXPECT_EQ(question->response, !r.up());
      EXPECT_EQ(question->labels, 3);
      EXPECT_EQ(question->type, 1);
      names.insert(question->name_hash);
      ++(r.up() ? queries : answers);
    }
    if (r.facts.transport == Transport::tcp && r.other_port() == 25 && !r.up() && (r.facts.tcp_flags & kPsh) != 0) {
      EXPECT_EQ(parse_smtp_reply(r.facts.payload), 250);
      ++replies;
    }
    if ((r.facts.tcp_flags & (kSyn | kFin | kRst)) != 0) {
      ASSERT_EQ(r.facts.payload_length, 0u);
    }
  });
  EXPECT_EQ(queries, 10 * kBlocks);
  EXPECT_EQ(answers, 10 * kBlocks);
  EXPECT_EQ(replies, 2 * kBlocks);
  EXPECT_GT(names.size(), 100u) << "too few different names";
}

TEST(bench_traffic, sizes_are_imix_or_the_shortest) {
  unsigned small = 0, middle = 0, large = 0;
  walk(Kind::mix, kBlock, [&](std::uint64_t, const Received& r) {
    ++(r.arrival.wire_length >= 1514 ? large : r.arrival.wire_length >= 590 ? middle : small);
    EXPECT_EQ(r.arrival.held, std::min<std::size_t>(r.arrival.wire_length, kHeldMax));
  });
  // 7 : 4 : 1 of a thousand.
  EXPECT_NEAR(small, 583, 10);
  EXPECT_NEAR(middle, 333, 10);
  EXPECT_NEAR(large, 83, 10);
  walk(Kind::mix64, kBlock, [&](std::uint64_t, const Received& r) {
    const bool dns = r.other_port() == 53;
    const bool fits = r.own().is_v4() && !dns && r.other_port() != 25;
    ASSERT_GE(r.arrival.wire_length, 60);
    ASSERT_LE(r.arrival.wire_length, fits ? 60 : dns ? 92 : 74) << r.other_port();
  });
  walk(Kind::bulk, kBlock, [&](std::uint64_t, const Received& r) { ASSERT_EQ(r.arrival.wire_length, 60); });
}

TEST(bench_traffic, a_packet_is_the_same_whoever_asks_and_when) {
  const Stream one(Kind::mix, kAccounts), other(Kind::mix, kAccounts);
  std::array<std::uint8_t, kHeldMax> first{}, again{};
  for (std::uint64_t n = kFirstPacket + 3 * kPeriod; n < kFirstPacket + 3 * kPeriod + kBlock; ++n) {
    const Arrival a = one.receive(n, first.data()), b = other.receive(n, again.data());
    ASSERT_EQ(a.held, b.held);
    ASSERT_TRUE(std::equal(first.begin(), first.begin() + a.held, again.begin())) << n;
  }
}

TEST(bench_floor, reads_what_the_core_reads) {
  for (const Kind kind : kKinds) {
    walk(kind, 4 * kBlock, [&](std::uint64_t, const Received& r) {
      const FiveTuple t = read_five_tuple(r.octets.data(), r.arrival.held);
      ASSERT_EQ(t.source, r.facts.source);
      ASSERT_EQ(t.destination, r.facts.destination);
      ASSERT_EQ(t.ports, std::uint32_t{r.facts.source_port} << 16 | r.facts.destination_port);
      ASSERT_EQ(t.protocol, r.facts.protocol);
    });
  }
  std::array<std::uint8_t, kHeldMax> arp{};
  arp[12] = 8, arp[13] = 6, arp[23] = 6;
  EXPECT_EQ(read_five_tuple(arp.data(), 60).source, IpAddress{});
  EXPECT_EQ(read_five_tuple(arp.data(), 20).protocol, 0);
}

TEST(bench_floor, touches_a_line_for_every_packet) {
  Floor floor(kAccounts);
  const Stream stream(Kind::mix, kAccounts);
  for (unsigned i = 0; i < 100; ++i) floor.burst(stream, kFirstPacket + i * kBurst);
  EXPECT_EQ(floor.touched(), 100 * kBurst);
}

}  // namespace
}  // namespace lazaret::bench
