// The naive core against sentences of docs/semantics.md, sections 2 to 12.
#include <gtest/gtest.h>

#include <memory>

#include "tests/laws/town.hpp"

namespace lazaret::laws {
namespace {

using frames::address;
using frames::octets;
using frames::tcp_frame;
using frames::udp_frame;

constexpr double kRounding = 0.001;
double nats(double bot, double clean) { return std::log(bot / clean); }

TEST(ReferenceLines, ALineBelongsToTheLatestBind) {
  Town t;
  t.bind(kAlice, "192.0.2.1", make_line(7, 1, 0));
  EXPECT_EQ(t.last(EventKind::node_joined).node, 7);
  t.bind(kBob, "192.0.2.2", make_line(7, 1, 0));
  ASSERT_EQ(t.count(EventKind::node_joined), 3);
  const Event lost = *(t.events.end() - 3), bound = *(t.events.end() - 2), joined = *(t.events.end() - 1);
  EXPECT_EQ(lost.account, kAlice);
  EXPECT_EQ(lost.limit, 7);
  EXPECT_EQ(lost.node, 0) << "on no node without a line";
  EXPECT_EQ(bound.kind, EventKind::bound);
  EXPECT_EQ(joined.account, kBob);
  EXPECT_EQ(joined.observed, 7);
  const frames::Access line{.s_vlan = 7, .c_vlan = 1};
  const frames::Flow bob{address("192.0.2.2"), host(1), 40000, 9999}, alice{address("192.0.2.1"), host(1), 40000, 9999};
  EXPECT_EQ(t.up(tcp_frame(bob, kAck, 1, 1, {}, line)).account, kBob);
  EXPECT_EQ(t.up(tcp_frame(alice, kAck, 1, 1, {}, line)).rule, Rule::spoofed_source);
  EXPECT_EQ(t.up(tcp_frame(alice, kAck, 1, 1)).rule, Rule::spoofed_source) << "a lost line is not line 0";
}

TEST(ReferenceLines, TheLineIsBlamedForSourcesThatAreNotItsOwn) {
  Town t;
  t.bind(kBob, "192.0.2.2", make_line(7, 1, 0));
  const frames::Access line{.s_vlan = 7, .c_vlan = 1};
  const auto from = [&](std::string_view source) {
    return t.up(udp_frame({address(source), host(1), 40000, 9999}, octets("x"), line));
  };
  EXPECT_EQ(from("203.0.113.9").rule, Rule::spoofed_source);
  EXPECT_NEAR(t.score(Channel::flood_spoof, kBob), 3, kRounding);
  (void)from("203.0.113.9");
  EXPECT_NEAR(t.score(Channel::flood_spoof, kBob), 3, kRounding) << "the same source tells nothing new";
  EXPECT_EQ(from("192.168.1.5").rule, Rule::spoofed_source);
  EXPECT_NEAR(t.score(Channel::flood_spoof, kBob), 3, kRounding) << "a home's own net leaks";
  EXPECT_EQ(from("0.0.0.0").rule, Rule::unbound);
  EXPECT_EQ(from("169.254.3.3").rule, Rule::unbound);
  EXPECT_EQ(t.core.counters().spoofed, 3U);
  EXPECT_EQ(from("192.0.2.1").rule, Rule::spoofed_source);
  EXPECT_NEAR(t.score(Channel::flood_spoof, kBob), 6, kRounding) << "another's address is as foreign as any";
  EXPECT_NEAR(t.score(Channel::flood_spoof, kAlice), 0, kRounding);
}

TEST(ReferenceLines, ABindThatFindsNoRoomTakesWhatItNames) {
  Limits limits;
  limits.accounts = 1;
  Town t(Policy{}, limits);
  t.bind(kAlice, "192.0.2.1", make_line(7, 1, 0));
  t.bind({77}, "192.0.2.1", make_line(7, 1, 0));
  EXPECT_EQ(t.core.counters().bindings_refused, 1U);
  EXPECT_EQ((t.events.end() - 2)->kind, EventKind::unbound);
  EXPECT_EQ((t.events.end() - 1)->kind, EventKind::node_joined);
  const frames::Flow alice{address("192.0.2.1"), host(1), 40000, 9999};
  EXPECT_EQ(t.up(tcp_frame(alice, kAck, 1, 1)).rule, Rule::unbound);
}

TEST(ReferenceContacts, AFurtherPortOfAKnownHostIsVertical) {
  Town t;
  t.fail(host(1), 445);
  t.fail(host(1), 8080);
  EXPECT_NEAR(t.score(Channel::scan_ports), nats(0.8, 0.2), kRounding);
  EXPECT_NEAR(t.score(Channel::scan_vertical), nats(0.95, 0.949), kRounding);
  t.fail(host(1), 445);
  EXPECT_NEAR(t.score(Channel::scan_ports), nats(0.8, 0.2), kRounding) << "only first contacts tell";
}

TEST(ReferenceContacts, SilenceIsRefusalOnlyWhereAnswersCanBeSeen) {
  Town t;
  t.now.ns += 1;  // 4 s later is not a whole second: due at the next one
  t.syn(t.flow(host(1), 445));
  EXPECT_EQ(t.core.next_due(), Timestamp{} + seconds(100205));
  t.wait(10);
  EXPECT_NEAR(t.score(Channel::scan_ports), 0, kRounding);
  t.down(udp_frame({host(9), address("192.0.2.1"), 7777, 5000}, octets("x")));
  t.syn(t.flow(host(2), 445));
  t.wait(10);
  EXPECT_NEAR(t.score(Channel::scan_ports), nats(0.8, 0.2), kRounding);
}

TEST(ReferenceContacts, AnAnswerCountsOnlyForTheSequenceNumberThatWasSent) {
  Town t;
  const frames::Flow f = t.flow(host(1), 445);
  t.syn(f, 99);
  t.refuse(f, 98);
  EXPECT_NEAR(t.score(Channel::scan_ports), 0, kRounding);
  EXPECT_EQ(t.core.counters().unmatched_replies, 1U);
  t.down(frames::unreachable_frame(host(3), f, 99));
  EXPECT_NEAR(t.score(Channel::scan_ports), nats(0.8, 0.2), kRounding);
}

TEST(ReferenceContacts, MiraiShowsItselfBySequenceNumberAndTelnetByNewHosts) {
  Town t;
  t.syn(t.flow(host(1), 81), host(1).as_v4());
  t.syn(t.flow(host(2), 81), host(1).as_v4());
  EXPECT_NEAR(t.score(Channel::scan_mirai), 12, kRounding);
  EXPECT_NEAR(t.score(Channel::scan_telnet), 0, kRounding);
  for (unsigned n = 3; n < 20; ++n) t.syn(t.flow(host(n), n % 2 == 0 ? 23 : 2323));
  EXPECT_NEAR(t.score(Channel::scan_telnet), 9, kRounding) << "its cap";
  EXPECT_EQ(t.core.counters().contacts_skipped, 19U - kContactsPerAccount);
}

TEST(ReferenceMail, EveryNewNetworkAddsAndRefusalsAddMore) {
  Town t;
  t.fail(address("203.0.113.1"), 25);
  t.fail(address("203.0.113.2"), 25);
  t.fail(address("198.51.100.1"), 25);
  EXPECT_NEAR(t.score(Channel::spam_fanout), 2 * 0.7, kRounding);
  EXPECT_NEAR(t.score(Channel::spam_delivery), 3 * nats(0.55, 0.10), kRounding);
}

TEST(ReferenceMail, TheRelayCountsOnlyBeyondItsFreeConnections) {
  Policy p;
  (void)p.services_relays.add({address("198.51.100.25"), 128});
  Town t(p);
  for (unsigned i = 0; i < 40; ++i) t.syn(t.flow("198.51.100.25", 587));
  EXPECT_NEAR(t.score(Channel::spam_relay), 0, kRounding);
  t.syn(t.flow("198.51.100.25", 25));
  t.syn(t.flow("198.51.100.25", 465));
  EXPECT_NEAR(t.score(Channel::spam_relay), 1, kRounding);
  t.wait(600);
  t.syn(t.flow("198.51.100.25", 25));
  EXPECT_EQ(t.status().seen[static_cast<unsigned>(Channel::spam_relay)].observations, 2U);
  EXPECT_NEAR(t.score(Channel::spam_fanout), 0, kRounding);
}

TEST(ReferenceSessions, AMessageIsAcceptedOnceItsDataWas) {
  Town t;
  const frames::Flow f = t.flow(host(1), 25);
  t.syn(f);
  t.accept(f);
  t.down(tcp_frame(f.reversed(), kAck, 500, 100, "250 ok\r\n"));
  EXPECT_NEAR(t.score(Channel::spam_delivery), 0, kRounding);
  t.down(tcp_frame(f.reversed(), kAck, 508, 100, "354 go\r\n"));
  t.down(tcp_frame(f.reversed(), kAck, 516, 101, "250 ok\r\n"));  // acknowledges what was never sent
  EXPECT_NEAR(t.score(Channel::spam_delivery), 0, kRounding);
  EXPECT_EQ(t.core.counters().unmatched_replies, 1U);
  t.down(tcp_frame(f.reversed(), kAck, 516, 100, "250 ok\r\n"));
  EXPECT_NEAR(t.score(Channel::spam_delivery), nats(0.43, 0.25), kRounding);
}

TEST(ReferenceSessions, LoginsAreJudgedByWordsOrByLength) {
  Town t;
  const frames::Flow ftp = t.flow(host(1), 21), ssh = t.flow(host(2), 22), quick = t.flow(host(3), 22);
  t.syn(ftp);
  t.accept(ftp);
  t.down(tcp_frame(ftp.reversed(), kAck, 500, 100, "530 no\r\n"));
  EXPECT_NEAR(t.score(Channel::login_failure), nats(0.95, 0.25), kRounding);
  t.down(tcp_frame(ftp.reversed(), kAck, 508, 100, "230 in\r\n"));
  EXPECT_NEAR(t.score(Channel::login_failure), 0, kRounding);
  t.up(tcp_frame(ftp, kFin | kAck, 100, 516));
  t.syn(ssh);
  t.accept(ssh);
  t.up(tcp_frame(ssh, kAck, 100, 500, std::string(1000, 'x')));
  t.up(tcp_frame(ssh, kFin | kAck, 1100, 500));
  EXPECT_NEAR(t.score(Channel::login_opaque), nats(0.98, 0.5), kRounding);
  t.syn(quick);
  t.accept(quick);
  t.up(tcp_frame(quick, kRst, 100, 500));
  EXPECT_NEAR(t.score(Channel::login_opaque), nats(0.98, 0.5), kRounding) << "nobody tried to log in";
}

TEST(ReferenceNames, MxQuestionsAddOncePerNameUpToTheirCap) {
  Town t;
  for (unsigned i = 0; i < 3; ++i) t.ask("mail.example", 0, 0, 15);
  EXPECT_NEAR(t.score(Channel::spam_mx_query), 1, kRounding);
  for (unsigned i = 0; i < 9; ++i) t.ask("m" + std::to_string(i) + ".example", 0, 0, 15);
  EXPECT_NEAR(t.score(Channel::spam_mx_query), 5, kRounding);
}

TEST(ReferenceNames, DomainsThatDoNotExistTellOnceEachUnlessPopular) {
  Town t;
  for (unsigned i = 0; i < 3; ++i) t.ask("a" + std::to_string(i) + ".gone.example", 3, 0);
  EXPECT_NEAR(t.score(Channel::dns_failure), nats(0.8, 0.1), kRounding) << "one registrable domain";
  EXPECT_EQ(t.count(EventKind::name_failed), 1);
  for (const char* silent : {"printer", "nas.home.arpa", "4.3.2.1.in-addr.arpa", "4.3.2.1.list.example.org"})
    t.ask(silent, 3, 0);
  EXPECT_EQ(t.count(EventKind::name_failed), 1);
  t.ask("good.example.net");
  EXPECT_NEAR(t.score(Channel::dns_failure), nats(0.8, 0.1) + nats(0.2, 0.9), kRounding);

  Command popular;
  popular.kind = CommandKind::popular;
  popular.key = static_cast<std::uint64_t>(t.last(EventKind::name_failed).observed);
  Town other;
  other.give(popular);
  other.ask("a0.gone.example", 3, 0);
  EXPECT_EQ(other.count(EventKind::name_failed), 0);
  other.ask("a0.lost.example.org", 3, 0);
  EXPECT_EQ(other.count(EventKind::name_failed), 1);
}

TEST(ReferenceNames, OnlyAnswersToQuestionsTellAndOnlyOnce) {
  Town t;
  const frames::Flow f = t.flow("198.51.100.53", 53);
  t.answer(f, "gone.example", 3, 0);
  EXPECT_EQ(t.core.counters().unmatched_replies, 1U);
  t.up(udp_frame(f, frames::dns({.name = "gone.example"})));
  t.answer(f, "lost.example", 3, 0);
  EXPECT_EQ(t.core.counters().unmatched_replies, 2U);
  t.answer(f, "gone.example", 3, 0);
  t.answer(f, "gone.example", 3, 0);
  EXPECT_EQ(t.core.counters().unmatched_replies, 3U);
  EXPECT_EQ(t.count(EventKind::name_failed), 1);
}

TEST(ReferenceNames, ATunnelIsManyOctetsBelowOneDomain) {
  Town t;
  const std::string label(60, 'x');
  for (unsigned i = 0; i < 69; ++i) t.ask(label + ".t.example", 0, 0);  // 60 octets each: 4140
  EXPECT_NEAR(t.score(Channel::dns_tunnel), 2, kRounding);
  for (unsigned i = 0; i < 69; ++i) t.ask(label + ".u" + std::to_string(i) + ".org", 0, 0);
  for (unsigned i = 0; i < 68; ++i) t.ask(label + ".t.example", 0, 0);
  EXPECT_NEAR(t.score(Channel::dns_tunnel), 2, kRounding) << "other domains spoke against it";
}

TEST(ReferenceRates, ASecondOfUnansweredSynsIsJudgedAtItsEnd) {
  Town t;
  for (unsigned i = 0; i < 200; ++i) t.syn(t.flow(host(1), 80));
  EXPECT_NEAR(t.score(Channel::flood_syn), 0, kRounding);
  t.wait(1);
  EXPECT_NEAR(t.score(Channel::flood_syn), 5, kRounding);
  EXPECT_EQ(t.status().seen[static_cast<unsigned>(Channel::flood_syn)].port, 80);
  t.wait(5);
  t.syn(t.flow(host(1), 80));
  EXPECT_EQ(t.status().seen[static_cast<unsigned>(Channel::flood_syn)].observations, 1U);
}

TEST(ReferenceRates, ACountThatIsFullIsJudgedAtOnce) {
  Town t;
  const frames::Flow f = t.flow(host(1), 80);
  for (unsigned i = 0; i < 13'200; ++i) t.down(tcp_frame(f.reversed(), kSyn | kAck, 1, 7));
  for (unsigned i = 0; i < 65'535; ++i) t.syn(f);
  EXPECT_NEAR(t.score(Channel::flood_syn), 0, kRounding) << "more than a fifth came back";
  for (unsigned i = 0; i < 65'534; ++i) t.syn(f);
  EXPECT_NEAR(t.score(Channel::flood_syn), 0, kRounding);
  t.syn(f);
  EXPECT_NEAR(t.score(Channel::flood_syn), 5, kRounding) << "none of those came back";
  t.wait(1);
  EXPECT_EQ(t.status().seen[static_cast<unsigned>(Channel::flood_syn)].observations, 1U) << "nothing was left";
}

TEST(ReferenceRates, FloodsThatAreAnsweredAreNone) {
  Town t;
  for (unsigned i = 0; i < 500; ++i) {
    const frames::Flow f = t.flow(host(1), 9999);
    t.up(udp_frame(f, octets("x")));
    if (i % 20 == 0) t.down(udp_frame(f.reversed(), octets("x")));
  }
  t.wait(1);
  t.up(udp_frame(t.flow(host(1), 9999), octets("x")));
  EXPECT_NEAR(t.score(Channel::flood_udp), 0, kRounding);
  for (unsigned i = 0; i < 500; ++i) t.up(udp_frame(t.flow(host(1), 9999), octets("x")));
  t.wait(1);
  t.up(udp_frame(t.flow(host(1), 9999), octets("x")));
  EXPECT_NEAR(t.score(Channel::flood_udp), 1.5, kRounding);
}

TEST(ReferenceRates, LargeAnswersFromPortsThatAmplifyAddUpToTheirCap) {
  Town t;
  for (unsigned second = 0; second < 9; ++second) {
    for (unsigned i = 0; i < 20; ++i)
      t.up(udp_frame({address("192.0.2.1"), host(i), 1900, 4000}, octets(std::string(400, 'x'))));
    t.wait(1);
  }
  EXPECT_NEAR(t.score(Channel::flood_reply), 3, 0.2);
  EXPECT_EQ(t.status().seen[static_cast<unsigned>(Channel::flood_reply)].observations, 9U);
  EXPECT_EQ(t.status().seen[static_cast<unsigned>(Channel::flood_reply)].port, 1900);
}

TEST(ReferenceReports, OneReportAddsAtMostSixNats) {
  Town t;
  t.report(40);
  EXPECT_NEAR(t.score(Channel::report_abuse), 6, kRounding);
  t.report(-40);
  t.report(6);
  EXPECT_NEAR(t.score(Channel::report_abuse), 8, kRounding) << "the cap";
  Command unknown;
  unknown.kind = CommandKind::report, unknown.account = kBob, unknown.step = kNat;
  t.give(unknown);
  EXPECT_EQ(t.core.counters().commands_ignored, 1U);
}

TEST(ReferenceC2, AnEvenlyTimedConnectionAddsAtPowersOfTwo) {
  Town t;
  const auto calls = [&](unsigned times, double every) {
    for (unsigned i = 0; i < times; ++i) {
      const frames::Flow f = t.flow(host(1), 8443);
      t.syn(f);
      t.accept(f);
      t.wait(every);
    }
  };
  calls(9, 60);  // fresh, candidate, then gaps
  EXPECT_NEAR(t.score(Channel::c2_beacon), 0, kRounding);
  calls(1, 60);
  EXPECT_NEAR(t.score(Channel::c2_beacon), 1.5, 0.02);
  calls(8, 60);
  EXPECT_EQ(t.status().seen[static_cast<unsigned>(Channel::c2_beacon)].observations, 2U);
}

TEST(ReferenceC2, WhatAFeedKnowsTellsOncePerMemory) {
  Town t;
  std::vector<FeedEntry> entries(3);
  for (FeedEntry& e : entries) e.category = FeedCategory::c2, e.precision = 0.9;
  entries[0].prefix = {host(1), 128}, entries[0].expires = t.now + seconds(100);
  entries[1].prefix = {address("203.0.113.1"), 128}, entries[1].category = FeedCategory::sinkhole;
  entries[2].kind = FeedKind::name_tree, entries[2].name = {3, 'b', 'a', 'd', 3, 'o', 'r', 'g', 0};
  auto built = Feed::build(entries, FeedLimits{}, Seed{1});
  ASSERT_TRUE(std::holds_alternative<Feed>(built));
  t.core.load(std::make_shared<const Feed>(std::get<Feed>(std::move(built))));
  const double weight = std::log(9);
  t.syn(t.flow(host(1), 81));
  t.up(udp_frame(t.flow(host(1), 82), octets("x")));
  EXPECT_NEAR(t.score(Channel::c2_address), weight, kRounding);
  t.ask("cdn.bad.org", 3, 0, 15);
  EXPECT_NEAR(t.score(Channel::spam_mx_query), 1, kRounding);
  EXPECT_NEAR(t.score(Channel::c2_name), weight, kRounding);
  t.ask("www.example.org", 0, 2);
  EXPECT_NEAR(t.score(Channel::c2_sinkhole), weight, kRounding);
  t.wait(100);
  t.syn(t.flow(host(1), 83));
  EXPECT_EQ(t.status().seen[static_cast<unsigned>(Channel::c2_address)].observations, 1U) << "expired";
}

}  // namespace
}  // namespace lazaret::laws
