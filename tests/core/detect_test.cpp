// The two detectors on real protocol exchanges.
#include <gtest/gtest.h>

#include <set>

#include "tests/core/story.hpp"

namespace lazaret::story {
namespace {

constexpr const char* kAddress = "192.0.2.10";

TEST(Scan, SilentTelnetScannerIsQuarantinedWithinTwentyContacts) {
  World w;
  Line line(w, kAlice, kAddress);
  line.hear();
  for (unsigned n = 0; n < 20; ++n) {
    line.contact(host(n), n % 2 == 0 ? 23 : 2323, Answer::silence);
    w.wait(1);
  }
  w.wait(6);
  EXPECT_EQ(w.state(kAlice), State::quarantined);
  EXPECT_EQ(w.last(EventKind::reason).channel, Channel::scan_telnet);
  const auto seen = w.status(kAlice).seen[static_cast<unsigned>(Channel::scan_ports)];
  EXPECT_GE(seen.adverse, 12U);
}

TEST(Scan, EveryKindOfFailureCounts) {
  for (const Answer answer : {Answer::silence, Answer::reset, Answer::unreachable}) {
    World w;
    Line line(w, kAlice, kAddress);
    line.hear();
    line.contact(host(1), 23, answer);
    w.wait(5);
    EXPECT_NEAR(w.score(kAlice, Channel::scan_ports), 1.386, 0.001) << static_cast<int>(answer);
  }
}

TEST(Scan, SuccessExonerates) {
  World w;
  Line line(w, kAlice, kAddress);
  line.hear();
  for (unsigned n = 0; n < 200; ++n) {
    line.contact(host(n), 22, n % 3 == 0 ? Answer::reset : Answer::syn_ack);
    w.wait(0.5);
  }
  EXPECT_EQ(w.count(EventKind::quarantine_proposed), 0);
  EXPECT_EQ(w.count(EventKind::watched), 0);
}

TEST(Scan, SilenceProvesNothingWhereAnswersCannotBeSeen) {
  World w;
  Line line(w, kAlice, kAddress);
  for (unsigned n = 0; n < 100; ++n) {
    line.contact(host(n), 23, Answer::silence);
    w.wait(1);
  }
  EXPECT_EQ(w.status(kAlice).seen[0].observations, 0U);
}

TEST(Scan, FailuresOnOtherPortsCorroborateAndNeverConvict) {
  World w;
  Line line(w, kAlice, kAddress);
  line.hear();
  for (unsigned n = 0; n < 400; ++n) {
    line.contact(host(n), static_cast<std::uint16_t>(6346 + n % 7), Answer::reset);
    w.wait(0.2);
  }
  EXPECT_GT(w.score(kAlice, Channel::scan_other), 7.4);
  EXPECT_EQ(w.count(EventKind::quarantine_proposed), 0);
  EXPECT_EQ(w.state(kAlice), State::watched);
}

TEST(Scan, PortScanOfOneHostIsVertical) {
  World w;
  Line line(w, kAlice, kAddress);
  const auto adverse = [&] { return w.status(kAlice).seen[static_cast<unsigned>(Channel::scan_vertical)].adverse; };
  std::uint16_t port = 0;
  while (port < 1000) {
    line.contact(host(1), ++port, Answer::reset);
    w.wait(0.01);
  }
  EXPECT_GT(adverse(), 300U);
  EXPECT_EQ(w.count(EventKind::notified), 0) << "people look which ports of their own server are open";
  while (port < 65000 && w.count(EventKind::quarantined) == 0) {
    line.contact(host(1), ++port, Answer::reset);
    w.wait(0.01);
  }
  EXPECT_EQ(w.state(kAlice), State::quarantined);
  EXPECT_GT(port, 10000) << "most of what a host has";
}

TEST(Scan, RetransmissionsAndSecondConnectionsAreNotFirstContacts) {
  World w;
  Line line(w, kAlice, kAddress);
  line.hear();
  for (int n = 0; n < 50; ++n) {
    line.contact(host(1), 23, Answer::reset);
    w.wait(1);
  }
  EXPECT_EQ(w.status(kAlice).seen[0].observations, 1U);
}

TEST(Scan, NobodyHidesByContactingVeryManyHosts) {
  World w;
  Line line(w, kAlice, kAddress);
  for (unsigned n = 0; n < 3000; ++n) {
    line.contact(host(n), 80, Answer::syn_ack);
    w.wait(0.01);
  }
  EXPECT_GT(scan_until_quarantined(w, line, kAlice, 5000), 0U);
}

TEST(Scan, AfterAlreadyRemovedTheSameTargetsCountAgain) {
  World w;
  Line line(w, kAlice, kAddress);
  ASSERT_GT(scan_until_quarantined(w, line, kAlice), 0U);
  w.command(CommandKind::choose, kAlice, Choice::already);
  EXPECT_GT(scan_until_quarantined(w, line, kAlice, 0, 40), 0U) << "the very same hosts as before";
}

TEST(Spam, AfterAlreadyRemovedKnownPeersAreNewAgain) {
  World w;
  Line line(w, kAlice, kAddress);
  for (unsigned n = 0; w.state(kAlice) != State::quarantined && n < 60; ++n) {
    line.mail(host(n % 20), n % 2 == 0 ? kRejected : kAccepted);
    w.wait(2);
  }
  ASSERT_EQ(w.state(kAlice), State::quarantined);
  w.command(CommandKind::choose, kAlice, Choice::already);
  unsigned sent = 0;
  for (; w.state(kAlice) != State::quarantined && sent < 60; ++sent) {
    line.mail(host(sent % 20), sent % 2 == 0 ? kRejected : kAccepted);
    w.wait(2);
  }
  EXPECT_LT(sent, 20U);
}

TEST(Scan, AFullTableSkipsAndCounts) {
  World w;
  Line line(w, kAlice, kAddress);
  for (unsigned n = 0; n < kContactsPerAccount + 5; ++n) line.contact(host(n), 23, Answer::silence);
  EXPECT_LE(w.counters().contacts_skipped, 5U);
  EXPECT_GE(w.counters().contacts_skipped, 3U) << "a collision may hide a contact or two before the table is asked";
}

TEST(Spam, RejectedDirectMailIsQuarantined) {
  World w;
  Line line(w, kAlice, kAddress);
  unsigned sent = 0;
  while (w.state(kAlice) != State::quarantined && sent < 50) {
    line.mail(host(sent++), kRejected);
    w.wait(2);
  }
  EXPECT_LE(sent, 12U);
  EXPECT_FALSE(line.mail(host(99), kRejected)) << "port 25 is closed now";
}

TEST(Spam, RefusedAndUnansweredSessionsCountAsRejected) {
  for (const Answer answer : {Answer::silence, Answer::reset, Answer::unreachable}) {
    World w;
    Line line(w, kAlice, kAddress);
    line.hear();
    line.contact(host(1), 25, answer);
    w.wait(11);
    EXPECT_NEAR(w.score(kAlice, Channel::spam_delivery), 1.705, 0.001) << static_cast<int>(answer);
  }
}

TEST(Spam, AHomeServerThatMailsItsUsualPeersStaysClear) {
  World w;
  Line line(w, kAlice, kAddress);
  for (unsigned n = 0; n < 200; ++n) {
    line.mail(host(n % 5), n % 10 == 9 ? kRejected : kAccepted);
    w.wait(60);
  }
  EXPECT_EQ(w.count(EventKind::watched), 0);
  EXPECT_EQ(w.count(EventKind::quarantine_proposed), 0);
}

TEST(Spam, MailThroughTheRelayIsNotDirect) {
  Policy p;
  ASSERT_TRUE(p.services_relays.add({frames::address("198.51.100.25"), 128}));
  World w(p);
  Line line(w, kAlice, kAddress);
  for (int n = 0; n < 60; ++n) {
    line.mail(frames::address("198.51.100.25"), kRejected);
    w.wait(1);
  }
  EXPECT_EQ(w.status(kAlice).seen[static_cast<unsigned>(Channel::spam_delivery)].observations, 0U);
}

TEST(Spam, RepliesOutsideTheConnectionDoNotCount) {
  World w;
  Line line(w, kAlice, kAddress);
  const frames::Flow f = line.flow(host(1), 25);
  w.up(frames::tcp_frame(f, kSyn, line.isn(), 0));
  w.down(frames::tcp_frame(f.reversed(), kSyn | kAck, 9000, line.isn() + 1));
  w.up(frames::tcp_frame(f, kAck, line.isn() + 1, 9001));
  w.down(frames::tcp_frame(f.reversed(), kAck, 1234567, line.isn() + 1, "550 forged\r\n"));  // out of sequence
  w.down(frames::tcp_frame(f.reversed(), kAck, 9001, line.isn() + 5000,
                           "550 forged\r\n"));  // acknowledges what was not sent
  EXPECT_EQ(w.status(kAlice).seen[static_cast<unsigned>(Channel::spam_delivery)].observations, 0U);
  EXPECT_EQ(w.counters().unmatched_replies, 2U);
  w.down(frames::tcp_frame(f.reversed(), kAck, 9001, line.isn() + 1, "554 no\r\n"));
  EXPECT_EQ(w.status(kAlice).seen[static_cast<unsigned>(Channel::spam_delivery)].adverse, 1U);
}

TEST(Spam, QuestionsForNewMailExchangersCorroborate) {
  World w;
  Line line(w, kAlice, kAddress);
  for (int n = 0; n < 40; ++n) {
    const std::string name = "victim" + std::to_string(n % 20) + ".example";
    w.up(frames::udp_frame({line.own(), frames::address("198.51.100.53"), 5353, 53},
                           frames::dns({.name = name, .type = 15})));
  }
  EXPECT_NEAR(w.score(kAlice, Channel::spam_mx_query), 5, 0.01);
  EXPECT_EQ(w.status(kAlice).seen[static_cast<unsigned>(Channel::spam_mx_query)].adverse, 20U);
  EXPECT_EQ(w.count(EventKind::quarantine_proposed), 0);
}

TEST(Fusion, TwoFamiliesTogetherConvictWhereNeitherDoesAlone) {
  World w;
  Line line(w, kAlice, kAddress);
  for (unsigned n = 0; n < 6; ++n) line.contact(host(n), 23, Answer::reset);
  w.wait(2);
  EXPECT_EQ(w.state(kAlice), State::watched);
  for (unsigned n = 10; n < 16; ++n) line.mail(host(n), kRejected);
  w.wait(2);
  EXPECT_EQ(w.state(kAlice), State::quarantined);
  std::set<Channel> reasons;
  for (const Event& e : w.events)
    if (e.kind == EventKind::reason) reasons.insert(e.channel);
  EXPECT_TRUE(reasons.contains(Channel::scan_ports) && reasons.contains(Channel::spam_delivery));
}

TEST(Fusion, EvidenceFadesWithItsHalfLife) {
  World w;
  Line line(w, kAlice, kAddress);
  for (unsigned n = 0; n < 4; ++n) line.contact(host(n), 23, Answer::reset);
  const double fresh = w.score(kAlice, Channel::scan_ports);
  w.wait(1800);
  EXPECT_NEAR(w.score(kAlice, Channel::scan_ports), fresh / 2, 0.01);
  w.wait(86400);
  EXPECT_NEAR(w.score(kAlice, Channel::scan_ports), 0, 0.01);
}

}  // namespace
}  // namespace lazaret::story
