#include "core/packet/dns.hpp"

#include <array>
#include <cstddef>

#include "core/hash.hpp"

namespace lazaret {
namespace {

constexpr std::size_t kHeader = 12, kNameMax = 255, kLabelMax = 63;

constexpr std::uint16_t read16(const std::uint8_t* p) { return static_cast<std::uint16_t>(p[0] << 8 | p[1]); }

}  // namespace

std::optional<DnsQuestion> parse_dns(std::span<const std::uint8_t> message, std::uint64_t seed) noexcept {
  if (message.size() < kHeader || read16(&message[4]) != 1) return std::nullopt;
  // The name in wire form, with its length octets, so that "a.b" and the single label "a\1b" differ.
  std::array<std::uint8_t, kNameMax> name;
  std::size_t used = 0, at = kHeader;
  DnsQuestion question;
  for (;;) {
    if (at == message.size()) return std::nullopt;
    const std::size_t length = message[at++];
    if (length > kLabelMax || used + 1 + length > kNameMax || message.size() - at < length) return std::nullopt;
    name[used++] = static_cast<std::uint8_t>(length);
    if (length == 0) break;
    for (std::size_t i = 0; i < length; ++i) {
      const std::uint8_t octet = message[at++];
      const bool upper = octet >= 'A' && octet <= 'Z';
      name[used++] = static_cast<std::uint8_t>(upper ? octet + ('a' - 'A') : octet);
    }
    ++question.labels;
  }
  if (message.size() - at < 4) return std::nullopt;  // QTYPE and QCLASS
  question.id = read16(&message[0]);
  question.response = (message[2] & 0x80) != 0;
  question.rcode = question.response ? message[3] & 0x0f : 0;
  question.type = read16(&message[at]);
  question.name_hash = hash_octets(seed, {name.data(), used});
  return question;
}

}  // namespace lazaret
