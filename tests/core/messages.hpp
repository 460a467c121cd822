// Messages for tests that need more than a line: DNS responses with records, TLS client hellos with extensions. Lengths
// are right; tests that want a wrong one poke it.
// Ownership: everything is a value. Threads: pure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "tests/core/frames.hpp"

namespace lazaret::frames {

/// A dotted name in wire form, with the root's 0.
[[nodiscard]] Octets name_octets(std::string_view dotted);
/// A compression pointer to `at` in the message; behind labels it ends their name.
[[nodiscard]] Octets pointer(unsigned at);
[[nodiscard]] Octets labels_and_pointer(std::string_view dotted, unsigned at);
/// Where the question's name stands in every message.
constexpr unsigned kQuestionAt = 12;

struct Record {
  Octets owner;
  std::uint16_t type = 1;
  Octets data = {};
  std::uint32_t ttl_s = 300;
  std::uint16_t record_class = 1;
};
/// A or AAAA, as the address is.
[[nodiscard]] Record address_record(const Octets& owner, IpAddress, std::uint32_t ttl_s = 300);
[[nodiscard]] inline Record a(const Octets& owner, std::string_view text, std::uint32_t ttl_s = 300) {
  return address_record(owner, address(text), ttl_s);
}
[[nodiscard]] inline Record aaaa(const Octets& owner, std::string_view text, std::uint32_t ttl_s = 300) {
  return address_record(owner, address(text), ttl_s);
}
[[nodiscard]] Record alias(const Octets& owner, const Octets& target);
/// The question with these answers; their count is the records'.
[[nodiscard]] Octets dns_response(const Dns&, const std::vector<Record>&);

/// An extension of a TLS hello.
struct HelloExtension {
  std::uint16_t type = 0;
  Octets body = {};
};
[[nodiscard]] HelloExtension server_name(std::string_view name);
[[nodiscard]] HelloExtension alpn(const std::vector<Octets>& protocols);
[[nodiscard]] HelloExtension supported_versions(const std::vector<std::uint16_t>&);
[[nodiscard]] HelloExtension signature_algorithms(const std::vector<std::uint16_t>&);

struct Hello {
  std::uint16_t version = 0x0303;
  std::vector<std::uint16_t> ciphers = {0x1301};
  std::vector<HelloExtension> extensions = {};
  bool with_extensions = true;  ///< false: the hello ends behind its compression methods
};
/// The hello alone, from its legacy version on.
[[nodiscard]] Octets hello_body(const Hello&);
/// The hello as one handshake message in one record: what the first segment of a TLS connection holds.
[[nodiscard]] Octets client_hello(const Hello&);
/// A usual browser's hello with this many octets of padding (RFC 7685), in a TCP segment's frame.
[[nodiscard]] Octets hello_segment(const Flow&, unsigned padding, const Access& = {});

}  // namespace lazaret::frames
