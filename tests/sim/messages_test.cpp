#include <gtest/gtest.h>

#include "core/packet/dns.hpp"
#include "core/packet/smtp.hpp"
#include "sim/dialogue/dns_message.hpp"
#include "sim/dialogue/http.hpp"
#include "sim/dialogue/sip.hpp"
#include "sim/dialogue/text_lines.hpp"

namespace lazaret {
namespace {

TEST(DnsMessage, AnswersReadBackAndTheCoreReadsTheQuestion) {
  const DnsQuery query{77, DnsType::mx, "domain3.example"};
  const std::string octets = to_octets(query);
  const auto read = read_query(octets);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, query.name);
  EXPECT_EQ(read->type, DnsType::mx);
  const auto core = parse_dns({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()}, 1);
  ASSERT_TRUE(core);
  EXPECT_EQ(core->type, kDnsTypeMx);
  EXPECT_EQ(core->id, 77);

  WrittenAnswer mx;
  mx.exchanger = "mx.domain3.example";
  EXPECT_EQ(read_answer(to_octets(query, mx), query)->exchanger, mx.exchanger);
  for (const IpAddress address :
       {IpAddress::v4(0x0102'0304), IpAddress{0x2001'0db8'0000'0001, 0xffff'0000'1111'2222}}) {
    const DnsQuery ask{5, address.is_v4() ? DnsType::a : DnsType::aaaa, "a.b"};
    WrittenAnswer a;
    a.address = address;
    EXPECT_EQ(read_answer(to_octets(ask, a), ask)->address, address);
  }
  WrittenAnswer none;
  none.rcode = 3;
  const auto back = read_answer(to_octets(query, none), query);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->rcode, 3);
  EXPECT_TRUE(back->exchanger.empty());
}

TEST(DnsMessage, RefusesOtherIdsAndCutMessages) {
  const DnsQuery query{77, DnsType::a, "x.example"}, other{78, DnsType::a, "x.example"};
  WrittenAnswer a;
  a.address = IpAddress::v4(1);
  const std::string octets = to_octets(query, a);
  EXPECT_FALSE(read_answer(octets, other));
  for (std::size_t n = 0; n < octets.size(); ++n)
    EXPECT_FALSE(read_answer(std::string_view(octets).substr(0, n), query)) << n;
}

TEST(Sip, MessagesReadBack) {
  SipMessage invite;
  invite.method = "INVITE";
  invite.call_id = "42";
  invite.cseq = "1 INVITE";
  invite.media_port = 4000;
  invite.ssrc = 0xdeadbeef;
  const auto read = read_sip(to_octets(invite, "192.168.1.12", "192.0.2.60"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->method, "INVITE");
  EXPECT_EQ(read->call_id, "42");
  EXPECT_EQ(read->media_port, 4000);
  EXPECT_EQ(read->ssrc, 0xdeadbeefU);
  SipMessage bye;
  bye.status = 200;
  bye.call_id = "42";
  bye.cseq = "2 BYE";
  bye.count = RtpCount{500, 498};
  const auto answer = read_sip(to_octets(bye, "a", "b"));
  ASSERT_TRUE(answer && answer->count);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->count->sent, 500U);
  EXPECT_EQ(answer->count->received, 498U);
}

TEST(Sip, RtpNamesItsSource) {
  const std::string packet = rtp_packet(0x01020304, 7);
  EXPECT_EQ(packet.size(), 12 + kRtpPayloadOctets);
  EXPECT_EQ(rtp_ssrc(packet), 0x01020304U);
  EXPECT_FALSE(rtp_ssrc("no RTP at all"));
}

TEST(Http, ResponsesWaitForTheirLastOctet) {
  const std::string text = http_response("200 OK", "hello");
  for (std::size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(parse_response(std::string_view(text).substr(0, n))) << n;
  EXPECT_EQ(parse_response(text)->body, "hello");
  const auto request = parse_request(http_request("www0.example", "/page/1000"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/page/1000");
  EXPECT_EQ(request->host, "www0.example");
}

TEST(Http, OpaqueRecordsAddUpWhatTheyWant) {
  std::string stream = opaque_record(200, 3200) + opaque_record(450, 40000);
  std::string cut = stream.substr(0, 300);
  EXPECT_EQ(take_records(cut), 3200U);
  EXPECT_EQ(cut.size(), 100U);
  EXPECT_EQ(take_records(stream), 43200U);
  EXPECT_TRUE(stream.empty());
  std::string garbage = "GET / HTTP/1.1\r\n";
  EXPECT_FALSE(take_records(garbage));
}

TEST(TextLines, LinesComeWhole) {
  TextLines lines;
  lines.append("220 rea");
  EXPECT_FALSE(lines.next());
  lines.append("dy\r\n250 ok\r\n3");
  EXPECT_EQ(lines.next(), "220 ready");
  EXPECT_EQ(lines.next(), "250 ok");
  EXPECT_FALSE(lines.next());
  EXPECT_EQ(body_text(100).find("\r\n.\r\n"), std::string::npos);
}

}  // namespace
}  // namespace lazaret
