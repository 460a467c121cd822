// One frame of the traffic, ready to be copied, and where an account's particulars go into the copy.
// Writing them takes no branch on the kind of frame, so that the generator costs little and about the same for all.
// IP and transport checksums are not kept right: the core leaves them to the receivers.
// Ownership: values. Threads: pure.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/address.hpp"
#include "core/packet/view.hpp"

namespace lazaret::bench {

/// The accounts' addresses: one IPv4 address each, one IPv6 /56 each, as dense pools.
constexpr std::uint32_t kPoolV4 = 10U << 24;
constexpr std::uint64_t kPoolV6 = 0x2001'0db8'0000'0000ULL;
constexpr std::uint32_t kAccountsMax = 1U << 24;

/// The other end. `variety` is a mask: how many neighbouring addresses there are.
struct Remote {
  std::uint32_t v4 = 0;
  std::uint64_t v6_high = 0;
  std::uint32_t variety = 0;
};

enum class Content : std::uint8_t { filler, dns_query, dns_answer, smtp_reply };

struct FrameSpec {
  Direction direction = Direction::upstream;
  bool v6 = false;
  std::uint8_t protocol = 6;
  std::uint8_t tcp_flags = 0;
  std::uint16_t remote_port = 443;
  Remote remote;
  Content content = Content::filler;
  std::uint16_t length = 0;  ///< octets on the wire without the checksum; grows to what headers and content need
};

/// Frames are cut here: headers, a DNS question and an SMTP reply fit, and bulk payload is nobody's business.
constexpr std::size_t kHeldMax = 128;

struct alignas(64) Frame {
  std::array<std::uint8_t, kHeldMax> octets{};
  std::uint16_t held = 0;         ///< octets that the buffer gets
  std::uint16_t wire_length = 0;  ///< octets that were on the wire
  std::uint8_t lines = 1;         ///< the same as `held`, in cache lines
  std::uint8_t v6 = 0;
  std::uint8_t own_shift = 0;  ///< 32 where the account's IPv4 address comes first
  Direction direction = Direction::upstream;
  std::uint8_t first_at = 0;   ///< eight octets: both IPv4 addresses, or the account's IPv6 prefix
  std::uint8_t second_at = 0;  ///< eight octets: the same again, or the last half of the other IPv6 address
  std::uint8_t port_at = 0;    ///< the account's port
  std::uint8_t number_at = 0;  ///< sequence or acknowledgment; letters of a name; elsewhere payload
  std::uint8_t id_at = 0;      ///< DNS id; elsewhere the checksum
  std::uint32_t remote = 0, variety = 0;
  std::uint32_t number_mask = ~0U, number_add = 0;
};

[[nodiscard]] Frame make_frame(const FrameSpec&);

template <typename Word>
void store(std::uint8_t* at, Word host_order) {
  static_assert(std::endian::native == std::endian::little);
  if constexpr (sizeof(Word) == 8) host_order = __builtin_bswap64(host_order);
  if constexpr (sizeof(Word) == 4) host_order = __builtin_bswap32(host_order);
  if constexpr (sizeof(Word) == 2) host_order = __builtin_bswap16(host_order);
  std::memcpy(at, &host_order, sizeof host_order);
}

/// Copies `f` to `to` and makes it the account's (numbered from 0). `chance` decides the rest: the same for a request and
/// its reply. REQUIRES room for kHeldMax octets.
inline void copy_frame(const Frame& f, std::uint32_t account, std::uint64_t chance, std::uint8_t* to) {
  for (unsigned line = 0; line < f.lines; ++line) std::memcpy(to + 64 * line, f.octets.data() + 64 * line, 64);
  const auto low = static_cast<std::uint32_t>(chance);
  const std::uint64_t own = kPoolV4 + account, remote = f.remote + (low & f.variety);
  const std::uint64_t pair = own << f.own_shift | remote << (32 - f.own_shift);
  store(to + f.first_at, f.v6 ? kPoolV6 | std::uint64_t{account} << 8 : pair);
  store(to + f.second_at, f.v6 ? remote : pair);
  store(to + f.port_at, static_cast<std::uint16_t>(0x8000U | (low >> 9 & 0x3fffU)));
  store(to + f.number_at, (low & f.number_mask) + f.number_add);
  store(to + f.id_at, static_cast<std::uint16_t>(low >> 11));
}

}  // namespace lazaret::bench
