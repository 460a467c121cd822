// What holds of decode() for any octets at all: fixtures cut at every length, fixtures with octets changed, and noise.
// Every input is copied to a block of exactly its size, so that the sanitizer builds see any read past its end.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "core/packet/decode.hpp"
#include "core/packet/dns.hpp"
#include "core/packet/login_text.hpp"
#include "core/packet/smtp.hpp"
#include "core/packet/tls.hpp"
#include "core/packet/view.hpp"
#include "tests/core/messages.hpp"
#include "tests/core/packet_fixtures.hpp"
#include "tests/core/packet_invariants.hpp"

namespace lazaret {
namespace {

using frames::Octets;

void expect_invariants(const Octets& frame) {
  const char* broken = broken_decode_invariant(frame);
  EXPECT_EQ(broken, nullptr) << (broken != nullptr ? broken : "") << ", " << frame.size() << " octets";
}

TEST(DecodeProperties, HoldForEveryTruncationOfEveryFixture) {
  for (const Fixture& fixture : fixtures()) {
    SCOPED_TRACE(fixture.what);
    for (std::size_t size = 0; size <= fixture.frame.size(); ++size)
      expect_invariants(frames::cut(fixture.frame, size));
  }
}

TEST(DecodeProperties, ATruncationClaimsNothingThatTheWholeFrameDoesNotSay) {
  for (const Fixture& fixture : fixtures()) {
    SCOPED_TRACE(fixture.what);
    const Facts whole = decode(fixture.frame);
    for (std::size_t size = 0; size < fixture.frame.size(); ++size) {
      const Octets part = frames::cut(fixture.frame, size);
      const Facts facts = decode(part);
      if (facts.parse != Parse::ip) continue;
      EXPECT_EQ(facts.source, whole.source);
      EXPECT_EQ(facts.destination, whole.destination);
      EXPECT_EQ(facts.line, whole.line);
      if (facts.transport != Transport::tcp && facts.transport != Transport::udp) continue;
      EXPECT_EQ(facts.transport, whole.transport) << size;
      EXPECT_EQ(facts.source_port, whole.source_port) << size;
      EXPECT_EQ(facts.destination_port, whole.destination_port) << size;
      EXPECT_EQ(facts.tcp_flags, whole.tcp_flags) << size;
      EXPECT_EQ(facts.payload_length, whole.payload_length) << size;
    }
  }
}

TEST(DecodeProperties, HoldForFixturesWithOctetsChanged) {
  std::mt19937_64 random(20070101);
  for (const Fixture& fixture : fixtures()) {
    if (fixture.frame.empty()) continue;
    SCOPED_TRACE(fixture.what);
    for (int round = 0; round < 500; ++round) {
      Octets frame = fixture.frame;
      for (unsigned changes = 1 + random() % 4; changes != 0; --changes)
        frame[random() % std::min<std::size_t>(frame.size(), 120)] = static_cast<std::uint8_t>(random());
      expect_invariants(frame);
    }
  }
}

TEST(DecodeProperties, HoldForHellosOfEveryLength) {
  const frames::Flow flow{frames::address("192.0.2.1"), frames::address("198.51.100.7"), 40000, 443};
  bool plain = false, more = false, most = false;
  for (unsigned padding = 0; padding < 1600; padding += padding < 200 ? 1 : 37) {
    const Octets frame =
        frames::hello_segment(flow, padding, {.s_vlan = 7, .c_vlan = 42, .pppoe = static_cast<std::uint16_t>(5)});
    expect_invariants(frame);
    const std::size_t judged = judged_octets(frame);
    EXPECT_EQ(judged, std::min(frame.size(), kJudgedMost));
    plain |= judged <= kJudgedOctets, more |= judged > kJudgedOctets, most |= judged == kJudgedMost;
    const auto hello = read_client_hello(decode(frame).payload, 1);
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->ja4_complete, frame.size() <= kJudgedMost);
    for (const std::size_t size : {std::size_t{90}, std::size_t{319}, std::size_t{321}, frame.size() - 1})
      expect_invariants(frames::cut(frame, size));
  }
  EXPECT_TRUE(plain && more && most);
}

TEST(DecodeProperties, ReadersHoldForMessagesWithOctetsChanged) {
  using namespace frames;
  const Octets messages[] = {
      dns_response({.name = "www.example.org"},
                   {alias(pointer(kQuestionAt), labels_and_pointer("a.b", kQuestionAt + 4)),
                    a(pointer(12 + 17 + 4 + 12), "192.0.2.1"), aaaa(pointer(12 + 17 + 4 + 12), "2001:db8::1")}),
      client_hello({.extensions = {server_name("www.example.org"), alpn({octets("h2")}), supported_versions({0x304}),
                                   signature_algorithms({0x0403})}})};
  std::mt19937_64 random(1999);
  unsigned answers = 0, fingerprints = 0;
  for (const Octets& message : messages)
    for (int round = 0; round < 20'000; ++round) {
      const auto size = random() % 4 == 0 ? random() % (message.size() + 1) : message.size();
      const auto exact = std::make_unique<std::uint8_t[]>(size);
      std::copy_n(message.begin(), size, exact.get());
      for (unsigned changes = size == 0 ? 0 : random() % 4; changes != 0; --changes)
        exact[random() % size] = static_cast<std::uint8_t>(random() % 3 == 0 ? 0xc0 : random());
      const std::span<const std::uint8_t> octets(exact.get(), size);
      const auto facts = read_dns(octets, 1);
      EXPECT_EQ(facts.has_value(), parse_dns(octets, 1).has_value());
      answers += facts ? facts->held : 0U;
      const auto hello = read_client_hello(octets, 1);
      fingerprints += hello && hello->ja4_complete ? 1U : 0U;
      if (hello && !hello->server_name.empty()) {
        EXPECT_GE(hello->server_name.data(), octets.data());
        EXPECT_LE(hello->server_name.data() + hello->server_name.size(), octets.data() + octets.size());
      }
    }
  EXPECT_GT(answers, 5'000U) << "the changes no longer leave answers to read";
  EXPECT_GT(fingerprints, 2'000U) << "nor hellos";
}

TEST(DecodeProperties, HoldForNoise) {
  std::mt19937_64 random(42);
  constexpr std::uint16_t kTypes[] = {0x0800, 0x86dd, 0x8100, 0x88a8, 0x8864, 0};
  unsigned ip = 0;
  for (int round = 0; round < 100'000; ++round) {
    Octets frame(random() % 120);
    for (std::uint8_t& octet : frame) octet = static_cast<std::uint8_t>(random());
    if (frame.size() > 15 && round % 4 != 0) {
      const std::uint16_t type = kTypes[random() % 6];
      frame = frames::poke16(frame, 12, type);
      if (type == 0x0800) frame[14] = 0x45;
      if (type == 0x86dd) frame[14] = 0x60;
      if (type == 0x8864) frame = frames::poke16(frame, 14, 0x1100);
    }
    expect_invariants(frame);
    ip += decode(frame).parse == Parse::ip;
    (void)parse_dns(frame, 1);
    (void)read_dns(frame, 1);
    (void)read_client_hello(frame, 1);
    (void)parse_smtp_reply(frame);
    (void)says_login_failed(frame);
  }
  EXPECT_GT(ip, 10'000U) << "the noise no longer reaches past the IP header";
}

TEST(DecodeProperties, TheInvariantsCanFail) {
  const Octets frame = fixtures().front().frame;
  Facts facts = decode(frame);
  EXPECT_EQ(broken_invariant(facts, frame), nullptr);
  facts.payload = std::span(frame).subspan(frame.size() - 2, 2);
  facts.payload_length = 1;
  EXPECT_NE(broken_invariant(facts, frame), nullptr);
  facts = decode(frame);
  facts.transport = Transport::fragment;
  EXPECT_NE(broken_invariant(facts, frame), nullptr) << "ports on a fragment";
}

}  // namespace
}  // namespace lazaret
