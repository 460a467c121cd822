// IP addresses and prefixes, both families in one type: IPv4 is held as an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2).
// Ownership: values. Threads: none.
#pragma once

#include <compare>
#include <cstdint>

namespace lazaret {

struct IpAddress {
  std::uint64_t high = 0;  ///< first eight octets, host order
  std::uint64_t low = 0;   ///< last eight octets, host order

  static constexpr IpAddress v4(std::uint32_t host_order) { return {0, 0x0000'ffff'0000'0000ULL | host_order}; }
  [[nodiscard]] constexpr bool is_v4() const { return high == 0 && (low >> 32) == 0xffff; }
  /// REQUIRES is_v4().
  [[nodiscard]] constexpr std::uint32_t as_v4() const { return static_cast<std::uint32_t>(low); }

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// `length` counts bits of the 128-bit form: an IPv4 /24 is held as 120.
struct Prefix {
  IpAddress address;
  std::uint8_t length = 128;

  friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;
};

/// The first `length` bits (0..128) of `address`, the rest zero.
constexpr IpAddress truncate(IpAddress address, unsigned length) {
  if (length == 0) return {0, 0};
  if (length <= 64) return {address.high & (~0ULL << (64 - length)), 0};
  if (length >= 128) return address;
  return {address.high, address.low & (~0ULL << (128 - length))};
}

constexpr bool contains(const Prefix& prefix, IpAddress address) {
  return truncate(address, prefix.length) == truncate(prefix.address, prefix.length);
}

}  // namespace lazaret
