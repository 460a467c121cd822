// libFuzzer target: any text as a DNS log. The first octet picks the format.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/packet/decode.hpp"
#include "core/packet/dns.hpp"
#include "scenarios/dns_log/frame.hpp"
#include "scenarios/dns_log/parser.hpp"

namespace {

using namespace lazaret;

[[noreturn]] void fail(const char* broken) {
  std::fprintf(stderr, "broken: %s\n", broken);
  std::abort();
}

/// Whatever a log claims, the core gets a frame that it can read.
void send(const DnsLogEntry& e) {
  DnsMessage m;
  m.client = e.client;
  m.resolver = e.client.is_v4() ? IpAddress::v4(1) : IpAddress{1, 1};
  m.type = e.type;
  m.name = e.name;
  m.response = e.response;
  m.rcode = e.rcode.value_or(0);
  m.addresses = e.addresses;
  m.records = std::max(e.records.value_or(0), static_cast<std::uint16_t>(e.addresses.size()));
  m.size = e.size;
  DnsFrame frame;
  write_dns_frame(m, frame);
  if (frame.wire_length < frame.held) fail("a frame is not longer than the wire's");
  const Facts facts = decode(frame.frame());
  if (facts.parse != Parse::ip || facts.transport != Transport::udp) fail("a frame is UDP over IP");
  const auto question = parse_dns(facts.payload, 0);
  if (!question && frame.held < frame.octets.size()) fail("a message that was not cut has its question");
  if (question && question->type != e.type) fail("the type is the entry's");
}

void check(std::string_view what, const std::vector<DnsLogEntry>& entries, std::size_t before) {
  if (entries.size() > before + 2) fail("a line gives two entries at most");
  // It may end an answer that dnsmasq spread over several lines.
  const bool earlier = entries.size() == before + 1 && entries.back().response;
  if (is_unreadable(what) && entries.size() != before && !earlier) fail("an unreadable line gives nothing of its own");
  for (std::size_t i = before; i < entries.size(); ++i) {
    if (entries[i].stamp_ns < 0) fail("time is not negative");
    if (entries[i].name.empty() || entries[i].name.size() > 255 || entries[i].name.back() != 0) fail("a name is one");
    send(entries[i]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto format = static_cast<DnsLogFormat>(data[0] % kDnsLogFormats.size());
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto parser = make_dns_log_parser(format, {3600, (data[0] & 0x40) != 0 ? 2026 : 0, 1795502066});
  std::vector<DnsLogEntry> entries;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size()), before = entries.size();
    check(parser->read(text.substr(0, end), entries), entries, before);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const std::size_t before = entries.size();
  check(parser->end(entries), entries, before);
  return 0;
}
