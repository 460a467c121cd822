#include "core/packet/decode.hpp"

#include <algorithm>
#include <cstddef>

#include "core/packet/octets.hpp"
#include "core/packet/tls.hpp"
#include "core/packet/view.hpp"

namespace lazaret {
namespace {

constexpr std::uint16_t kTypeIpv4 = 0x0800, kTypeIpv6 = 0x86dd, kTypeVlan = 0x8100, kTypeServiceVlan = 0x88a8,
                        kTypePppoeSession = 0x8864;
constexpr std::uint8_t kHopByHop = 0, kIcmp = 1, kTcp = 6, kUdp = 17, kRouting = 43, kFragmentHeader = 44, kIcmpv6 = 58,
                       kDestinationOptions = 60;
constexpr std::size_t kEthernetHeader = 14, kTag = 4, kPppoeHeader = 6, kPppProtocol = 2;
constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40, kTcpHeader = 20, kUdpHeader = 8, kIcmpHeader = 8;
constexpr std::size_t kNoBound = SIZE_MAX;

constexpr IpAddress read_ipv6(const std::uint8_t* p) { return {read64(p), read64(p + 8)}; }

/// What follows an IP header: `held` octets lie in the frame, `length` were on the wire; held <= length.
struct Rest {
  const std::uint8_t* at;
  std::size_t held;
  std::size_t length;

  void skip(std::size_t n) { at += n, held -= n, length -= n; }
};

enum class ChainEnd : std::uint8_t { transport, later_fragment, broken, hidden };

struct Chain {
  ChainEnd end = ChainEnd::transport;
  std::uint8_t protocol = 0;
  bool any_header = false;
  bool more_fragments = false;
  std::uint16_t fragment_offset = 0;  ///< in units of eight octets
};

/// Follows the extension headers from `next` on; leaves `rest` at the transport header, or at a later fragment's data.
Chain walk_chain(std::uint8_t next, Rest& rest) {
  Chain chain{.protocol = next};
  bool fragment_seen = false;
  // Octets that are missing were cut by the sender's length, by the fragment's end, or by what we look at.
  const auto missing = [&](std::size_t n) {
    if (rest.length < n) return chain.more_fragments ? ChainEnd::hidden : ChainEnd::broken;
    return ChainEnd::hidden;
  };
  for (unsigned headers = 0;; ++headers) {
    const std::uint8_t type = chain.protocol;
    const bool options = type == kDestinationOptions || type == kRouting || type == kHopByHop;
    if (!options && type != kFragmentHeader) return chain;
    chain.any_header = true;
    if (headers == kExtensionHeadersMax) return chain.end = ChainEnd::hidden, chain;
    if (type == kHopByHop && headers != 0) return chain.end = ChainEnd::broken, chain;
    if (rest.held < 8) return chain.end = missing(8), chain;
    if (type == kFragmentHeader) {
      if (fragment_seen) return chain.end = ChainEnd::broken, chain;
      fragment_seen = true;
      const std::uint16_t field = read16(rest.at + 2);
      chain.fragment_offset = field >> 3;
      chain.more_fragments = (field & 1) != 0;
      chain.protocol = rest.at[0];
      rest.skip(8);
      if (chain.fragment_offset != 0) return chain.end = ChainEnd::later_fragment, chain;
      continue;
    }
    const std::size_t size = (std::size_t{rest.at[1]} + 1) * 8;
    if (rest.held < size) return chain.end = missing(size), chain;
    chain.protocol = rest.at[0];
    rest.skip(size);
  }
}

void set_payload(Facts& facts, const Rest& rest) {
  facts.payload_length = static_cast<std::uint32_t>(rest.length);
  facts.payload = {rest.at, rest.held};
}

/// True when the transport header exists, and extension headers have pushed it out of our sight.
bool pushed_out(const Chain& chain, const Rest& rest) {
  const std::size_t header = chain.protocol == kTcp ? kTcpHeader : kUdpHeader;
  return chain.any_header && rest.held < header && rest.length >= header;
}

/// The first eight octets of a TCP or UDP header, which is what RFC 792 promises that an error quotes.
bool read_quoted_transport(Quoted& quoted, const Rest& rest) {
  if (rest.held < 8 || (quoted.protocol != kTcp && quoted.protocol != kUdp)) return false;
  quoted.source_port = read16(rest.at);
  quoted.destination_port = read16(rest.at + 2);
  if (quoted.protocol == kTcp) quoted.tcp_sequence = read32(rest.at + 4);
  return true;
}

/// The quoted packet's own length is not compared with what is quoted of it: errors cut it.
bool read_quoted_ipv4(Quoted& quoted, Rest rest) {
  if (rest.held < kIpv4Header || rest.at[0] >> 4 != 4) return false;
  const std::size_t header = (rest.at[0] & 0x0fU) * 4;
  if (header < kIpv4Header || header > rest.held) return false;
  if ((read16(rest.at + 6) & 0x1fff) != 0) return false;
  quoted.protocol = rest.at[9];
  quoted.source = IpAddress::v4(read32(rest.at + 12));
  quoted.destination = IpAddress::v4(read32(rest.at + 16));
  rest.skip(header);
  return read_quoted_transport(quoted, rest);
}

bool read_quoted_ipv6(Quoted& quoted, Rest rest) {
  if (rest.held < kIpv6Header || rest.at[0] >> 4 != 6) return false;
  const std::uint8_t next = rest.at[6];
  quoted.source = read_ipv6(rest.at + 8);
  quoted.destination = read_ipv6(rest.at + 24);
  if (quoted.source.is_v4() || quoted.destination.is_v4()) return false;
  rest.skip(kIpv6Header);
  const Chain chain = walk_chain(next, rest);
  quoted.protocol = chain.protocol;
  return chain.end == ChainEnd::transport && read_quoted_transport(quoted, rest);
}

void read_icmp(Facts& facts, Rest rest) {
  if (rest.held < kIcmpHeader) return;
  const bool v6 = facts.protocol == kIcmpv6;
  const std::uint8_t type = rest.at[0], code = rest.at[1];
  const bool unreachable = v6 ? type == 1 : type == 3 && code != 4;
  rest.skip(kIcmpHeader);
  set_payload(facts, rest);
  facts.transport = Transport::icmp;
  Quoted quoted;
  if (unreachable && (v6 ? read_quoted_ipv6(quoted, rest) : read_quoted_ipv4(quoted, rest))) {
    facts.quoted = quoted;
    facts.transport = Transport::icmp_error;
  }
}

void read_tcp(Facts& facts, Rest rest) {
  if (rest.length < kTcpHeader && facts.first_fragment) {
    facts.transport = Transport::tiny_fragment;
    return set_payload(facts, rest);
  }
  if (rest.held < kTcpHeader) return;
  const std::size_t header = (rest.at[12] >> 4) * std::size_t{4};
  if (header < kTcpHeader || (header > rest.length && !facts.first_fragment)) return;
  facts.transport = Transport::tcp;
  facts.source_port = read16(rest.at);
  facts.destination_port = read16(rest.at + 2);
  facts.tcp_sequence = read32(rest.at + 4);
  facts.tcp_acknowledgment = read32(rest.at + 8);
  facts.tcp_flags = rest.at[13];
  const std::size_t held = std::min(header, rest.held);
  facts.payload = {rest.at + held, rest.held - held};
  facts.payload_length = static_cast<std::uint32_t>(rest.length - std::min(header, rest.length));
}

void read_udp(Facts& facts, Rest rest, bool v6) {
  if (rest.held < kUdpHeader) return;
  std::size_t length = read16(rest.at + 4);
  if (length == 0 && v6) length = rest.length;
  if (length > rest.length && facts.first_fragment) length = rest.length;
  if (length < kUdpHeader || length > rest.length) return;
  facts.transport = Transport::udp;
  facts.source_port = read16(rest.at);
  facts.destination_port = read16(rest.at + 2);
  facts.payload = {rest.at + kUdpHeader, std::min(rest.held, length) - kUdpHeader};
  facts.payload_length = static_cast<std::uint32_t>(length - kUdpHeader);
}

/// A whole packet's or a first fragment's transport header. Leaves Transport::malformed where it cannot be read.
void read_transport(Facts& facts, const Rest& rest, bool v6) {
  facts.transport = Transport::malformed;
  if (facts.protocol == kTcp) return read_tcp(facts, rest);
  if (facts.protocol == kUdp) return read_udp(facts, rest, v6);
  if (facts.protocol == (v6 ? kIcmpv6 : kIcmp)) return read_icmp(facts, rest);
  facts.transport = Transport::other;
  set_payload(facts, rest);
}

void read_later_fragment(Facts& facts, const Rest& rest, unsigned offset) {
  // A fragment at octet 8 could rewrite the flags of the TCP header before it (RFC 3128).
  facts.transport = facts.protocol == kTcp && offset == 1 ? Transport::tiny_fragment : Transport::fragment;
  set_payload(facts, rest);
}

/// `bound`: what a PPPoE header leaves for the packet.
void read_ipv4(Facts& facts, const std::uint8_t* p, std::size_t held, std::size_t bound) {
  facts.parse = Parse::malformed;
  if (held < kIpv4Header || p[0] >> 4 != 4) return;
  const std::size_t header = (p[0] & 0x0fU) * 4;
  const std::size_t total = read16(p + 2);
  if (header < kIpv4Header || header > held || total < header || total > bound) return;
  facts.parse = Parse::ip;
  facts.protocol = p[9];
  facts.source = IpAddress::v4(read32(p + 12));
  facts.destination = IpAddress::v4(read32(p + 16));
  const Rest rest{p + header, std::min(held, total) - header, total - header};
  const unsigned fragment = read16(p + 6) & 0x3fffU;
  if (fragment != 0) [[unlikely]] {
    const unsigned offset = fragment & 0x1fffU;
    if (offset != 0) return read_later_fragment(facts, rest, offset);
    facts.first_fragment = true;
  }
  read_transport(facts, rest, false);
}

void read_ipv6(Facts& facts, const std::uint8_t* p, std::size_t held, std::size_t bound) {
  facts.parse = Parse::malformed;
  if (held < kIpv6Header || p[0] >> 4 != 6) return;
  const std::size_t length = read16(p + 4);
  if (bound < kIpv6Header || length > bound - kIpv6Header) return;
  const IpAddress source = read_ipv6(p + 8), destination = read_ipv6(p + 24);
  if (source.is_v4() || destination.is_v4()) return;
  facts.parse = Parse::ip;
  facts.source = source;
  facts.destination = destination;
  Rest rest{p + kIpv6Header, std::min(held - kIpv6Header, length), length};
  const Chain chain = walk_chain(p[6], rest);
  facts.protocol = chain.protocol;
  switch (chain.end) {
    case ChainEnd::transport:
      facts.first_fragment = chain.more_fragments;
      if (!pushed_out(chain, rest)) return read_transport(facts, rest, true);
      [[fallthrough]];
    case ChainEnd::hidden:
      facts.transport = Transport::tiny_fragment;
      return set_payload(facts, rest);
    case ChainEnd::later_fragment:
      return read_later_fragment(facts, rest, chain.fragment_offset);
    case ChainEnd::broken:
      facts.transport = Transport::malformed;
      return;
  }
}

/// Tags and PPPoE: everything that may stand between the Ethernet header and an IP header.
void read_access(Facts& facts, const std::uint8_t* p, std::size_t held, std::uint16_t type) {
  std::uint16_t vlan[2] = {0, 0};
  for (unsigned tags = 0; type == kTypeVlan || type == kTypeServiceVlan; ++tags) {
    if (tags == 2 || held < kTag) return void(facts.parse = Parse::malformed);
    vlan[0] = vlan[1];
    vlan[1] = read16(p) & 0x0fff;
    type = read16(p + 2);
    p += kTag, held -= kTag;
  }
  facts.line = make_line(vlan[0], vlan[1], 0);
  std::size_t bound = kNoBound;
  if (type == kTypePppoeSession) {
    facts.parse = Parse::malformed;
    if (held < kPppoeHeader + kPppProtocol || p[0] != 0x11 || p[1] != 0) return;
    const std::uint16_t session = read16(p + 2), length = read16(p + 4), protocol = read16(p + 6);
    if (length < kPppProtocol || (protocol & 0x0100) != 0) return;
    facts.line = make_line(vlan[0], vlan[1], session);
    bound = length - kPppProtocol;
    p += kPppoeHeader + kPppProtocol, held -= kPppoeHeader + kPppProtocol;
    facts.parse = Parse::not_ip;
    type = protocol == 0x0021 ? kTypeIpv4 : protocol == 0x0057 ? kTypeIpv6 : std::uint16_t{0};
  }
  if (type == kTypeIpv4) return read_ipv4(facts, p, held, bound);
  if (type == kTypeIpv6) return read_ipv6(facts, p, held, bound);
}

/// A client's hello does not fit into kJudgedOctets: its payload goes on, as far as the packet and the frame do.
void see_all_of_hello(Facts& facts, std::span<const std::uint8_t> frame) {
  const auto start = static_cast<std::size_t>(facts.payload.data() - frame.data());
  const std::size_t held = std::min(frame.size(), kJudgedMost) - start;
  facts.payload = {facts.payload.data(), std::min<std::size_t>(held, facts.payload_length)};
}

}  // namespace

void Facts::begin() noexcept {
  parse = Parse::not_ip;
  transport = Transport::other;
  protocol = tcp_flags = 0;
  first_fragment = false;
  line = {};
  source = destination = {};
  source_port = destination_port = 0;
  tcp_sequence = tcp_acknowledgment = payload_length = 0;
  payload = {};
}

Facts decode(std::span<const std::uint8_t> frame) noexcept {
  Facts facts;
  decode(frame, facts);
  return facts;
}

void decode(std::span<const std::uint8_t> frame, Facts& facts) noexcept {
  facts.begin();
  const std::size_t size = std::min(frame.size(), kJudgedOctets);
  if (size < kEthernetHeader) {
    facts.parse = Parse::malformed;
    return;
  }
  const std::uint8_t* p = frame.data() + kEthernetHeader;
  const std::size_t held = size - kEthernetHeader;
  const std::uint16_t type = read16(frame.data() + 12);
  if (type == kTypeIpv4) [[likely]]
    read_ipv4(facts, p, held, kNoBound);
  else
    read_access(facts, p, held, type);
  if (facts.transport == Transport::tcp && starts_client_hello(facts.payload)) [[unlikely]]
    see_all_of_hello(facts, frame);
}

std::size_t judged_octets(std::span<const std::uint8_t> frame) noexcept {
  const Facts facts = decode(frame);
  const std::size_t plain = std::min(frame.size(), kJudgedOctets);
  if (facts.payload.empty()) return plain;
  return std::max(plain, static_cast<std::size_t>(facts.payload.data() - frame.data()) + facts.payload.size());
}

}  // namespace lazaret
