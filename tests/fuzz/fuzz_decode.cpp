// libFuzzer target: any octets as a frame, as a DNS message and as an SMTP segment.
// With LAZARET_CANARY it trusts an IP header's length, a classic mistake, which the fuzzer must find at once.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/packet/dns.hpp"
#include "core/packet/smtp.hpp"
#include "tests/core/packet_invariants.hpp"

namespace {

[[noreturn]] void fail(const char* broken) {
  std::fprintf(stderr, "broken: %s\n", broken);
  std::abort();
}

void read_text(std::span<const std::uint8_t> octets) {
  using namespace lazaret;
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
