// Frames for tests: built octet by octet, and checked for right checksums.
// Ownership: values. Threads: none.
#pragma once

#include <algorithm>
#include <string_view>

#include "sim/world/subscriber_lines.hpp"

namespace lazaret::testing {

struct Segment {
  IpAddress from, to;
  std::uint16_t from_port = 0, to_port = 0;
  std::uint8_t flags = 0x02;
  std::uint32_t sequence = 1000, acknowledgment = 0;
  std::string_view payload = {};
};

inline Frame ip_frame(IpAddress from, IpAddress to, std::uint8_t protocol, std::size_t body_octets) {
  Frame f;
  f.room.fill(0);
  set_macs(f, 0x020000000002, 0x020000000001);
  const bool v4 = from.is_v4();
  f.length = kEthernetOctets + (v4 ? 20 : 40) + body_octets;
  put16(f.octets(), 12, v4 ? kEtherIpv4 : kEtherIpv6);
  const Octets ip = f.octets().subspan(kEthernetOctets);
  if (v4) {
    ip[0] = 0x45;
    put16(ip, 2, static_cast<std::uint16_t>(ip.size()));
    ip[8] = 64;
    ip[9] = protocol;
    put32(ip, 12, from.as_v4());
    put32(ip, 16, to.as_v4());
    finish_ipv4_header(ip);
  } else {
    ip[0] = 0x60;
    put16(ip, 4, static_cast<std::uint16_t>(body_octets));
    ip[6] = protocol;
    ip[7] = 64;
    put_v6(ip, 8, from);
    put_v6(ip, 24, to);
  }
  return f;
}

inline Octets ip_of(Frame& f) { return f.octets().subspan(kEthernetOctets); }
inline Octets body_of(Frame& f) {
  const Octets ip = ip_of(f);
  return ip.subspan(ip[0] >> 4 == 4 ? std::size_t{ip[0] & 0x0fU} * 4 : 40);
}

inline Frame tcp_frame(const Segment& s) {
  Frame f = ip_frame(s.from, s.to, kProtocolTcp, 20 + s.payload.size());
  const Octets tcp = body_of(f);
  put16(tcp, 0, s.from_port);
  put16(tcp, 2, s.to_port);
  put32(tcp, 4, s.sequence);
  put32(tcp, 8, s.acknowledgment);
  tcp[12] = 0x50;
  tcp[13] = s.flags;
  std::copy(s.payload.begin(), s.payload.end(), tcp.begin() + 20);
  finish_transport(ip_of(f));
  return f;
}

inline Frame udp_frame(const Segment& s) {
  Frame f = ip_frame(s.from, s.to, kProtocolUdp, 8 + s.payload.size());
  const Octets udp = body_of(f);
  put16(udp, 0, s.from_port);
  put16(udp, 2, s.to_port);
  put16(udp, 4, static_cast<std::uint16_t>(udp.size()));
  std::copy(s.payload.begin(), s.payload.end(), udp.begin() + 8);
  finish_transport(ip_of(f));
  return f;
}

/// Recomputes every checksum and compares.
inline bool checksums_right(const Frame& original) {
  Frame again = original;
  const Octets ip = ip_of(again);
  if (ip[0] >> 4 == 4) finish_ipv4_header(ip);
  finish_transport(ip);
  return std::equal(original.octets().begin(), original.octets().end(), again.octets().begin());
}

/// Keeps what arrives.
struct Keeper : FrameSink {
  void receive(FramePtr packet) override { frames.push_back(*Frame::take(packet)); }
  std::vector<Frame> frames;
};

}  // namespace lazaret::testing
