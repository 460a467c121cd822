// Octets of a frame, read and written in network order; Internet checksums, whole (RFC 1071) and incremental (RFC
// 1624). A Frame is a frame taken out of its ns3::Packet to be changed; it goes back with the same truth tag.
// Ownership: values. Threads: none.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "core/address.hpp"
#include "sim/population/truth.hpp"
#include "sim/world/wire.hpp"

namespace lazaret {

constexpr std::size_t kEthernetOctets = 14;
constexpr std::uint16_t kEtherIpv4 = 0x0800, kEtherIpv6 = 0x86dd, kEtherCTag = 0x8100, kEtherSTag = 0x88a8;
constexpr std::uint8_t kProtocolIcmp = 1, kProtocolTcp = 6, kProtocolUdp = 17, kProtocolIcmp6 = 58;

using Octets = std::span<std::uint8_t>;
using ConstOctets = std::span<const std::uint8_t>;

inline std::uint16_t get16(ConstOctets o, std::size_t at) { return static_cast<std::uint16_t>(o[at] << 8 | o[at + 1]); }
inline std::uint32_t get32(ConstOctets o, std::size_t at) {
  return std::uint32_t{get16(o, at)} << 16 | get16(o, at + 2);
}
inline void put16(Octets o, std::size_t at, std::uint16_t v) {
  o[at] = static_cast<std::uint8_t>(v >> 8);
  o[at + 1] = static_cast<std::uint8_t>(v);
}
inline void put32(Octets o, std::size_t at, std::uint32_t v) {
  put16(o, at, static_cast<std::uint16_t>(v >> 16));
  put16(o, at + 2, static_cast<std::uint16_t>(v));
}
[[nodiscard]] IpAddress get_v6(ConstOctets, std::size_t at);
void put_v6(Octets, std::size_t at, IpAddress);

/// Ones' complement sum, not yet inverted; feed pieces of even length.
[[nodiscard]] std::uint32_t sum16(ConstOctets, std::uint32_t sum = 0);
[[nodiscard]] std::uint16_t fold(std::uint32_t sum);  ///< inverted, ready to store
/// The checksum field at `at` follows a change of a 16 or 32 bit value elsewhere (RFC 1624, equation 3).
void adjust16(Octets, std::size_t at, std::uint16_t before, std::uint16_t after);
void adjust32(Octets, std::size_t at, std::uint32_t before, std::uint32_t after);
/// Writes the IPv4 header checksum; the transport checksum (TCP, UDP, ICMP, ICMPv6) of a whole packet of either family.
void finish_ipv4_header(Octets ip);
void finish_transport(Octets ip);

struct Frame {
  std::array<std::uint8_t, 2048> room;
  std::size_t length = 0;
  std::optional<Truthful> truth;

  [[nodiscard]] Octets octets() { return {room.data(), length}; }
  [[nodiscard]] ConstOctets octets() const { return {room.data(), length}; }
  /// Nothing for a frame longer than the room (no wire here carries one).
  [[nodiscard]] static std::optional<Frame> take(const FramePtr&);
  [[nodiscard]] FramePtr packet() const;
};

[[nodiscard]] std::optional<Truthful> truth_of(const FramePtr&);
void set_truth(const FramePtr&, Truthful);

}  // namespace lazaret
