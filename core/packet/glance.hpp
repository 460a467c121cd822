// A first look at a frame, for the many that concern nobody: data and acknowledgments of TCP connections that no
// detector follows. What it calls plain, decode() reads as IP and TCP with the same line and addresses, neither SYN nor
// RST, and no followed port; everything else it leaves to decode().
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

struct Glance {
  IpAddress own;  ///< the subscriber's end: the source upstream, else the destination
  LineId line;
};

/// Whether the frame is plain; then `g` is filled in. `hellos`: a TLS client's hello is not plain.
[[nodiscard]] inline bool glance(std::span<const std::uint8_t> frame, Direction direction, bool hellos,
                                 Glance& g) noexcept {
  constexpr std::size_t kEthernet = 14, kTag = 4, kIpv4 = 20, kIpv6 = 40, kTcp = 20;
  constexpr std::uint16_t kVlan = 0x8100, kServiceVlan = 0x88a8;
  if (frame.size() < kEthernet + kIpv4 + kTcp) return false;
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
  const std::uint8_t* tcp = nullptr;
  std::size_t length = 0;  // of the TCP segment, on the wire
  if (type == 0x0800) {
    if (left < kIpv4 + kTcp || ip[0] != 0x45 || ip[9] != 6) return false;
    const std::size_t total = read16(ip + 2);
    if (total < kIpv4 + kTcp || (read16(ip + 6) & 0x3fff) != 0) return false;
    g.own = IpAddress::v4(read32(ip + (up ? 12 : 16)));
    tcp = ip + kIpv4;
    length = total - kIpv4;
  } else if (type == 0x86dd) {
    if (left < kIpv6 + kTcp || ip[0] >> 4 != 6 || ip[6] != 6) return false;
    length = read16(ip + 4);
    const IpAddress source{read64(ip + 8), read64(ip + 16)};
    const IpAddress destination{read64(ip + 24), read64(ip + 32)};
    if (length < kTcp || source.is_v4() || destination.is_v4()) return false;
    g.own = up ? source : destination;
    tcp = ip + kIpv6;
  } else {
    return false;
  }
  const std::size_t header = (tcp[12] >> 4) * std::size_t{4};
  if (header < kTcp || header > length || (tcp[13] & (kSyn | kRst)) != 0) return false;
  if (session_port(read16(tcp + (up ? 2 : 0)))) return false;
  return !(hellos && up && length > header && (tcp + header >= end || tcp[header] == 22));
}

}  // namespace lazaret
