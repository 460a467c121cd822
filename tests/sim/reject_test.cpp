#include "sim/world/reject.hpp"

#include <gtest/gtest.h>

#include "tests/sim/frames.hpp"

namespace lazaret {
namespace {

using namespace testing;

constexpr IpAddress kHome = IpAddress::v4(0xc612'0001), kServer = IpAddress::v4(0x0808'0808);
constexpr IpAddress kHome6{0x2001'0db8'8000'0100, 7}, kServer6{0x2001'0db8'0100'0000, 1};
constexpr IpAddress kGateway = IpAddress::v4(0xc000'0201), kGateway6{0x2001'0db8'0000'0000, 1};

Frame answer_to(Frame offending) {
  push_tags(offending, 100, 7);
  auto answer = rejection(offending, kGateway, kGateway6);
  EXPECT_TRUE(answer.has_value());
  if (!answer) return offending;
  std::uint16_t s = 0, c = 0;
  EXPECT_TRUE(pop_tags(*answer, s, c)) << "the answer goes to the line that the packet came from";
  EXPECT_EQ(s, 100);
  EXPECT_EQ(c, 7);
  return *answer;
}

TEST(Reject, ASynIsAnsweredByAResetThatAcknowledgesIt) {
  Frame reset = answer_to(tcp_frame({kHome, kServer, 40000, 443, 0x02, 5000, 0, {}}));
  EXPECT_TRUE(checksums_right(reset));
  EXPECT_EQ(get32(ip_of(reset), 12), kServer.as_v4());
  EXPECT_EQ(get32(ip_of(reset), 16), kHome.as_v4());
  EXPECT_EQ(get16(body_of(reset), 0), 443);
  EXPECT_EQ(get16(body_of(reset), 2), 40000);
  EXPECT_EQ(body_of(reset)[13], 0x14);
  EXPECT_EQ(get32(body_of(reset), 4), 0U);
  EXPECT_EQ(get32(body_of(reset), 8), 5001U);
}

TEST(Reject, ASegmentWithAckIsAnsweredByAResetWithThatNumber) {
  Frame reset = answer_to(tcp_frame({kHome, kServer, 40000, 25, 0x18, 5000, 777, "MAIL FROM"}));
  EXPECT_TRUE(checksums_right(reset));
  EXPECT_EQ(body_of(reset)[13], 0x04);
  EXPECT_EQ(get32(body_of(reset), 4), 777U);
}

TEST(Reject, TheSameInIpv6) {
  Frame reset = answer_to(tcp_frame({kHome6, kServer6, 40000, 443, 0x02, 5000, 0, {}}));
  EXPECT_TRUE(checksums_right(reset));
  EXPECT_EQ(get_v6(ip_of(reset), 24), kHome6);
  EXPECT_EQ(get32(body_of(reset), 8), 5001U);
}

TEST(Reject, UdpIsAnsweredByIcmpProhibitedThatQuotesIt) {
  Frame udp = udp_frame({kHome, kServer, 5000, 443, 0, 0, 0, "quic"});
  Frame error = answer_to(udp);
  EXPECT_TRUE(checksums_right(error));
  EXPECT_EQ(get32(ip_of(error), 12), kGateway.as_v4());
  EXPECT_EQ(body_of(error)[0], 3);
  EXPECT_EQ(body_of(error)[1], 13);
  const Octets quoted = body_of(error).subspan(8);
  EXPECT_TRUE(std::equal(quoted.begin(), quoted.end(), ip_of(udp).begin(), ip_of(udp).end()));
}

TEST(Reject, UdpOverIpv6IsAnsweredByIcmpv6) {
  Frame error = answer_to(udp_frame({kHome6, kServer6, 5000, 443, 0, 0, 0, "quic"}));
  EXPECT_TRUE(checksums_right(error));
  EXPECT_EQ(get_v6(ip_of(error), 8), kGateway6);
  EXPECT_EQ(body_of(error)[0], 1);
  EXPECT_EQ(body_of(error)[1], 1);
}

TEST(Reject, NoAnswerToResetsErrorsAndFragments) {
  EXPECT_FALSE(rejection(tcp_frame({kHome, kServer, 40000, 443, 0x04, 1, 0, {}}), kGateway, kGateway6));
  EXPECT_FALSE(rejection(tcp_frame({kHome, kServer, 40000, 443, 0x14, 1, 1, {}}), kGateway, kGateway6));
  Frame error = ip_frame(kHome, kServer, kProtocolIcmp, 36);
  body_of(error)[0] = 3;
  EXPECT_FALSE(rejection(error, kGateway, kGateway6));
  Frame fragment = tcp_frame({kHome, kServer, 40000, 443, 0x10, 1, 1, {}});
  put16(ip_of(fragment), 6, 100);
  EXPECT_FALSE(rejection(fragment, kGateway, kGateway6));
  Frame arp = tcp_frame({kHome, kServer, 40000, 443, 0x02, 1, 0, {}});
  put16(arp.octets(), 12, 0x0806);
  EXPECT_FALSE(rejection(arp, kGateway, kGateway6));
  Frame cut = tcp_frame({kHome, kServer, 40000, 443, 0x02, 1, 0, {}});
  cut.length = 40;
  EXPECT_FALSE(rejection(cut, kGateway, kGateway6));
}

}  // namespace
}  // namespace lazaret
