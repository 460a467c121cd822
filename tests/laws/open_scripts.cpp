// What a restricted account may and may not do: web pages, long sessions, sacred services, learned addresses.
#include <array>

#include "tests/laws/scripts.hpp"

namespace lazaret::laws {
namespace {

using frames::Flow;

Meaning meaning(const Flow& f, std::uint8_t protocol, bool ports = true) {
  return {true, ports, protocol, f.source, f.destination, f.source_port, f.destination_port};
}

}  // namespace

void Scripts::web(const Subject& s) {
  const IpAddress from = own(s), to = host_like(from);
  const std::uint16_t ports[] = {80, 443, 465, 587};
  connect(s, to, dice_.pick(ports), answer(20));
  const Flow quic{from, to, dice_.port(), 443};
  udp(now, Direction::upstream, s, quic, {1, 2, 3, 4});
  udp(after(now, 50), Direction::downstream, s, quic.reversed(), {5, 6, 7});
}

void Scripts::sacred(const Subject& s) {
  const IpAddress from = own(s);
  const std::uint16_t ports[] = {5060, 5061, 110, 143, 993, 995, 123, 53, 80, 443, 25, 16384};
  for (unsigned i = 0; i < 3; ++i) {
    const IpAddress to = dice_.chance(70) ? service_like(from) : host_like(from);
    const Flow flow{from, to, dice_.port(), dice_.pick(ports)};
    if (dice_.chance(50)) udp(now, Direction::upstream, s, flow, {0x80, 0, 1, 2});
    if (dice_.chance(50)) udp(after(now, 20), Direction::downstream, s, flow.reversed(), {0x80, 0, 3});
    if (dice_.chance(60)) connect(s, to, flow.destination_port, answer(20));
    if (dice_.chance(20)) {
      const frames::Packet ping =
          frames::ip({.source = from, .destination = to}, from.is_v4() ? frames::icmp(8, 0) : frames::icmpv6(128, 0));
      write(now, Direction::upstream, frames::ethernet(ping, s.access),
            meaning(flow, static_cast<std::uint8_t>(from.is_v4() ? 1 : 58), false));
    }
    now = after(now, 40);
  }
}

void Scripts::long_session(const Subject& s) {
  const IpAddress from = own(s), to = host_like(from);
  const std::uint16_t ports[] = {80, 443, 443, 80, 8080, 25, 993};
  const bool over_udp = dice_.chance(35);
  const Flow flow{from, to, dice_.port(), over_udp ? std::uint16_t{443} : dice_.pick(ports)};
  std::uint32_t ours = dice_.sequence_number(), theirs = dice_.sequence_number();
  Timestamp t = now;
  if (!over_udp) {
    tcp(t, Direction::upstream, s, flow, kSyn, ours++, 0);
    tcp(after(t, 50), Direction::downstream, s, flow.reversed(), kSyn | kAck, theirs++, ours);
  }
  const unsigned rounds = 10 + few(30);
  for (unsigned i = 0; i < rounds; ++i) {
    t = on_grid({t.ns + dice_.range(50, 3000) * 1'000'000});
    const Timestamp back = after(t, 100);
    if (over_udp) {
      const std::uint8_t first = i == 0 || dice_.chance(20) ? 0xc3 : 0x41;  // a long header opens a connection
      udp(t, Direction::upstream, s, flow, dice_.chance(5) ? frames::Octets{} : frames::Octets{first, 2, 3});
      udp(back, Direction::downstream, s, flow.reversed(), {first, 1});
    } else {
      tcp(t, Direction::upstream, s, flow, kAck | kPsh, ours, theirs, "more please");
      ours += 11;
      tcp(back, Direction::downstream, s, flow.reversed(), kAck | kPsh, theirs, ours, "here it is");
      theirs += 10;
    }
  }
}

void Scripts::learned(const Subject& s) {
  for (unsigned i = few(3); i > 0; --i) {
    const std::uint16_t ports[] = {80, 443, 25, 8443};
    const IpAddress from = own(s), to = cleaner_like(from, dice_.chance(75));
    connect(s, to, dice_.pick(ports), answer(10));
    if (dice_.chance(40)) udp(now, Direction::upstream, s, {from, to, dice_.port(), 443}, {0xc1, 1});
    if (dice_.chance(40)) udp(now, Direction::downstream, s, {to, from, 443, dice_.port()}, {0xc1, 1});
    now = after(now, 1500);
  }
}

}  // namespace lazaret::laws
