// A first look at a frame, for the many that concern nobody: data and acknowledgments of TCP connections that no
// detector follows, and UDP that is only counted. What it calls plain, decode() reads as IP with the same line, addresses
// and ports, as TCP with neither SYN nor RST and no followed port, or as UDP that is no DNS; all else it leaves to decode().
// Ownership: values. Threads: pure.
#pragma once

#include <cstddef>

#include "core/packet/decode.hpp"
#include "core/packet/octets.hpp"
#include "core/packet/view.hpp"

namespace lazaret {

/// A port whose sessions are followed because one logs in there.
constexpr bool login_port(std::uint16_t port) {
  constexpr std::uint64_t kLow = 1ULL << 21 | 1ULL << 22 | 1ULL << 23;
  return port < 64 ? (kLow >> port & 1) != 0 : port == 2323 || port == 3389;
}
/// A port whose sessions are followed at all.
constexpr bool session_port(std::uint16_t port) { return port == 25 || login_port(port); }

enum class Plain : std::uint8_t { no, tcp, udp };

struct Glance {
  IpAddress own;  ///< the subscriber's end: the source upstream, else the destination
  LineId line;
  // Of UDP:
  IpAddress far_end;
  std::uint16_t own_port = 0, far_port = 0;
  std::uint32_t payload_length = 0;
};

/// Whether and as what the frame is plain; then `g` is filled in. `hellos`: a TLS client's hello is not plain.
[[nodiscard]] inline Plain glance(std::span<const std::uint8_t> frame, Direction direction, bool hellos,
                                  Glance& g) noexcept {
  constexpr std::size_t kEthernet = 14, kTag = 4, kIpv4 = 20, kIpv6 = 40, kTcp = 20, kUdp = 8;
  constexpr std::uint16_t kVlan = 0x8100, kServiceVlan = 0x88a8;
  constexpr std::uint8_t kTcpNumber = 6, kUdpNumber = 17;
  if (frame.size() < kEthernet + kIpv4 + kUdp) return Plain::no;
  const std::uint8_t* ip = frame.data() + kEthernet;
  const std::uint8_t* const end = frame.data() + frame.size();
  std::uint16_t type = read16(frame.data() + 12), inner = 0, outer = 0;
  if (type == kVlan || type == kServiceVlan) {
    inner = read16(ip) & 0x0fff;
    type = read16(ip + 2);
    ip += kTag;
    if (type == kVlan || type == kServiceVlan) {
      outer = inner;
      inner = read16(ip) & 0x0fff;
      type = read16(ip + 2);
      ip += kTag;
    }
  }
  g.line = make_line(outer, inner, 0);
  const bool up = direction == Direction::upstream;
  const auto left = static_cast<std::size_t>(end - ip);
  const std::uint8_t* transport = nullptr;
  std::size_t length = 0;  // of the segment or datagram, on the wire
  std::uint8_t protocol = 0;
  if (type == 0x0800) {
    if (left < kIpv4 + kUdp || ip[0] != 0x45) return Plain::no;
    const std::size_t total = read16(ip + 2);
    if (total < kIpv4 + kUdp || (read16(ip + 6) & 0x3fff) != 0) return Plain::no;
    protocol = ip[9];
    g.own = IpAddress::v4(read32(ip + (up ? 12 : 16)));
    g.far_end = IpAddress::v4(read32(ip + (up ? 16 : 12)));
    transport = ip + kIpv4;
    length = total - kIpv4;
  } else if (type == 0x86dd) {
    if (left < kIpv6 + kUdp || ip[0] >> 4 != 6) return Plain::no;
    protocol = ip[6];
    length = read16(ip + 4);
    g.own = {read64(ip + (up ? 8 : 24)), read64(ip + (up ? 16 : 32))};
    g.far_end = {read64(ip + (up ? 24 : 8)), read64(ip + (up ? 32 : 16))};
    if (g.own.is_v4() || g.far_end.is_v4()) return Plain::no;
    transport = ip + kIpv6;
  } else {
    return Plain::no;
  }
  const std::uint16_t source_port = read16(transport), destination_port = read16(transport + 2);
  const std::uint16_t far_port = up ? destination_port : source_port;
  if (protocol == kTcpNumber) {
    if (static_cast<std::size_t>(end - transport) < kTcp || length < kTcp) return Plain::no;
    const std::size_t header = (transport[12] >> 4) * std::size_t{4};
    if (header < kTcp || header > length || (transport[13] & (kSyn | kRst)) != 0) return Plain::no;
    if (session_port(far_port)) return Plain::no;
    const bool hello = hellos && up && length > header && (transport + header >= end || transport[header] == 22);
    return hello ? Plain::no : Plain::tcp;
  }
  if (protocol != kUdpNumber || far_port == 53) return Plain::no;
  const std::size_t datagram = read16(transport + 4);
  if (datagram < kUdp || datagram > length) return Plain::no;
  g.own_port = up ? source_port : destination_port;
  g.far_port = far_port;
  g.payload_length = static_cast<std::uint32_t>(datagram - kUdp);
  return Plain::udp;
}

}  // namespace lazaret
