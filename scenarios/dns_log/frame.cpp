#include "scenarios/dns_log/frame.hpp"

#include <algorithm>

namespace lazaret {
namespace {

constexpr std::size_t kEthernet = 14, kIpv4 = 20, kIpv6 = 40, kUdp = 8;
constexpr std::uint16_t kDnsServerPort = 53, kInternet = 1, kTypeA = 1, kTypeAaaa = 28;
constexpr std::uint8_t kProtocolUdp = 17, kHops = 64;
constexpr std::uint32_t kTtlS = 300;             // logs do not tell it
constexpr std::uint16_t kQuestionName = 0xc00c;  // a pointer to the name after the header
constexpr std::size_t kLeastRecord = 16;  // a record that is only counted: as many octets as an IPv4 address takes

/// Writes what fits and counts all.
class Writer {
 public:
  explicit Writer(DnsFrame& frame) : frame_(frame) {}
  void put8(unsigned v) {
    if (at_ < frame_.octets.size()) frame_.octets[at_] = static_cast<std::uint8_t>(v);
    ++at_;
  }
  void put16(unsigned v) { put8(v >> 8 & 0xff), put8(v & 0xff); }
  void put32(std::uint32_t v) { put16(v >> 16), put16(v & 0xffff); }
  void put64(std::uint64_t v) { put32(static_cast<std::uint32_t>(v >> 32)), put32(static_cast<std::uint32_t>(v)); }
  void put(std::string_view octets) {
    for (const char c : octets) put8(static_cast<unsigned char>(c));
  }
  void put(IpAddress a) {
    if (a.is_v4())
      put32(a.as_v4());
    else
      put64(a.high), put64(a.low);
  }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  DnsFrame& frame_;
  std::size_t at_ = 0;
};

bool fits(const DnsMessage& m, IpAddress a) { return m.type == (a.is_v4() ? kTypeA : kTypeAaaa); }

std::size_t known_octets(const DnsMessage& m) {
  std::size_t octets = 12 + m.name.size() + 4;
  if (!m.response) return octets;
  std::size_t shown = 0;
  for (const IpAddress a : m.addresses) {
    if (!fits(m, a)) continue;
    octets += a.is_v4() ? 16U : 28U;
    ++shown;
  }
  return octets + kLeastRecord * (m.records - std::min<std::size_t>(shown, m.records));
}

void put_message(const DnsMessage& m, Writer& out) {
  out.put16(m.id);
  out.put16(m.response ? 0x8180U | (m.rcode & 0x0fU) : 0x0100U);  // response, recursion desired and available
  out.put16(1), out.put16(m.response ? m.records : 0U), out.put16(0), out.put16(0);
  out.put(m.name);
  out.put16(m.type), out.put16(kInternet);
  if (!m.response) return;
  for (const IpAddress a : m.addresses) {
    if (!fits(m, a)) continue;
    out.put16(kQuestionName), out.put16(m.type), out.put16(kInternet), out.put32(kTtlS);
    out.put16(a.is_v4() ? 4U : 16U), out.put(a);
  }
}

void put_ipv4(Writer& out, IpAddress from, IpAddress to, std::size_t length) {
  std::uint32_t sum = 0x4500 + static_cast<std::uint32_t>(length) + 0x4000 + (kHops << 8 | kProtocolUdp);
  for (const IpAddress a : {from, to}) sum += (a.as_v4() >> 16) + (a.as_v4() & 0xffff);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  out.put16(0x4500), out.put16(static_cast<unsigned>(length));
  out.put16(0), out.put16(0x4000);  // not to be fragmented
  out.put8(kHops), out.put8(kProtocolUdp), out.put16(~sum & 0xffff);
  out.put(from), out.put(to);
}

}  // namespace

void write_dns_frame(const DnsMessage& m, DnsFrame& frame) {
  const bool v4 = m.client.is_v4();
  const std::size_t ip = v4 ? kIpv4 : kIpv6;
  const std::size_t most = 65535 - ip - kUdp;
  const std::size_t message = std::min(std::max<std::size_t>(known_octets(m), m.response ? m.size : 0), most);
  const IpAddress from = m.response ? m.resolver : m.client, to = m.response ? m.client : m.resolver;
  Writer out(frame);
  for (std::size_t i = 0; i < kEthernet - 2; ++i) out.put8(0);
  out.put16(v4 ? 0x0800 : 0x86dd);
  if (v4) {
    put_ipv4(out, from, to, ip + kUdp + message);
  } else {
    out.put32(0x6000'0000), out.put16(static_cast<unsigned>(kUdp + message));
    out.put8(kProtocolUdp), out.put8(kHops);
    out.put(from), out.put(to);
  }
  out.put16(m.response ? kDnsServerPort : m.client_port), out.put16(m.response ? m.client_port : kDnsServerPort);
  out.put16(static_cast<unsigned>(kUdp + message)), out.put16(0);
  put_message(m, out);
  frame.held = std::min(out.at(), frame.octets.size());
  frame.wire_length = static_cast<std::uint32_t>(std::max(kEthernet + ip + kUdp + message, frame.held));
}

}  // namespace lazaret
