// libFuzzer target: any octets as a frame, as a DNS message, as a TLS segment and as the lines of servers.
// With LAZARET_CANARY it trusts an IP header's length, a classic mistake, which the fuzzer must find at once.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/packet/dns.hpp"
#include "core/packet/login_text.hpp"
#include "core/packet/smtp.hpp"
#include "core/packet/tls.hpp"
#include "tests/core/packet_invariants.hpp"

namespace {

[[noreturn]] void fail(const char* broken) {
  std::fprintf(stderr, "broken: %s\n", broken);
  std::abort();
}

bool within(std::span<const std::uint8_t> part, std::span<const std::uint8_t> whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void read_names(std::span<const std::uint8_t> octets) {
  using namespace lazaret;
  const auto facts = read_dns(octets, 7);
  if (facts.has_value() != parse_dns(octets, 7).has_value()) fail("both readers take the same messages");
  if (facts) {
    if (facts->name_hash != parse_dns(octets, 7)->name_hash) fail("one name, one hash for both readers");
    if (facts->held > kDnsAnswersMax || (facts->held != 0 && !facts->response)) fail("addresses only in responses");
    if (facts->outside_octets > facts->name_octets) fail("a part of a name is no longer than it");
    // The question, and 15 octets a record at least: the root, a record's head and an IPv4 address.
    if (octets.size() < 12U + 5 + facts->held * 15U) fail("addresses take room");
  }
  const auto hello = read_client_hello(octets, 7);
  if (!hello) return;
  if (!within(hello->server_name, octets) || !within(hello->alpn, octets)) fail("names lie in the segment");
  if (hello->name_hash != 0 && hello->server_name.empty()) fail("no hash without a name");
  for (const char c : hello->ja4_text())
    if ((c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_') fail("a fingerprint is text");
}

void read_text(std::span<const std::uint8_t> octets) {
  using namespace lazaret;
  read_names(octets);
  if (says_login_failed(octets) && octets.size() < 4) fail("no word is that short");
  if (const auto q = parse_dns(octets, 7)) {
    if (octets.size() < 12U + 1 + 4 + 2U * q->labels) fail("a question of so many labels has a minimum of octets");
    if (!q->response && q->rcode != 0) fail("only a response has a code");
    if (parse_dns(octets, 7)->name_hash != q->name_hash) fail("one name, one hash");
  }
  if (const auto code = parse_smtp_reply(octets))
    if (*code < 200 || *code > 559) fail("a reply code is 200 to 559");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lazaret;
  const std::span<const std::uint8_t> octets(data, size);
  if (const char* broken = broken_decode_invariant(octets)) fail(broken);
  const Facts facts = decode(octets);
  read_text(octets);
  read_text(facts.payload);
#ifdef LAZARET_CANARY
  if (facts.payload_length != 0 && facts.payload.data()[facts.payload_length - 1] == 1) return 1;
#endif
  return 0;
}
