// The question of a DNS query (RFC 1035, 4.1): enough to see what a subscriber asks for.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace lazaret {

struct DnsQuestion {
  std::uint16_t id = 0;
  bool response = false;
  std::uint8_t rcode = 0;       ///< of a response
  std::uint16_t type = 0;       ///< QTYPE; 15 is MX
  std::uint64_t name_hash = 0;  ///< of the name, letters folded to lower case, keyed by the caller's seed
  std::uint8_t labels = 0;
};
constexpr std::uint16_t kDnsTypeMx = 15;

/// Nothing for a message without exactly one question, a name over 255 octets, a compression pointer in the question,
/// or a truncated message.
[[nodiscard]] std::optional<DnsQuestion> parse_dns(std::span<const std::uint8_t> message, std::uint64_t seed) noexcept;

}  // namespace lazaret
