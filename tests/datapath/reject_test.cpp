// What a rejected packet is answered with: read back by the core's own decoder, checksums by an adder of our own.
#include "datapath/reject.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "core/packet/decode.hpp"
#include "tests/core/frames.hpp"

namespace lazaret {
namespace {

using namespace frames;

const IpAddress kHome4 = address("192.0.2.17"), kMail4 = address("203.0.113.25");
const IpAddress kHome6 = address("2001:db8:17::5"), kMail6 = address("2001:db8:ffff::25");

Octets answer(const Octets& frame) {
  std::array<std::uint8_t, kAnswerMax> out{};
  const std::size_t octets = build_answer(frame, out);
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(octets)};
}

/// Ones' complement sum of big-endian 16-bit words (RFC 1071), folded; 0xffff over octets that hold a right checksum.
std::uint32_t sum(std::span<const std::uint8_t> octets, std::uint32_t start = 0) {
  std::uint32_t total = start;
  for (std::size_t i = 0; i < octets.size(); i += 2) {
    total += static_cast<std::uint32_t>(octets[i] << 8) + (i + 1 < octets.size() ? octets[i + 1] : 0);
    total = (total & 0xffff) + (total >> 16);
  }
  return total;
}

/// Checks every checksum from the IP header on; `at`: where it begins.
void expect_checksums(const Octets& frame, std::size_t at, std::size_t ip_octets) {
  const std::span<const std::uint8_t> ip(frame.data() + at, ip_octets);
  if (ip[0] >> 4 == 4) {
    EXPECT_EQ(sum(ip.first(20)), 0xffffU) << "IPv4 header";
    const auto transport = ip.subspan(20);
    const bool pseudo = ip[9] != 1;
    EXPECT_EQ(sum(transport, pseudo ? sum(ip.subspan(12, 8), ip[9] + static_cast<std::uint32_t>(transport.size())) : 0),
              0xffffU);
  } else {
    const auto transport = ip.subspan(40);
    EXPECT_EQ(sum(transport, sum(ip.subspan(8, 32), ip[6] + static_cast<std::uint32_t>(transport.size()))), 0xffffU);
  }
}

/// One way to a home: what is in front of IP, and how much of it.
struct Way {
  const char* name;
  Access access;
  std::size_t ip_at;
  bool v6;
};
const Way kWays[] = {
    {"IPv4", {}, 14, false},
    {"IPv6", {}, 14, true},
    {"IPv4, QinQ", {.s_vlan = 7, .c_vlan = 42}, 22, false},
    {"IPv6, QinQ", {.s_vlan = 7, .c_vlan = 42}, 22, true},
    {"IPv4, one tag, PPPoE", {.c_vlan = 42, .pppoe = 5}, 26, false},
    {"IPv6, QinQ, PPPoE", {.s_vlan = 7, .c_vlan = 42, .pppoe = 5}, 30, true},
};
Flow flow_of(const Way& way, std::uint16_t port) {
  return way.v6 ? Flow{kHome6, kMail6, 40000, port} : Flow{kHome4, kMail4, 40000, port};
}

class Answers : public testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(EveryWay, Answers, testing::ValuesIn(kWays),
                         [](const auto& way) { return "Way" + std::to_string(way.index); });

TEST_P(Answers, SynIsReset) {
  const Flow flow = flow_of(GetParam(), 25);
  const Octets asked = tcp_frame(flow, kSyn, 1000, 0, {}, GetParam().access);
  const Octets given = answer(asked);
  const std::size_t header = GetParam().v6 ? 40 : 20;
  ASSERT_EQ(given.size(), GetParam().ip_at + header + 20) << GetParam().name;
  const Facts question = decode(asked), facts = decode(given);
  ASSERT_EQ(facts.transport, Transport::tcp);
  EXPECT_EQ(facts.line, question.line);
  EXPECT_EQ(facts.source, flow.destination);
  EXPECT_EQ(facts.destination, flow.source);
  EXPECT_EQ(facts.source_port, 25);
  EXPECT_EQ(facts.destination_port, 40000);
  EXPECT_EQ(facts.tcp_flags, kRst | kAck);
  EXPECT_EQ(facts.tcp_sequence, 0U);
  EXPECT_EQ(facts.tcp_acknowledgment, 1001U);
  EXPECT_EQ(facts.payload_length, 0U);
  EXPECT_TRUE(std::equal(given.begin(), given.begin() + 6, asked.begin() + 6)) << "to the asker's Ethernet address";
  EXPECT_TRUE(std::equal(given.begin() + 6, given.begin() + 12, asked.begin()));
  expect_checksums(given, GetParam().ip_at, header + 20);
}

TEST_P(Answers, SegmentWithAckIsResetAtItsAcknowledgment) {
  const Octets given =
      answer(tcp_frame(flow_of(GetParam(), 587), kAck | kPsh, 5000, 777000, "EHLO there\r\n", GetParam().access));
  const Facts facts = decode(given);
  ASSERT_EQ(facts.transport, Transport::tcp);
  EXPECT_EQ(facts.tcp_flags, kRst);
  EXPECT_EQ(facts.tcp_sequence, 777000U);
}

TEST_P(Answers, QuicIsProhibitedWithAQuote) {
  const Flow flow = flow_of(GetParam(), 443);
  const Octets asked = udp_frame(flow, Octets(180, 0x5a), GetParam().access);
  const Octets given = answer(asked);
  const std::size_t header = GetParam().v6 ? 40 : 20, quote = asked.size() - GetParam().ip_at;
  ASSERT_EQ(given.size(), GetParam().ip_at + header + 8 + quote);
  const Facts facts = decode(given);
  ASSERT_EQ(facts.transport, Transport::icmp_error);
  EXPECT_EQ(facts.line, decode(asked).line);
  EXPECT_EQ(facts.destination, flow.source);
  EXPECT_EQ(facts.quoted.source, flow.source);
  EXPECT_EQ(facts.quoted.destination, flow.destination);
  EXPECT_EQ(facts.quoted.source_port, 40000);
  EXPECT_EQ(facts.quoted.destination_port, 443);
  const std::uint8_t* icmp = given.data() + GetParam().ip_at + header;
  EXPECT_EQ(icmp[0], GetParam().v6 ? 1 : 3) << "destination unreachable";
  EXPECT_EQ(icmp[1], GetParam().v6 ? 1 : 13) << "administratively prohibited";
  EXPECT_TRUE(std::equal(asked.begin() + static_cast<std::ptrdiff_t>(GetParam().ip_at), asked.end(), icmp + 8));
  expect_checksums(given, GetParam().ip_at, header + 8 + quote);
}

TEST(Reject, SynFinAndDataOccupySequenceNumbers) {
  const Flow flow{kHome4, kMail4, 40000, 25};
  EXPECT_EQ(decode(answer(tcp_frame(flow, kSyn | kFin, 1000, 0, "abc"))).tcp_acknowledgment, 1005U);
}

TEST(Reject, EthernetPaddingIsNotQuoted) {
  const Octets asked = padded(udp_frame({kHome4, kMail4, 40000, 443}, octets("x")));
  ASSERT_EQ(asked.size(), 60U);
  EXPECT_EQ(answer(asked).size(), 14U + 20 + 8 + 29);
}

TEST(Reject, PaddingDoesNotOccupySequenceNumbers) {
  EXPECT_EQ(decode(answer(padded(tcp_frame({kHome4, kMail4, 40000, 25}, kSyn, 9, 0)))).tcp_acknowledgment, 10U);
}

TEST(Reject, LongPacketsAreQuotedInPart) {
  EXPECT_EQ(answer(udp_frame({kHome4, kMail4, 40000, 443}, Octets(1400, 1))).size(), 14U + 576);
  EXPECT_EQ(answer(udp_frame({kHome6, kMail6, 40000, 443}, Octets(1400, 1))).size(), 14U + 1280);
}

TEST(Reject, ExtensionHeadersAreSteppedOver) {
  const Octets asked =
      ethernet(ip({.source = kHome6, .destination = kMail6, .extensions = {options_header(0), options_header(60, 1)}},
                  tcp({.source_port = 40000, .destination_port = 25, .sequence = 41, .flags = kSyn})));
  const Facts facts = decode(answer(asked));
  EXPECT_EQ(facts.transport, Transport::tcp);
  EXPECT_EQ(facts.tcp_acknowledgment, 42U);
}

TEST(Reject, NothingIsAnsweredWhereNothingMayBe) {
  const Flow flow{kHome4, kMail4, 40000, 25};
  const auto segment = tcp({.source_port = 1, .destination_port = 25, .flags = kSyn}, octets("0123456789abcdef"));
  const auto to = [&](std::string_view source, std::string_view destination) {
    return ethernet(ip({.source = address(source), .destination = address(destination)}, segment));
  };
  const std::pair<const char*, Octets> silent[] = {
      {"a reset", tcp_frame(flow, kRst | kAck, 1, 2)},
      {"an ICMP error", unreachable_frame(address("192.0.2.1"), flow, 7)},
      {"an ICMP echo reply", ethernet(ip({.source = kHome4, .destination = kMail4}, icmp(0, 0)))},
      {"an ICMPv6 error", unreachable_frame(address("2001:db8::1"), {kHome6, kMail6, 40000, 25}, 7)},
      {"an ICMPv6 redirect", ethernet(ip({.source = kHome6, .destination = kMail6}, icmpv6(137, 0)))},
      {"a later fragment", ethernet(ip({.source = kHome4, .destination = kMail4, .fragment_units = 2}, segment))},
      {"a later IPv6 fragment",
       ethernet(ip({.source = kHome6, .destination = kMail6, .extensions = {fragment_header(2, false)}, .protocol = 6},
                   segment))},
      {"a group's address", to("192.0.2.1", "224.0.0.5")},
      {"everybody's address", to("192.0.2.1", "255.255.255.255")},
      {"from nowhere", to("0.0.0.0", "192.0.2.1")},
      {"from IPv6 nowhere", to("::", "2001:db8::1")},
      {"to an IPv6 group", to("2001:db8::1", "ff02::1")},
      {"an Ethernet group", poke8(tcp_frame(flow, kSyn, 1, 0), 0, 0x01)},
      {"no IP", ethernet(0x0806, Octets(28, 0))},
      {"nothing", {}},
  };
  for (const auto& [name, frame] : silent) EXPECT_TRUE(answer(frame).empty()) << name;
}

TEST(Reject, EveryCutOfAFrameIsSurvived) {
  for (const Way& way : kWays) {
    for (const Octets& whole : {tcp_frame(flow_of(way, 25), kSyn, 1, 0, "payload", way.access),
                                udp_frame(flow_of(way, 443), Octets(40, 1), way.access)}) {
      for (std::size_t size = 0; size < whole.size(); ++size) {
        const Octets given = answer(cut(whole, size));
        EXPECT_TRUE(given.empty() || decode(given).parse == Parse::ip) << way.name << " cut to " << size;
      }
    }
  }
}

TEST(Reject, NoRoomNoAnswer) {
  const Octets asked = tcp_frame({kHome4, kMail4, 40000, 25}, kSyn, 1, 0);
  for (std::size_t room = 0; room < 54; ++room) {
    Octets out(room);
    EXPECT_EQ(build_answer(asked, out), 0U);
  }
  Octets out(54);
  EXPECT_EQ(build_answer(asked, out), 54U);
}

}  // namespace
}  // namespace lazaret
