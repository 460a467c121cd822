// DNS questions, reply codes and failed logins, and the hash that stands for names.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "core/hash.hpp"
#include "core/packet/dns.hpp"
#include "core/packet/login_text.hpp"
#include "core/packet/smtp.hpp"
#include "tests/core/frames.hpp"

namespace lazaret {
namespace {

using namespace frames;

constexpr std::uint64_t kSeed = 99;

TEST(Dns, ReadsTheQuestion) {
  const auto q = parse_dns(dns({.name = "Mail.Example.ORG", .type = kDnsTypeMx, .id = 0xbeef}), kSeed);
  ASSERT_TRUE(q);
  EXPECT_EQ(q->id, 0xbeef);
  EXPECT_FALSE(q->response);
  EXPECT_EQ(q->rcode, 0);
  EXPECT_EQ(q->type, kDnsTypeMx);
  EXPECT_EQ(q->labels, 3);
}

TEST(Dns, ReadsAResponsesCode) {
  const auto q = parse_dns(dns({.name = "example.org", .response = true, .rcode = 3}), kSeed);
  ASSERT_TRUE(q);
  EXPECT_TRUE(q->response);
  EXPECT_EQ(q->rcode, 3);
}

TEST(Dns, FoldsLettersAndNothingElse) {
  const auto hash = [](std::string_view name) { return parse_dns(dns({.name = name}), kSeed)->name_hash; };
  EXPECT_EQ(hash("mx.EXAMPLE.org"), hash("MX.example.ORG"));
  EXPECT_NE(hash("mx.example.org"), hash("mx.example.com"));
  EXPECT_NE(hash("a.bc"), hash("ab.c"));
  EXPECT_NE(hash("a@b"), hash("a`b")) << "the octets around the letters stay apart";
  EXPECT_NE(hash("a[b"), hash("a{b"));
  EXPECT_NE(hash("example.org"), parse_dns(dns({.name = "example.org"}), kSeed + 1)->name_hash);
}

TEST(Dns, TheRootIsAName) {
  const auto q = parse_dns(dns({.name = "", .type = 2}), kSeed);
  ASSERT_TRUE(q);
  EXPECT_EQ(q->labels, 0);
}

TEST(Dns, LongestNameAndLabel) {
  const std::string label(63, 'x');
  const std::string longest =
      label + "." + label + "." + label + "." + std::string(61, 'y');  // 255 octets in wire form
  const auto q = parse_dns(dns({.name = longest}), kSeed);
  ASSERT_TRUE(q);
  EXPECT_EQ(q->labels, 4);
  EXPECT_FALSE(parse_dns(dns({.name = longest + "y"}), kSeed));
  EXPECT_FALSE(parse_dns(dns({.name = std::string(64, 'x')}), kSeed));
}

TEST(Dns, RefusesEveryTruncation) {
  const Octets whole = dns({.name = "mail.example.org", .type = kDnsTypeMx});
  ASSERT_TRUE(parse_dns(whole, kSeed));
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(parse_dns(cut(whole, size), kSeed)) << size;
}

TEST(Dns, RefusesPointersAndOtherCounts) {
  const Octets whole = dns({.name = "mail.example.org"});
  EXPECT_FALSE(parse_dns(poke16(whole, 12, 0xc00c), kSeed)) << "a name that points at itself";
  EXPECT_FALSE(parse_dns(poke8(whole, 12, 0x44), kSeed)) << "a reserved label type";
  EXPECT_FALSE(parse_dns(poke16(whole, 4, 0), kSeed));
  EXPECT_FALSE(parse_dns(poke16(whole, 4, 2), kSeed));
  EXPECT_FALSE(parse_dns(poke16(whole, 4, 0x0100), kSeed));
  EXPECT_TRUE(parse_dns(concat(whole, octets("answers follow")), kSeed));
}

TEST(Smtp, ReadsReplyCodes) {
  const struct {
    std::string_view segment;
    std::optional<std::uint16_t> code;
  } table[] = {{"220 mx.example.org ESMTP\r\n", 220},
               {"250-SIZE\r\n250 OK\r\n", 250},
               {"354\r\n", 354},
               {"550\nno", 550},
               {"559 ", 559},
               {"200 ", 200},
               {"421 4.7.0 too many\r\n", 421},
               {"", {}},
               {"2", {}},
               {"250", {}},
               {"2500 ", {}},
               {"25 0 ", {}},
               {"199 ", {}},
               {"600 ", {}},
               {"260 ", {}},
               {"2a0 ", {}},
               {"25/ ", {}},
               {"25: ", {}},
               {" 250 ", {}},
               {"EHLO ", {}},
               {"250\t", {}}};
  for (const auto& row : table) EXPECT_EQ(parse_smtp_reply(octets(row.segment)), row.code) << row.segment;
}

TEST(ReplyCode, FtpHasPreliminaryRepliesToo) {
  const struct {
    std::string_view segment;
    std::optional<std::uint16_t> code;
  } table[] = {{"220 (vsFTPd 3.0.3)\r\n", 220},
               {"220-Welcome\r\n220 now\r\n", 220},
               {"331 Please specify the password.\r\n", 331},
               {"530 Login incorrect.\r\n", kFtpNotLoggedIn},
               {"150 Here comes the directory listing.\r\n", 150},
               {"100 ", 100},
               {"099 ", {}},
               {"160 ", {}},
               {"631 ", {}},  // protected replies (RFC 2228) say nothing in the clear
               {"USER anonymous\r\n", {}}};
  for (const auto& row : table) {
    EXPECT_EQ(read_reply_code(octets(row.segment)), row.code) << row.segment;
    const auto smtp = row.code && *row.code < 200 ? std::nullopt : row.code;
    EXPECT_EQ(parse_smtp_reply(octets(row.segment)), smtp) << row.segment;
  }
}

TEST(LoginText, SaysThatALoginFailed) {
  const std::string far(kLoginTextMax - 4, ' ');
  const struct {
    std::string segment;
    bool failed;
  } table[] = {{"\r\nLogin incorrect\r\nlogin: ", true},
               {"Login Failed.\r\n", true},
               {"% Authentication failure", true},
               {"Access denied\r\n", true},
               {"INVALID PASSWORD", true},
               {"% Bad passwords\r\n", false},
               {"fai", false},
               {"fa il", false},
               {"incorrec", false},
               {"fafail", true},
               {"BusyBox v1.19.4 built-in shell (ash)\r\n# ", false},
               {"", false},
               {far + "fail", true},
               {far + " fail", false},  // past what is looked at
               {"\xff\xfb\x01\xff\xfb\x03 denied", true}};
  for (const auto& row : table) EXPECT_EQ(says_login_failed(octets(row.segment)), row.failed) << row.segment;
}

TEST(Hash, AgreesWithTheAuthorsOfSipHashOnWhatIsFixed) {
  // SipHash-1-3 with the key 00..0f and the messages of n octets 00, 01, ...: published for the implementations that
  // use it as a table hash.
  constexpr std::uint64_t kLow = 0x0706'0504'0302'0100ULL, kHigh = 0x0f0e'0d0c'0b0a'0908ULL;
  std::array<std::uint8_t, 64> message{};
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(sip_hash_1_3(kLow, kHigh, std::span(message).first(0)), 0xabac0158050fc4dcULL);
  EXPECT_EQ(sip_hash_1_3(kLow, kHigh, std::span(message).first(1)), 0xc9f49bf37d57ca93ULL);
}

TEST(Hash, EveryBitOfTheInputMovesAboutHalfTheOutput) {
  double moved = 0;
  for (unsigned bit = 0; bit < 64; ++bit)
    for (std::uint64_t v = 0; v < 64; ++v) {
      const int flips = std::popcount(mix(kSeed, v) ^ mix(kSeed, v ^ 1ULL << bit));
      EXPECT_GT(flips, 8);
      EXPECT_LT(flips, 56);
      moved += flips;
    }
  EXPECT_NEAR(moved / (64 * 64), 32, 0.5);
}

TEST(Hash, MixIsABijectionOnASample) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t v = 0; v < 100'000; ++v) seen.insert(mix(kSeed, v));
  EXPECT_EQ(seen.size(), 100'000U);
}

}  // namespace
}  // namespace lazaret
