// From a DNS log's entries to the wire: frames that the core reads, entries in order, answers with their questions.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/packet/decode.hpp"
#include "core/packet/dns.hpp"
#include "core/time.hpp"
#include "scenarios/dns_log/frame.hpp"
#include "scenarios/dns_log/ordering.hpp"
#include "scenarios/dns_log/pairing.hpp"
#include "tests/scenarios/dns_logs.hpp"

namespace lazaret {
namespace {

TEST(DnsLogFrames, TheCoreReadsWhatTheLogTold) {
  for (const DnsLogEntry& e : random_dns_entries(5, 400, false)) {
    DnsMessage m;
    m.client = e.client;
    m.resolver = *e.resolver;
    m.client_port = e.client_port;
    m.id = *e.id;
    m.type = e.type;
    m.name = e.name;
    m.response = e.response;
    m.rcode = e.rcode.value_or(0);
    m.addresses = e.addresses;
    m.records = e.records.value_or(0);
    m.size = e.size;
    DnsFrame frame;
    write_dns_frame(m, frame);
    EXPECT_GE(frame.wire_length, frame.held);
    const Facts facts = decode(frame.frame());
    ASSERT_EQ(facts.parse, Parse::ip);
    ASSERT_EQ(facts.transport, Transport::udp);
    EXPECT_EQ(facts.source, e.response ? *e.resolver : e.client);
    EXPECT_EQ(facts.destination, e.response ? e.client : *e.resolver);
    EXPECT_EQ(e.response ? facts.destination_port : facts.source_port, e.client_port);
    if (e.response) {
      EXPECT_EQ(facts.payload_length,
                std::max<std::size_t>(e.size, 12 + e.name.size() + 4 + (e.type == 1 ? 16U : 28U) * e.addresses.size()));
    }
    const auto question = parse_dns(facts.payload, 9);
    ASSERT_TRUE(question.has_value());
    EXPECT_EQ(question->id, *e.id);
    EXPECT_EQ(question->type, e.type);
    EXPECT_EQ(question->response, e.response);
    EXPECT_EQ(question->rcode, e.rcode.value_or(0));
  }
}

TEST(DnsLogOrder, SmallDisorderIsMendedAndOneTimesEntriesStayInOrder) {
  const auto at = [](std::int64_t ms, bool response) {
    DnsLogEntry e;
    e.stamp_ns = (1000000 + ms) * 1'000'000;
    e.response = response;
    return e;
  };
  DnsLogOrdering order;
  std::vector<std::pair<std::int64_t, bool>> out;
  const auto drain = [&] {
    for (DnsLogEntry e; order.pop(e);) out.emplace_back(e.stamp_ns / 1'000'000 - 1000000, e.response);
  };
  for (const auto& [ms, response] : std::vector<std::pair<std::int64_t, bool>>{{0, false},
                                                                               {0, true},
                                                                               {0, false},
                                                                               {500, false},
                                                                               {300, false},
                                                                               {5000, false},
                                                                               {400, true},
                                                                               {1000, false},
                                                                               {900, false}}) {
    order.push(at(ms, response));
    drain();
  }
  order.finish();
  drain();
  EXPECT_EQ(out, (std::vector<std::pair<std::int64_t, bool>>{{0, false},
                                                             {0, true},
                                                             {0, false},
                                                             {300, false},
                                                             {500, false},
                                                             {5000, false},  // and then time went back by itself
                                                             {400, true},
                                                             {900, false},
                                                             {1000, false}}));
}

TEST(DnsLogPairing, AnswersFindTheirQuestions) {
  DnsPairing pairing;
  DnsLogEntry question;
  question.client = IpAddress::v4(0xc000'0207);
  question.name = name_on_the_wire("WWW.example.com");
  question.type = 1;
  question.resolver = IpAddress::v4(0xc000'0235);
  DnsLogEntry answer = question;
  answer.resolver.reset();  // BIND's failures do not name it
  answer.response = true;
  answer.name = name_on_the_wire("www.EXAMPLE.com");
  answer.stamp_ns = 5;
  const auto first = pairing.ask(question);
  question.stamp_ns += kNsPerSecond;
  const auto second = pairing.ask(question);
  EXPECT_GE(first.port, 1024);
  EXPECT_EQ(first.id, second.id) << "asked again while it waits for the answer";
  DnsPairing::Wire wire;
  EXPECT_EQ(pairing.answer(answer, wire), DnsPairing::Answer::to_known);
  EXPECT_EQ(wire.id, second.id);
  EXPECT_EQ(wire.port, second.port);
  EXPECT_EQ(wire.resolver, question.resolver);
  EXPECT_EQ(pairing.answer(answer, wire), DnsPairing::Answer::to_known);
  EXPECT_EQ(pairing.answer(answer, wire), DnsPairing::Answer::again);
  EXPECT_NE(pairing.ask(question).id, second.id) << "a question of its own";
  question.stamp_ns += 6 * kNsPerSecond;
  const auto later = pairing.ask(question);
  EXPECT_EQ(pairing.answer(answer, wire), DnsPairing::Answer::to_known);
  EXPECT_EQ(wire.id, later.id);
  EXPECT_EQ(pairing.answer(answer, wire), DnsPairing::Answer::again) << "the one before was given up";
  answer.client.low += 1;
  EXPECT_EQ(pairing.answer(answer, wire), DnsPairing::Answer::to_unknown);
  answer.client_port = 4000;
  answer.id = 77;
  EXPECT_EQ(pairing.answer(answer, wire), DnsPairing::Answer::to_unknown);
  EXPECT_EQ(wire.port, 4000);
  EXPECT_EQ(wire.id, 77);
}

}  // namespace
}  // namespace lazaret
