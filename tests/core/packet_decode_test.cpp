// decode() on the table of fixtures: each frame gives exactly the facts that the table states.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "core/packet/decode.hpp"
#include "tests/core/packet_fixtures.hpp"

namespace lazaret {
namespace {

void expect_facts(const Fixture& fixture) {
  SCOPED_TRACE(fixture.what);
  // A copy of exactly the frame's size, so that the address sanitizer sees a read past its end.
  const frames::Octets frame(fixture.frame.begin(), fixture.frame.end());
  const Facts facts = decode(frame);
  const Expected& e = fixture.expected;
  EXPECT_EQ(facts.parse, e.parse);
  if (e.parse == Parse::ip) {
    EXPECT_EQ(facts.transport, e.transport);
  }
  EXPECT_EQ(facts.protocol, e.protocol);
  EXPECT_EQ(facts.line, e.line);
  EXPECT_EQ(facts.source, e.source);
  EXPECT_EQ(facts.destination, e.destination);
  EXPECT_EQ(facts.source_port, e.source_port);
  EXPECT_EQ(facts.destination_port, e.destination_port);
  EXPECT_EQ(facts.tcp_flags, e.tcp_flags);
  EXPECT_EQ(facts.tcp_sequence, e.tcp_sequence);
  EXPECT_EQ(facts.tcp_acknowledgment, e.tcp_acknowledgment);
  EXPECT_EQ(facts.first_fragment, e.first_fragment);
  EXPECT_EQ(facts.payload_length, e.payload_length);
  EXPECT_THAT(facts.payload, testing::ElementsAreArray(e.payload));
  EXPECT_EQ(facts.quoted.source, e.quoted.source);
  EXPECT_EQ(facts.quoted.destination, e.quoted.destination);
  EXPECT_EQ(facts.quoted.source_port, e.quoted.source_port);
  EXPECT_EQ(facts.quoted.destination_port, e.quoted.destination_port);
  EXPECT_EQ(facts.quoted.tcp_sequence, e.quoted.tcp_sequence);
  EXPECT_EQ(facts.quoted.protocol, e.quoted.protocol);
}

TEST(Decode, GivesTheFactsOfEveryFixture) {
  for (const Fixture& fixture : fixtures()) expect_facts(fixture);
}

TEST(Decode, FixturesReachEveryOutcome) {
  std::vector<Parse> parses;
  std::vector<Transport> transports;
  for (const Fixture& fixture : fixtures()) {
    const Facts facts = decode(fixture.frame);
    parses.push_back(facts.parse);
    if (facts.parse == Parse::ip) transports.push_back(facts.transport);
  }
  for (const Parse p : {Parse::ip, Parse::not_ip, Parse::malformed}) EXPECT_THAT(parses, testing::Contains(p));
  for (const Transport t : {Transport::tcp, Transport::udp, Transport::icmp_error, Transport::icmp, Transport::other,
                            Transport::fragment, Transport::tiny_fragment, Transport::malformed})
    EXPECT_THAT(transports, testing::Contains(t)) << static_cast<int>(t);
}

}  // namespace
}  // namespace lazaret
