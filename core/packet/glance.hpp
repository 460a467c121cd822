// A first look at a frame, for the many that concern nobody: data and acknowledgments of TCP connections that no
// detector follows, and UDP that is only counted. What it calls plain, decode() reads as IP with the same line, addresses
// and ports, as TCP with neither SYN nor RST and no followed port, or as UDP that is no DNS; all else it leaves to decode().
// Ownership: values. Threads: pure.
#pragma once

#include <bit>
#include <cstddef>

#include "core/packet/decode.hpp"
#include "core/packet/octets.hpp"
#include "core/packet/view.hpp"

namespace lazaret {

/// A port whose sessions are followed because one logs in there.
constexpr bool login_port(std::uint16_t port) {
  constexpr std::uint64_t kLow = 1ULL << 21 | 1ULL << 22 | 1ULL << 23;
  return ((port < 64) & (kLow >> (port & 63) & 1)) | (port == 2323) | (port == 3389);
}
/// A port whose sessions are followed at all.
constexpr bool session_port(std::uint16_t port) { return (port == 25) | login_port(port); }

enum class Plain : std::uint8_t { no, tcp, udp };

struct Glance {
  IpAddress own;  ///< the subscriber's end: the source upstream, else the destination
  LineId line;
  // Of UDP:
  IpAddress far_end;
  std::uint16_t own_port = 0, far_port = 0;
  std::uint32_t payload_length = 0;
  std::uint16_t payload_at = 0;  ///< in the frame, which may end before it
};

/// Whether and as what the frame is plain; then `g` is filled in. `hellos`: a TLS client's hello is not plain.
/// What differs from packet to packet (which way, TCP or UDP) is worked out without branches: each would be mispredicted for
/// every second or third packet, which costs more than all that is read here.
[[nodiscard]] inline Plain glance(std::span<const std::uint8_t> frame, Direction direction, bool hellos,
                                  Glance& g) noexcept {
  constexpr std::size_t kEthernet = 14, kTag = 4, kIpv4 = 20, kIpv6 = 40, kTcp = 20, kUdp = 8;
  constexpr std::uint16_t kVlan = 0x8100, kServiceVlan = 0x88a8;
  constexpr std::uint8_t kTcpNumber = 6, kUdpNumber = 17;
  constexpr unsigned kTcpLengthAndFlags = 12, kUdpLength = 4;
  if (frame.size() < kEthernet + 2 * kTag + kIpv4 + kUdp) return Plain::no;
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
  const std::uint64_t down = direction != Direction::upstream;
  const std::uint8_t* transport = ip + kIpv4;
  std::size_t length = 0;  // of the segment or datagram, on the wire
  std::uint8_t protocol = 0;
  bool odd = false;
  if (type == 0x0800) {
    const std::size_t total = read16(ip + 2);
    const std::uint64_t ends = std::rotl(read64(ip + 12), static_cast<int>(32 * down));
    g.own = IpAddress::v4(static_cast<std::uint32_t>(ends >> 32));
    g.far_end = IpAddress::v4(static_cast<std::uint32_t>(ends));
    protocol = ip[9];
    length = total - kIpv4;
    odd = (ip[0] != 0x45) | (total < kIpv4 + kUdp) | ((read16(ip + 6) & 0x3fff) != 0);
  } else if (type == 0x86dd) {
    if (static_cast<std::size_t>(end - ip) < kIpv6 + kUdp) return Plain::no;
    g.own = {read64(ip + 8 + 16 * down), read64(ip + 16 + 16 * down)};
    g.far_end = {read64(ip + 24 - 16 * down), read64(ip + 32 - 16 * down)};
    transport = ip + kIpv6;
    protocol = ip[6];
    length = read16(ip + 4);
    odd = (ip[0] >> 4 != 6) | g.own.is_v4() | g.far_end.is_v4();
  } else {
    return Plain::no;
  }
  const unsigned tcp = protocol == kTcpNumber;
  const auto held = static_cast<std::size_t>(end - transport);
  if (odd | ((tcp ^ 1) & (protocol != kUdpNumber)) | (held < kUdp + tcp * (kTcp - kUdp))) return Plain::no;
  // Source port first: the far one upstream is the second.
  const std::uint32_t ports = std::rotl(read32(transport), static_cast<int>(16 * down));
  g.own_port = static_cast<std::uint16_t>(ports >> 16);
  g.far_port = static_cast<std::uint16_t>(ports);
  // TCP: data offset and flags. UDP: length.
  const std::size_t word = read16(transport + kUdpLength + tcp * (kTcpLengthAndFlags - kUdpLength));
  const std::size_t header = tcp != 0 ? (word >> 12) * 4 : kUdp, least = kUdp + tcp * (kTcp - kUdp);
  g.payload_length = static_cast<std::uint32_t>(word - kUdp);  // of UDP
  g.payload_at = static_cast<std::uint16_t>(transport + kUdp - frame.data());
  const bool tcp_odd = ((word & (kSyn | kRst)) != 0) | session_port(g.far_port);
  const bool udp_odd = (word < kUdp) | (word > length) | (g.far_port == 53);
  if ((header < least) | (header > length) | (length < least) | ((tcp != 0) & tcp_odd) | ((tcp == 0) & udp_odd))
    return Plain::no;
  if (hellos && tcp != 0 && down == 0 && length > header && (transport + header >= end || transport[header] == 22))
    return Plain::no;
  return tcp != 0 ? Plain::tcp : Plain::udp;
}

}  // namespace lazaret
