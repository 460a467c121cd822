#include "tests/core/packet_fixtures.hpp"

#include <utility>

#include "core/packet/view.hpp"
#include "tests/core/messages.hpp"

namespace lazaret {
namespace {

using namespace frames;

const IpAddress kHome = address("192.0.2.1"), kServer = address("198.51.100.7"), kRouter = address("203.0.113.9");
const IpAddress kHome6 = address("2001:db8:1::1"), kServer6 = address("2001:db8:ff::7"),
                kRouter6 = address("2001:db8:ee::9");
const Ip k4{.source = kHome, .destination = kServer};
const Ip k6{.source = kHome6, .destination = kServer6};
const Tcp kSynMail{.source_port = 40000, .destination_port = 25, .sequence = 0x01020304, .flags = kSyn};
const Tcp kData{.source_port = 40000, .destination_port = 25, .sequence = 7, .acknowledgment = 9, .flags = kPsh | kAck};
const Udp kQuery{.source_port = 5353, .destination_port = 53};
const Octets kHello = octets("EHLO here\r\n");

Expected expect_syn(const Ip& i, LineId line = {}) {
  return {.transport = Transport::tcp,
          .protocol = 6,
          .line = line,
          .source = i.source,
          .destination = i.destination,
          .source_port = 40000,
          .destination_port = 25,
          .tcp_flags = kSyn,
          .tcp_sequence = 0x01020304};
}
Expected expect_data(const Ip& i, std::uint32_t length, Octets payload) {
  return {.transport = Transport::tcp,
          .protocol = 6,
          .source = i.source,
          .destination = i.destination,
          .source_port = 40000,
          .destination_port = 25,
          .tcp_flags = kPsh | kAck,
          .tcp_sequence = 7,
          .tcp_acknowledgment = 9,
          .payload_length = length,
          .payload = std::move(payload)};
}
Expected expect_udp(const Ip& i, Octets payload) {
  return {.transport = Transport::udp,
          .protocol = 17,
          .source = i.source,
          .destination = i.destination,
          .source_port = 5353,
          .destination_port = 53,
          .payload_length = static_cast<std::uint32_t>(payload.size()),
          .payload = payload};
}
/// Addresses are good, no ports, and all after the IP headers is payload.
Expected expect_only(Transport t, std::uint8_t protocol, const Ip& i, Octets payload = {}) {
  return {.transport = t,
          .protocol = protocol,
          .source = i.source,
          .destination = i.destination,
          .payload_length = static_cast<std::uint32_t>(payload.size()),
          .payload = payload};
}
constexpr Expected kNotIp{.parse = Parse::not_ip};
constexpr Expected kMalformed{.parse = Parse::malformed};
Expected on(LineId line, Expected e) {
  e.line = line;
  return e;
}
Expected first(Expected e) {
  e.first_fragment = true;
  return e;
}
Expected quoting(Expected e, const Quoted& q) {
  e.quoted = q;
  return e;
}

Octets from(const Octets& b, std::size_t at) { return {b.begin() + static_cast<std::ptrdiff_t>(at), b.end()}; }

Ip with_options(Octets options) { return {.source = kHome, .destination = kServer, .options = std::move(options)}; }
Ip fragment4(unsigned units, bool more) {
  return {.source = kHome, .destination = kServer, .fragment_units = units, .more_fragments = more};
}
Ip with_chain(std::vector<Extension> chain) {
  return {.source = kHome6, .destination = kServer6, .extensions = std::move(chain)};
}

void add_links(std::vector<Fixture>& t) {
  const Packet syn = ip(k4, tcp(kSynMail)), syn6 = ip(k6, tcp(kSynMail));
  t.push_back({"TCP SYN over IPv4", ethernet(syn), expect_syn(k4)});
  t.push_back({"TCP SYN over IPv6", ethernet(syn6), expect_syn(k6)});
  t.push_back({"Ethernet padding is not payload", padded(ethernet(syn)), expect_syn(k4)});
  t.push_back({"one tag is a C-VLAN", ethernet(syn, {.c_vlan = 42}), expect_syn(k4, make_line(0, 42, 0))});
  t.push_back(
      {"one service tag is still the only one", ethernet(syn, {.s_vlan = 42}), expect_syn(k4, make_line(0, 42, 0))});
  t.push_back({"QinQ", ethernet(syn, {.s_vlan = 7, .c_vlan = 42}), expect_syn(k4, make_line(7, 42, 0))});
  t.push_back({"QinQ of two 0x8100 tags", ethernet(syn6, {.s_vlan = 7, .c_vlan = 42, .s_type = 0x8100}),
               expect_syn(k6, make_line(7, 42, 0))});
  t.push_back({"priority and drop bits are not the line", ethernet(syn, {.s_vlan = 0xf007, .c_vlan = 0xb02a}),
               expect_syn(k4, make_line(7, 42, 0))});
  t.push_back({"a priority tag names no line", ethernet(syn, {.c_vlan = 0xe000}), expect_syn(k4)});
  t.push_back({"largest ids", ethernet(syn, {.s_vlan = 0x0fff, .c_vlan = 0x0fff, .pppoe = 0xffff}),
               expect_syn(k4, make_line(0xfff, 0xfff, 0xffff))});
  t.push_back({"PPPoE, IPv4", ethernet(syn, {.pppoe = 5}), expect_syn(k4, make_line(0, 0, 5))});
  t.push_back({"PPPoE in QinQ, IPv6", ethernet(syn6, {.s_vlan = 7, .c_vlan = 42, .pppoe = 5}),
               expect_syn(k6, make_line(7, 42, 5))});
  t.push_back({"PPPoE with Ethernet padding", padded(ethernet(ip(k4, udp(kQuery)), {.pppoe = 5})),
               on(make_line(0, 0, 5), expect_udp(k4, {}))});
  const LineId line5 = make_line(0, 0, 5);
  const Octets ppp = ethernet(syn, {.pppoe = 5});
  t.push_back({"PPP LCP", ethernet(0xc021, {1, 1, 0, 4}, {.pppoe = 5}), on(line5, kNotIp)});
  t.push_back({"PPPoE length one octet short of its packet", poke16(ppp, 18, 41), on(line5, kMalformed)});
  t.push_back(
      {"PPPoE length short of its IPv6 packet", poke16(ethernet(syn6, {.pppoe = 5}), 18, 61), on(line5, kMalformed)});
  t.push_back(
      {"PPPoE length short of an IPv6 header", poke16(ethernet(syn6, {.pppoe = 5}), 18, 41), on(line5, kMalformed)});
  t.push_back({"PPPoE length without a protocol field", poke16(ppp, 18, 1), kMalformed});
  t.push_back({"PPPoE version 2", poke8(ppp, 14, 0x21), kMalformed});
  t.push_back({"PPPoE session with a discovery code", poke8(ppp, 15, 0xa7), kMalformed});
  t.push_back({"compressed PPP protocol field", poke16(ppp, 20, 0x2145), kMalformed});
  t.push_back({"PPPoE cut in its header", cut(ppp, 21), kMalformed});
  t.push_back({"PPPoE discovery", ethernet(0x8863, {0x11, 9, 0, 0, 0, 0}), kNotIp});
  t.push_back({"ARP", ethernet(0x0806, Octets(28)), kNotIp});
  t.push_back(
      {"ARP on a line", ethernet(0x0806, Octets(28), {.s_vlan = 7, .c_vlan = 42}), on(make_line(7, 42, 0), kNotIp)});
  t.push_back({"802.3 length", ethernet(0x0026, Octets(38)), kNotIp});
  t.push_back({"LLDP", ethernet(0x88cc, Octets(40)), kNotIp});
  t.push_back({"three tags", ethernet(0x8100, ethernet(syn, {.c_vlan = 1}), {.s_vlan = 7, .c_vlan = 42}), kMalformed});
  t.push_back({"a tag cut short", cut(ethernet(syn, {.c_vlan = 42}), 17), kMalformed});
  t.push_back({"an empty frame", {}, kMalformed});
  t.push_back({"13 octets", Octets(13), kMalformed});
}

void add_ipv4(std::vector<Fixture>& t) {
  const Octets plain = ethernet(ip(k4, tcp(kSynMail)));
  t.push_back({"IPv4 options are skipped", ethernet(ip(with_options(Octets(40, 1)), tcp(kSynMail))), expect_syn(k4)});
  t.push_back({"IPv4 options cut", cut(ethernet(ip(with_options(Octets(40, 1)), tcp(kSynMail))), 60), kMalformed});
  t.push_back({"IPv4 header cut", cut(plain, 33), kMalformed});
  t.push_back({"EtherType IPv4, version 6", poke8(plain, 14, 0x65), kMalformed});
  t.push_back({"header length 4 words", poke8(plain, 14, 0x44), kMalformed});
  t.push_back({"total length under the header", poke16(plain, 16, 19), kMalformed});
  t.push_back({"total length 0", poke16(plain, 16, 0), kMalformed});
  t.push_back({"total length ends in the TCP header", poke16(plain, 16, 39), expect_only(Transport::malformed, 6, k4)});
  t.push_back({"total length past the frame: a capture cut it", poke16(plain, 16, 1500), [] {
                 auto e = expect_syn(k4);
                 e.payload_length = 1460;
                 return e;
               }()});
  t.push_back({"TCP header cut by the capture", cut(plain, 53), expect_only(Transport::malformed, 6, k4)});
  t.push_back({"GRE is another protocol", ethernet(ip(k4, raw(47, {1, 2, 3}))),
               expect_only(Transport::other, 47, k4, {1, 2, 3})});
  t.push_back({"ICMPv6 over IPv4 is another protocol", ethernet(ip(k4, raw(58, {1, 3, 0, 0}))),
               expect_only(Transport::other, 58, k4, {1, 3, 0, 0})});
  t.push_back({"TCP payload", ethernet(ip(k4, tcp(kData, kHello))), expect_data(k4, 11, kHello)});
  Tcp with = kData;
  with.options = Octets(40, 1);
  t.push_back({"TCP options are not payload", ethernet(ip(k4, tcp(with, kHello))), expect_data(k4, 11, kHello)});
  t.push_back(
      {"TCP options cut by the capture", cut(ethernet(ip(k4, tcp(with, kHello))), 60), expect_data(k4, 11, {})});
  with.options = {}, with.data_offset = 4;
  t.push_back({"data offset 4 words", ethernet(ip(k4, tcp(with, kHello))), expect_only(Transport::malformed, 6, k4)});
  with.data_offset = 8;
  t.push_back(
      {"data offset past the packet", ethernet(ip(k4, tcp(with, kHello))), expect_only(Transport::malformed, 6, k4)});
  t.push_back({"UDP", ethernet(ip(k4, udp(kQuery, kHello))), expect_udp(k4, kHello)});
  const auto udp_length = [&](const Ip& i, std::uint16_t n) {
    return ethernet(ip(i, udp({.source_port = 5353, .destination_port = 53, .length = n}, kHello)));
  };
  t.push_back({"UDP length under its header", udp_length(k4, 7), expect_only(Transport::malformed, 17, k4)});
  t.push_back({"UDP length past the packet", udp_length(k4, 20), expect_only(Transport::malformed, 17, k4)});
  t.push_back({"UDP length short of the packet", udp_length(k4, 12), expect_udp(k4, octets("EHLO"))});
  t.push_back({"UDP length 0 over IPv4", udp_length(k4, 0), expect_only(Transport::malformed, 17, k4)});
  t.push_back({"UDP length 0 over IPv6", udp_length(k6, 0), expect_udp(k6, kHello)});
  const Octets big(1000, 'x');
  auto clipped = expect_data(k4, 1000, Octets(kJudgedOctets - 54, 'x'));
  t.push_back({"no octet past kJudgedOctets", ethernet(ip(k4, tcp(kData, big))), clipped});
}

Expected expect_hello(LineId line, std::uint32_t length, Octets payload) {
  auto e = on(line, expect_data(k4, length, std::move(payload)));
  e.destination_port = 443, e.tcp_sequence = e.tcp_acknowledgment = 1;
  return e;
}

void add_hellos(std::vector<Fixture>& t) {
  const Flow flow{kHome, kServer, 40000, 443};
  const Access access{.s_vlan = 7, .c_vlan = 42, .pppoe = static_cast<std::uint16_t>(5)};
  const LineId line = make_line(7, 42, 5);
  const Octets shorter = hello_segment(flow, 0), longer = hello_segment(flow, 900),
               far = hello_segment(flow, 1800, access);
  const auto length = [](const Octets& frame, std::size_t headers) {
    return static_cast<std::uint32_t>(frame.size() - headers);
  };
  t.push_back({"TLS hello within kJudgedOctets", shorter, expect_hello({}, length(shorter, 54), from(shorter, 54))});
  t.push_back({"TLS hello past kJudgedOctets", longer, expect_hello({}, length(longer, 54), from(longer, 54))});
  t.push_back({"padding behind a TLS hello is not payload", concat(longer, Octets(9)),
               expect_hello({}, length(longer, 54), from(longer, 54))});
  t.push_back({"TLS hello cut by the capture", cut(longer, 700),
               expect_hello({}, length(longer, 54), from(cut(longer, 700), 54))});
  t.push_back({"TLS hello past kJudgedMost, on a line", far,
               expect_hello(line, length(far, 70), from(cut(far, kJudgedMost), 70))});
  const Octets data = poke8(longer, 54, 23);
  t.push_back(
      {"TLS data ends at kJudgedOctets", data, expect_hello({}, length(data, 54), from(cut(data, kJudgedOctets), 54))});
  Tcp options{.source_port = 40000, .destination_port = 25, .sequence = 7, .acknowledgment = 9, .flags = kPsh | kAck};
  options.options = Octets(40, 1);
  const Octets hello = client_hello({.extensions = {{21, Octets(600)}}});
  const Extension wide = options_header(60, 24), wider = options_header(60, 25);
  const auto chained = [&](const Extension& e) { return ethernet(ip(with_chain({e}), tcp(options, hello))); };
  t.push_back({"TLS hello whose record begins at octet 314", chained(wide),
               expect_data(k6, static_cast<std::uint32_t>(hello.size()), hello)});
  t.push_back({"TLS hello that begins past kJudgedOctets is not seen", chained(wider),
               expect_data(k6, static_cast<std::uint32_t>(hello.size()), {})});
}

void add_fragments(std::vector<Fixture>& t) {
  const Datagram data = checksummed(k4, tcp(kData, kHello));
  const Datagram question = checksummed(k4, udp(kQuery, kHello));
  const auto part = [](const Datagram& d, std::size_t at, std::size_t n = SIZE_MAX) { return slice(d, at, n); };
  t.push_back({"first fragment with the whole TCP header", ethernet(ip(fragment4(0, true), part(data, 0, 24))),
               first(expect_data(k4, 4, octets("EHLO")))});
  t.push_back({"later fragment of TCP", ethernet(ip(fragment4(3, false), part(data, 24))),
               expect_only(Transport::fragment, 6, k4, from(kHello, 4))});
  t.push_back({"later fragment at octet 16 cannot reach the flags", ethernet(ip(fragment4(2, false), part(data, 16))),
               expect_only(Transport::fragment, 6, k4, part(data, 16).bytes)});
  t.push_back({"TCP at octet 8 rewrites flags (RFC 3128)", ethernet(ip(fragment4(1, false), part(data, 8))),
               expect_only(Transport::tiny_fragment, 6, k4, part(data, 8).bytes)});
  t.push_back({"first fragment without the flags (RFC 1858)", ethernet(ip(fragment4(0, true), part(data, 0, 8))),
               first(expect_only(Transport::tiny_fragment, 6, k4, part(data, 0, 8).bytes))});
  t.push_back({"first fragment of 16 octets", ethernet(ip(fragment4(0, true), part(data, 0, 16))),
               first(expect_only(Transport::tiny_fragment, 6, k4, part(data, 0, 16).bytes))});
  Tcp with = kData;
  with.options = Octets(20, 1);
  t.push_back({"first fragment ends in TCP's options",
               ethernet(ip(fragment4(0, true), part(checksummed(k4, tcp(with, kHello)), 0, 24))),
               first(expect_data(k4, 0, {}))});
  t.push_back(
      {"first fragment of UDP", ethernet(ip(fragment4(0, true), part(question, 0, 8))), first(expect_udp(k4, {}))});
  t.push_back({"UDP at octet 8 cannot reach the ports", ethernet(ip(fragment4(1, false), part(question, 8))),
               expect_only(Transport::fragment, 17, k4, kHello)});
  t.push_back({"first fragment short of UDP's header", ethernet(ip(fragment4(0, true), part(question, 0, 7))),
               first(expect_only(Transport::malformed, 17, k4))});
  t.push_back({"IPv6 atomic fragment (RFC 6946)",
               ethernet(ip(with_chain({fragment_header(0, false)}), tcp(kData, kHello))), expect_data(k6, 11, kHello)});
  t.push_back({"IPv6 first fragment", ethernet(ip(with_chain({fragment_header(0, true)}), part(data, 0, 24))),
               first(expect_data(k6, 4, octets("EHLO")))});
  t.push_back({"IPv6 later fragment", ethernet(ip(with_chain({fragment_header(3, false)}), part(data, 24))),
               expect_only(Transport::fragment, 6, k6, from(kHello, 4))});
  t.push_back({"IPv6 TCP at octet 8", ethernet(ip(with_chain({fragment_header(1, true)}), part(data, 8, 16))),
               expect_only(Transport::tiny_fragment, 6, k6, part(data, 8, 16).bytes)});
  const Extension options = options_header(60);
  const Ip cut_chain{
      .source = kHome6, .destination = kServer6, .extensions = {fragment_header(0, true)}, .protocol = 60};
  t.push_back({"IPv6 first fragment that ends before its transport (RFC 7112)",
               ethernet(ip(cut_chain, raw(60, {6, 1, 1, 4}))),
               expect_only(Transport::tiny_fragment, 60, k6, {6, 1, 1, 4})});
  t.push_back({"IPv6 options after a first fragment's header",
               ethernet(ip(with_chain({fragment_header(0, true), options}), part(data, 0, 24))),
               first(expect_data(k6, 4, octets("EHLO")))});
}

void add_ipv6(std::vector<Fixture>& t) {
  const Octets plain = ethernet(ip(k6, tcp(kSynMail)));
  const auto chain = [](std::vector<Extension> e) { return ethernet(ip(with_chain(std::move(e)), tcp(kSynMail))); };
  const Extension hop = options_header(0), routing = options_header(43), destination = options_header(60, 1);
  t.push_back({"IPv6 with each extension header", chain({hop, destination, routing, destination}), expect_syn(k6)});
  t.push_back({"IPv6 with as many extension headers as are followed", chain(std::vector<Extension>(8, destination)),
               expect_syn(k6)});
  t.push_back({"IPv6 with one more", chain(std::vector<Extension>(9, destination)), [&] {
                 const Octets f = chain(std::vector<Extension>(9, destination));
                 return expect_only(Transport::tiny_fragment, 60, k6, from(f, 14 + 40 + 8 * 16));
               }()});
  {
    const Octets f = chain({options_header(60, 31)});
    auto e = expect_only(Transport::tiny_fragment, 6, k6, from(cut(f, kJudgedOctets), 310));
    e.payload_length = 20;
    t.push_back({"IPv6 with a TCP header that begins at octet 310", f, e});
    const Octets g = chain({options_header(60, 39)});
    e.protocol = 60, e.payload = from(cut(g, kJudgedOctets), 54), e.payload_length = 320 + 20;
    t.push_back({"IPv6 with options past the octets judged", g, e});
  }
  t.push_back({"hop-by-hop not first", chain({destination, hop}), expect_only(Transport::malformed, 0, k6)});
  t.push_back({"two fragment headers", chain({fragment_header(0, false), fragment_header(0, false)}),
               expect_only(Transport::malformed, 44, k6)});
  t.push_back({"extension header past the payload length",
               ethernet(ip(with_chain({{.type = 60, .body = {0, 4, 1, 4, 0, 0, 0, 0}}}), raw(6, {}))),
               expect_only(Transport::malformed, 60, k6)});
  t.push_back({"no next header", ethernet(ip(k6, raw(59, {}))), expect_only(Transport::other, 59, k6)});
  t.push_back({"ICMP over IPv6 is another protocol", ethernet(ip(k6, raw(1, {3, 1, 0, 0}))),
               expect_only(Transport::other, 1, k6, {3, 1, 0, 0})});
  t.push_back({"EtherType IPv6, version 4", poke8(plain, 14, 0x45), kMalformed});
  t.push_back({"IPv6 header cut", cut(plain, 53), kMalformed});
  t.push_back({"payload length past the frame", poke16(plain, 18, 1000), [] {
                 auto e = expect_syn(k6);
                 e.payload_length = 980;
                 return e;
               }()});
  t.push_back({"payload length 0", poke16(plain, 18, 0), expect_only(Transport::malformed, 6, k6)});
  Octets mapped = plain;
  for (std::size_t i = 22; i < 32; ++i) mapped[i] = 0;
  mapped[32] = mapped[33] = 0xff;
  t.push_back({"IPv6 from an IPv4-mapped source would pass for IPv4", mapped, kMalformed});
  mapped = plain;
  for (std::size_t i = 38; i < 48; ++i) mapped[i] = 0;
  mapped[48] = mapped[49] = 0xff;
  t.push_back({"IPv6 to an IPv4-mapped destination", mapped, kMalformed});
}

void add_icmp(std::vector<Fixture>& t) {
  const Ip reply{.source = kRouter, .destination = kHome}, reply6{.source = kRouter6, .destination = kHome6};
  const Octets lost = ip(k4, tcp(kSynMail)).bytes, lost6 = ip(k6, tcp(kSynMail)).bytes;
  const Octets q = cut(lost, 28), q6 = cut(lost6, 48);
  const Quoted syn{.source = kHome,
                   .destination = kServer,
                   .source_port = 40000,
                   .destination_port = 25,
                   .tcp_sequence = 0x01020304,
                   .protocol = 6};
  Quoted syn6 = syn, query = syn;
  syn6.source = kHome6, syn6.destination = kServer6;
  query.source_port = 5353, query.destination_port = 53, query.tcp_sequence = 0, query.protocol = 17;
  const auto error = [&](const Octets& quoted, const Quoted& what) {
    return quoting(expect_only(Transport::icmp_error, 1, reply, quoted), what);
  };
  const auto no_error = [&](const Octets& quoted) { return expect_only(Transport::icmp, 1, reply, quoted); };
  t.push_back({"host unreachable quotes a SYN", ethernet(ip(reply, icmp(3, 1, q))), error(q, syn)});
  t.push_back({"port unreachable quotes the whole packet", ethernet(ip(reply, icmp(3, 3, lost))), error(lost, syn)});
  const Octets qu = ip(k4, udp(kQuery)).bytes;
  t.push_back({"port unreachable quotes UDP", ethernet(ip(reply, icmp(3, 3, qu))), error(qu, query)});
  const Octets qo = cut(ip(with_options(Octets(12, 1)), tcp(kSynMail)).bytes, 40);
  t.push_back({"quoted IPv4 options", ethernet(ip(reply, icmp(3, 13, qo))), error(qo, syn)});
  t.push_back({"path MTU is no failure", ethernet(ip(reply, icmp(3, 4, q))), no_error(q)});
  t.push_back({"time exceeded", ethernet(ip(reply, icmp(11, 0, q))), no_error(q)});
  t.push_back({"echo", ethernet(ip(reply, icmp(8, 0, kHello))), no_error(kHello)});
  t.push_back({"quotes seven octets of TCP", ethernet(ip(reply, icmp(3, 1, cut(q, 27)))), no_error(cut(q, 27))});
  t.push_back({"quotes IPv6 inside ICMP", ethernet(ip(reply, icmp(3, 1, q6))), no_error(q6)});
  const Octets later = cut(ip(fragment4(3, false), raw(6, Octets(8))).bytes, 28);
  t.push_back({"quotes a later fragment", ethernet(ip(reply, icmp(3, 1, later))), no_error(later)});
  const Octets gre = ip(k4, raw(47, Octets(8))).bytes;
  t.push_back({"quotes GRE", ethernet(ip(reply, icmp(3, 2, gre))), no_error(gre)});
  t.push_back({"quotes a header length of 4 words", ethernet(ip(reply, icmp(3, 1, poke8(q, 0, 0x44)))),
               no_error(poke8(q, 0, 0x44))});
  t.push_back({"ICMP under eight octets", ethernet(ip(reply, raw(1, {3, 1, 0, 0, 0, 0, 0}))),
               expect_only(Transport::malformed, 1, reply)});
  t.push_back({"ICMPv6 unreachable quotes a SYN", ethernet(ip(reply6, icmpv6(1, 3, q6))),
               quoting(expect_only(Transport::icmp_error, 58, reply6, q6), syn6)});
  const Octets qe = ip(with_chain({options_header(60), fragment_header(0, true)}), tcp(kSynMail)).bytes;
  t.push_back({"quoted IPv6 extension headers", ethernet(ip(reply6, icmpv6(1, 4, qe))),
               quoting(expect_only(Transport::icmp_error, 58, reply6, qe), syn6)});
  t.push_back(
      {"ICMPv6 packet too big", ethernet(ip(reply6, icmpv6(2, 0, q6))), expect_only(Transport::icmp, 58, reply6, q6)});
  Octets mapped = q6;
  for (std::size_t i = 8; i < 18; ++i) mapped[i] = 0;
  mapped[18] = mapped[19] = 0xff;
  t.push_back({"ICMPv6 that quotes an IPv4-mapped source", ethernet(ip(reply6, icmpv6(1, 3, mapped))),
               expect_only(Transport::icmp, 58, reply6, mapped)});
}

}  // namespace

std::vector<Fixture> fixtures() {
  std::vector<Fixture> table;
  add_links(table);
  add_ipv4(table);
  add_hellos(table);
  add_fragments(table);
  add_ipv6(table);
  add_icmp(table);
  return table;
}

}  // namespace lazaret
