// A DNS message over UDP (RFC 1035, 4.1): what is asked, and which addresses are answered.
//
// Exactly one question (RFC 9619) and operation 0; anything else is no message here. Messages over TCP are out of scope:
// their length prefix and their segments would need a stream.
// Names are followed through compression pointers (4.1.4) that lead strictly backwards, at most kDnsPointersMax of them.
// A capture cuts messages: the question's facts need the question whole, and answers are read up to the cut.
// Ownership: values. Threads: pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "core/address.hpp"
#include "core/packet/name.hpp"

namespace lazaret {

struct DnsQuestion {
  std::uint16_t id = 0;
  bool response = false;
  std::uint8_t rcode = 0;       ///< of a response
  std::uint16_t type = 0;       ///< QTYPE; 15 is MX
  std::uint64_t name_hash = 0;  ///< of the name, letters folded to lower case, keyed by the caller's seed
  std::uint8_t labels = 0;
};
constexpr std::uint16_t kDnsTypeA = 1, kDnsTypeCname = 5, kDnsTypeMx = 15, kDnsTypeTxt = 16, kDnsTypeAaaa = 28;

/// Nothing for a message without exactly one question, a name over 255 octets, a compression pointer in the question,
/// another operation than a query's, or a truncated question.
[[nodiscard]] std::optional<DnsQuestion> parse_dns(std::span<const std::uint8_t> message, std::uint64_t seed) noexcept;

constexpr unsigned kDnsPointersMax = 16;  ///< followed in one name
constexpr unsigned kDnsRecordsMax = 32;   ///< answers looked at in one message
constexpr unsigned kDnsLinksMax = 8;      ///< aliases (CNAME) between the question's name and an address
constexpr unsigned kDnsAnswersMax = 4;    ///< addresses kept

struct DnsAnswer {
  IpAddress address;
  std::uint32_t ttl_s = 0;
};

/// The question's name is the NameFacts part.
struct DnsFacts : NameFacts {
  std::uint16_t id = 0;
  std::uint16_t qtype = 0;
  std::uint16_t answer_count = 0;  ///< as a response's header claims
  bool response = false;
  bool truncated = false;      ///< the TC bit; says nothing of a capture's cut
  std::uint8_t rcode = 0;      ///< of a response
  bool answers_whole = false;  ///< a response of which all answer_count records were there, well-formed and read
  std::uint8_t held = 0;       ///< of `answers`
  /// The first addresses (A and AAAA, class IN) whose owner is the question's name or an alias of it, in the message's
  /// order. An IPv6 address in ::ffff:0:0/96 is left out: here it would pass for IPv4. A TTL with its first bit set is 0
  /// (RFC 2181, 8).
  std::array<DnsAnswer, kDnsAnswersMax> answers;

  [[nodiscard]] std::span<const DnsAnswer> addresses() const noexcept { return {answers.data(), held}; }
};

/// Nothing where parse_dns() gives nothing.
[[nodiscard]] std::optional<DnsFacts> read_dns(std::span<const std::uint8_t> message, std::uint64_t seed) noexcept;

}  // namespace lazaret
