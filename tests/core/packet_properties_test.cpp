// What holds of decode() for any octets at all: fixtures cut at every length, fixtures with octets changed, and noise.
// Every input is copied to a block of exactly its size, so that the sanitizer builds see any read past its end.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/packet/decode.hpp"
#include "core/packet/dns.hpp"
#include "core/packet/smtp.hpp"
#include "core/packet/view.hpp"
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
    (void)parse_smtp_reply(frame);
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
