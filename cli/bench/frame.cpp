#include "cli/bench/frame.hpp"

#include <algorithm>
#include <vector>

#include "core/packet/decode.hpp"

namespace lazaret::bench {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr std::size_t kEthernet = 14, kIpv4 = 20, kIpv6 = 40, kTcp = 20, kUdp = 8;
constexpr std::uint8_t kProtocolTcp = 6;

void put16(Octets& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}
void put32(Octets& out, std::uint32_t value) { put16(out, value >> 16), put16(out, value & 0xffff); }
void put(Octets& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

/// The number of an account goes over the `aaaa`, its id over the first two octets.
Octets dns_message(bool answer) {
  Octets out;
  put16(out, 0), put16(out, answer ? 0x8180 : 0x0100);
  put16(out, 1), put16(out, answer ? 1 : 0), put16(out, 0), put16(out, 0);
  put(out, "\4aaaa\7example\3net"), put16(out, 0);  // the root's length octet, and the high one of type A
  out.push_back(1);
  put16(out, 1);
  if (answer) put16(out, 0xc00c), put16(out, 1), put16(out, 1), put32(out, 300), put16(out, 4), put32(out, 0xc0000207U);
  return out;
}

Octets content_of(Content content) {
  Octets out;
  if (content == Content::dns_query || content == Content::dns_answer)
    return dns_message(content == Content::dns_answer);
  if (content == Content::smtp_reply) put(out, "250 2.1.5 Ok\r\n");
  return out;
}

void put_addresses(Octets& out, const FrameSpec& spec) {
  const bool up = spec.direction == Direction::upstream;
  const auto own = [&] { put32(out, 0), put32(out, 0), put32(out, 0), put32(out, 0x10); };
  const auto other = [&] {
    put32(out, static_cast<std::uint32_t>(spec.remote.v6_high >> 32)),
        put32(out, static_cast<std::uint32_t>(spec.remote.v6_high));
    put32(out, 0), put32(out, 0);
  };
  if (!spec.v6) return put32(out, 0), put32(out, 0);
  if (up) own(), other();
  if (!up) other(), own();
}

}  // namespace

Frame make_frame(const FrameSpec& spec) {
  const bool tcp = spec.protocol == kProtocolTcp, up = spec.direction == Direction::upstream;
  const bool dns = spec.content == Content::dns_query || spec.content == Content::dns_answer;
  const bool opens = tcp && spec.tcp_flags == kSyn;
  const std::size_t ip = kEthernet, transport = ip + (spec.v6 ? kIpv6 : kIpv4),
                    payload = transport + (tcp ? kTcp : kUdp);
  Octets content = content_of(spec.content);
  // A UDP frame's number needs four octets of payload to go to.
  if (!tcp && content.empty()) content.resize(4);
  // SYN, FIN and RST carry no data: what follows the headers is padding.
  const bool bare = tcp && content.empty() && (spec.tcp_flags & (kSyn | kFin | kRst)) != 0;
  const std::size_t wire = std::max<std::size_t>({spec.length, payload + content.size(), 60});
  const std::size_t end = bare ? payload : wire;

  Octets out = {0x02, 0, 0, 0, 0, 0x01, 0x02, 0, 0, 0, 0, 0x02};
  put16(out, spec.v6 ? 0x86dd : 0x0800);
  if (spec.v6) {
    put32(out, 0x60000000U), put16(out, end - transport), out.push_back(spec.protocol), out.push_back(60);
  } else {
    put16(out, 0x4500), put16(out, end - ip), put16(out, 1), put16(out, 0x4000);
    out.push_back(60), out.push_back(spec.protocol), put16(out, 0);
  }
  put_addresses(out, spec);
  put16(out, up ? 0 : spec.remote_port), put16(out, up ? spec.remote_port : 0);
  if (tcp) {
    put32(out, 0x01020304U), put32(out, opens ? 0 : 0x05060708U);
    out.push_back(0x50), out.push_back(spec.tcp_flags), put16(out, 65535), put32(out, 0);
  } else {
    put16(out, end - transport), put16(out, 0);
  }
  out.insert(out.end(), content.begin(), content.end());

  Frame f;
  std::copy_n(out.begin(), std::min(out.size(), kHeldMax), f.octets.begin());
  f.held = static_cast<std::uint16_t>(std::min(wire, kHeldMax));
  f.wire_length = static_cast<std::uint16_t>(wire);
  f.lines = static_cast<std::uint8_t>((f.held + 63) / 64);
  f.v6 = spec.v6 ? 1 : 0;
  f.own_shift = up ? 32 : 0;
  f.direction = spec.direction;
  const std::size_t source = ip + (spec.v6 ? 8 : 12);
  f.first_at = static_cast<std::uint8_t>(spec.v6 && !up ? source + 16 : source);
  f.second_at = static_cast<std::uint8_t>(!spec.v6 ? source : source + (up ? 24 : 8));
  f.port_at = static_cast<std::uint8_t>(transport + (up ? 0 : 2));
  // Upstream TCP shows the account's number as its sequence, downstream TCP acknowledges the octet after it.
  f.number_at = static_cast<std::uint8_t>(tcp ? transport + (up ? 4 : 8) : payload + (dns ? 13 : 0));
  f.number_add = dns ? 0x61616161U : tcp && !up ? 1 : 0;
  if (dns) f.number_mask = 0x0f0f0f0fU;
  f.id_at = static_cast<std::uint8_t>(dns ? payload : transport + (tcp ? 16 : 6));
  f.remote = spec.v6 ? 1 : spec.remote.v4;
  f.variety = spec.remote.variety;
  return f;
}

}  // namespace lazaret::bench
