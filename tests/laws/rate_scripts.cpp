// What an account sends by the second: floods with and without a way back, answers that amplify, and calls.
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {
namespace {

using frames::Flow;

constexpr std::uint16_t kAmplifiers[] = {19, 53, 123, 161, 389, 1900, 11211};

}  // namespace

void Scripts::syn_flood(const Subject& s) {
  const IpAddress to = host_like(own(s));
  const std::uint16_t ports[] = {80, 443, 25565, 25};
  const std::uint16_t port = dice_.pick(ports);
  const unsigned answered = dice_.chance(60) ? 0 : static_cast<unsigned>(dice_.below(60));
  for (unsigned second = few(5); second > 0; --second) {
    for (unsigned packets = few(40); packets > 0; --packets) {
      IpAddress from = own(s);
      while (from.is_v4() != to.is_v4()) from = own(s);
      const Flow flow{from, to, dice_.port(), port};
      const std::uint32_t isn = dice_.word();
      const Timestamp t = after(now, 300);
      tcp(t, Direction::upstream, s, flow, kSyn, isn, 0);
      if (dice_.chance(answered)) tcp(t, Direction::downstream, s, flow.reversed(), kSyn | kAck, dice_.word(), isn + 1);
    }
    now = on_grid({now.ns + 1'000'000'000});
  }
}

void Scripts::udp_flood(const Subject& s) {
  const IpAddress from = own(s), to = host_like(from);
  const Flow flow{from, to, dice_.port(), dice_.chance(70) ? dice_.port() : std::uint16_t{53}};
  const unsigned answered = dice_.chance(60) ? 0 : static_cast<unsigned>(dice_.below(20));
  for (unsigned second = few(5); second > 0; --second) {
    for (unsigned packets = few(40); packets > 0; --packets) {
      const Timestamp t = after(now, 300);
      udp(t, Direction::upstream, s, flow, {0x55, 1});
      if (dice_.chance(answered)) udp(t, Direction::downstream, s, flow.reversed(), {0x55, 2});
    }
    now = on_grid({now.ns + 1'000'000'000});
  }
}

void Scripts::amplify(const Subject& s) {
  const IpAddress from = own(s), to = host_like(from);
  const Flow flow{from, to, dice_.chance(90) ? dice_.pick(kAmplifiers) : std::uint16_t{7}, dice_.port()};
  for (unsigned second = few(4); second > 0; --second) {
    for (unsigned packets = few(40); packets > 0; --packets) {
      if (dice_.chance(50)) udp(now, Direction::downstream, s, flow.reversed(), {1});
      udp(after(now, 300), Direction::upstream, s, flow, frames::Octets(380 + dice_.below(60), 9));
    }
    now = on_grid({now.ns + 1'000'000'000});
  }
}

void Scripts::torrent(const Subject& s) {
  const IpAddress from = own(s);
  const Flow flow{from, host_like(from), dice_.port(), dice_.chance(50) ? dice_.port() : std::uint16_t{53}};
  const Direction most = dice_.chance(70) ? Direction::upstream : Direction::downstream;
  const bool syns = dice_.chance(50);
  const auto packet = [&](Direction d, unsigned n) {
    const Timestamp t = on_grid({now.ns + std::int64_t{n} * 10'000});
    const Flow f = d == Direction::upstream ? flow : flow.reversed();
    if (syns)
      tcp(t, d, s, f, d == Direction::upstream ? kSyn : kSyn | kAck, 7, 8);
    else
      udp(t, d, s, f, {0x55, 3});
  };
  now = {(now.ns / kNsPerSecond + 1) * kNsPerSecond};
  unsigned n = 0;
  for (unsigned others = dice_.chance(50) ? few(60) : 14'000; others > 0; --others)
    packet(most == Direction::upstream ? Direction::downstream : Direction::upstream, n++);
  for (unsigned packets = 65'490 + few(90); packets > 0; --packets) packet(most, n++);
  for (unsigned packets = few(60); packets > 0; --packets) packet(Direction::upstream, n++);
  now = {now.ns + kNsPerSecond};
}

void Scripts::call(const Subject& s) {
  const IpAddress from = own(s);
  const std::uint16_t ports[] = {16384, 40000, 3478, 16384, 443, 123};
  const Flow flow{from, dice_.chance(85) ? host_like(from) : service_like(from), dice_.port(), dice_.pick(ports)};
  Timestamp t = now;
  for (unsigned rounds = 20 + few(40); rounds > 0; --rounds) {
    t = on_grid({t.ns + dice_.range(20, dice_.chance(4) ? 14'000 : 1500) * 1'000'000});
    if (dice_.chance(6)) {  // a silence in which a sacred call begins, that must not take this one's place
      t = on_grid({t.ns + dice_.range(5500, 8500) * 1'000'000});
      udp(t, Direction::upstream, s, {from, service_of(stream_.policy.services_voice, from), dice_.port(), 16384},
          {0x80});
    }
    if (dice_.chance(85)) udp(t, Direction::upstream, s, flow, {0x80, 0, 1});
    if (dice_.chance(85)) udp(after(t, 40), Direction::downstream, s, flow.reversed(), {0x80, 0, 2});
    if (dice_.chance(4)) {  // somebody else, who may take the call's place only while nothing is closed
      const Flow other{from, host_like(from), dice_.port(), 27015};
      udp(t, dice_.chance(50) ? Direction::upstream : Direction::downstream, s,
          dice_.chance(50) ? other : other.reversed(), {1});
    }
  }
}

}  // namespace lazaret::laws
