// The ladder with its three choices, the profile, and the conductor's fuse.
#include <gtest/gtest.h>

#include "core/evidence/explanation.hpp"
#include "tests/core/story.hpp"

namespace lazaret::story {
namespace {

constexpr const char* kAddress = "192.0.2.10";

Policy quick() {
  Policy p;
  p.quarantine_later_max = 2;
  p.quarantine_later_s = 300;
  p.quarantine_remediation_s = 600;
  p.quarantine_probation_s = 900;
  return p;
}

struct Ladder : testing::Test {
  World w{quick()};
  Line line{w, kAlice, kAddress};
  unsigned first = scan_until_quarantined(w, line, kAlice);
};

TEST_F(Ladder, LaterOpensTheLineForAWhileAndRunsOut) {
  for (int left = 1; left >= 0; --left) {
    w.command(CommandKind::choose, kAlice, Choice::later);
    EXPECT_EQ(w.state(kAlice), State::deferred);
    EXPECT_EQ(w.status(kAlice).later_left, left);
    EXPECT_TRUE(line.mail(host(500), kAccepted));
    w.wait(299);
    EXPECT_EQ(w.state(kAlice), State::deferred);
    w.wait(2);  // deadlines are whole seconds
    EXPECT_EQ(w.state(kAlice), State::quarantined);
  }
  w.command(CommandKind::choose, kAlice, Choice::later);
  EXPECT_EQ(w.state(kAlice), State::quarantined);
  w.wait(2);
  ASSERT_EQ(w.count(EventKind::choice_refused), 1);
  EXPECT_EQ(explain(w.last(EventKind::choice_refused), quick()),
            "The choice 'later' was not open to the account; 'later' is no longer offered.");
}

TEST_F(Ladder, NowLeavesTimeAndThenAsksAgain) {
  w.command(CommandKind::choose, kAlice, Choice::now);
  EXPECT_EQ(w.state(kAlice), State::remediating);
  EXPECT_FALSE(line.mail(host(500), kAccepted)) << "mail sending stays closed while cleaning";
  w.wait(599);
  EXPECT_EQ(w.state(kAlice), State::remediating);
  w.wait(4);
  EXPECT_EQ(w.state(kAlice), State::quarantined);
  EXPECT_EQ(w.count(EventKind::remediation_lapsed), 1);
}

TEST_F(Ladder, AlreadyIsBelievedUnderAStricterWatch) {
  w.command(CommandKind::choose, kAlice, Choice::already);
  EXPECT_EQ(w.state(kAlice), State::probation);
  EXPECT_EQ(w.status(kAlice).scores[0], 0);
  const unsigned again = scan_until_quarantined(w, line, kAlice, 1000);
  EXPECT_GT(again, 0U);
  EXPECT_LT(again, first) << "the stricter watch needs less";
  w.wait(2);  // until the epoch that holds the event has closed
  EXPECT_TRUE(w.last(EventKind::quarantined).from_probation);
}

TEST_F(Ladder, ACleanProbationEndsClear) {
  w.command(CommandKind::choose, kAlice, Choice::later);
  w.wait(302);
  w.command(CommandKind::choose, kAlice, Choice::already);
  w.wait(902);
  EXPECT_EQ(w.state(kAlice), State::clear);
  EXPECT_EQ(w.status(kAlice).later_left, 1) << "a past quarantine costs one";
}

TEST_F(Ladder, NoQuarantineLastsForEver) {
  w.wait(2592001);
  EXPECT_EQ(w.count(EventKind::auto_released), 1);
  EXPECT_EQ(w.state(kAlice), State::probation);
  w.wait(900);
  EXPECT_EQ(w.state(kAlice), State::clear);
}

TEST_F(Ladder, OperatorsReleaseAndExempt) {
  w.command(CommandKind::operator_release, kAlice);
  EXPECT_EQ(w.state(kAlice), State::clear);
  w.classify(kAlice, AccountClass::exempt);
  EXPECT_EQ(scan_until_quarantined(w, line, kAlice, 2000, 60), 0U);
  w.classify(kAlice, AccountClass::ordinary);
  EXPECT_GT(scan_until_quarantined(w, line, kAlice, 3000, 60), 0U);
}

TEST_F(Ladder, ChoicesOfTheUnrestrictedAreRefused) {
  w.command(CommandKind::choose, kBob, Choice::already);
  w.wait(2);
  EXPECT_EQ(w.count(EventKind::choice_refused), 1);
  EXPECT_EQ(w.state(kBob), State::clear);
}

TEST_F(Ladder, EveryEventSaysSomething) {
  for (const Event& e : w.events) EXPECT_GT(explain(e, quick()).size(), 20U) << name_of(e.kind);
  Event reason;
  for (const Event& e : w.events)
    if (e.kind == EventKind::reason && e.channel == Channel::scan_ports) reason = e;
  const std::string why = explain(reason, quick());
  EXPECT_NE(why.find(std::to_string(reason.seen.adverse) + " of"), std::string::npos) << why;
  EXPECT_NE(why.find("port 23 (telnet)"), std::string::npos) << why;
}

struct ServiceCase {
  const char* what;
  bool tcp;
  std::uint16_t port;
  Action up, down;
};

class Cipp : public testing::TestWithParam<ServiceCase> {};

TEST_P(Cipp, ClosesMailSendingAndWebAndNothingElse) {
  Policy p;
  p.quarantine_drain_s = 0;
  World w(p);
  Line line(w, kAlice, kAddress);
  ASSERT_GT(scan_until_quarantined(w, line, kAlice), 0U);
  const ServiceCase& c = GetParam();
  const frames::Flow f = line.flow(host(9), c.port);
  const auto frame = [&](const frames::Flow& flow, std::uint8_t flags) {
    return c.tcp ? frames::tcp_frame(flow, flags, 1, 0) : frames::udp_frame(flow, frames::octets("payload"));
  };
  EXPECT_EQ(w.up(frame(f, kSyn)).action, c.up) << c.what;
  EXPECT_EQ(w.down(frame(f.reversed(), kSyn | kAck)).action, c.down) << c.what;
}

INSTANTIATE_TEST_SUITE_P(Services, Cipp,
                         testing::Values(ServiceCase{"SMTP", true, 25, Action::reject, Action::drop},
                                         ServiceCase{"SMTP over TLS", true, 465, Action::reject, Action::drop},
                                         ServiceCase{"submission", true, 587, Action::reject, Action::drop},
                                         ServiceCase{"HTTP", true, 80, Action::garden, Action::drop},
                                         ServiceCase{"HTTPS", true, 443, Action::reject, Action::drop},
                                         ServiceCase{"QUIC", false, 443, Action::reject, Action::drop},
                                         ServiceCase{"POP3", true, 110, Action::pass, Action::pass},
                                         ServiceCase{"POP3S", true, 995, Action::pass, Action::pass},
                                         ServiceCase{"IMAP", true, 143, Action::pass, Action::pass},
                                         ServiceCase{"IMAPS", true, 993, Action::pass, Action::pass},
                                         ServiceCase{"SIP", false, 5060, Action::pass, Action::pass},
                                         ServiceCase{"RTP", false, 16384, Action::pass, Action::pass},
                                         ServiceCase{"DNS", false, 53, Action::pass, Action::pass},
                                         ServiceCase{"NTP", false, 123, Action::pass, Action::pass},
                                         ServiceCase{"SSH", true, 22, Action::pass, Action::pass}),
                         [](const auto& i) {
                           std::string name = i.param.what;
                           std::erase(name, ' ');
                           return name;
                         });

TEST(Profile, ShadowDecidesAndNeverActs) {
  Policy p;
  p.quarantine_profile = static_cast<std::int64_t>(Profile::shadow);
  World w(p);
  Line line(w, kAlice, kAddress);
  ASSERT_GT(scan_until_quarantined(w, line, kAlice), 0U);
  EXPECT_TRUE(line.mail(host(3), kAccepted));
  EXPECT_EQ(line.contact(host(4), 80, Answer::syn_ack).action, Action::pass);
}

TEST(Profile, RemediationAddressesStayReachable) {
  Policy p;
  ASSERT_TRUE(p.services_remediation.add({host(77), 128}));
  World w(p);
  Line line(w, kAlice, kAddress);
  ASSERT_GT(scan_until_quarantined(w, line, kAlice), 0U);
  const Verdict v = line.contact(host(77), 443, Answer::syn_ack);
  EXPECT_EQ(v.action, Action::pass);
  EXPECT_EQ(v.rule, Rule::sacred);
}

TEST(Binding, ASourceOfAnotherLineIsSpoofedAndProvesNothing) {
  World w;
  w.bind(kAlice, kAddress, make_line(7, 1, 0));
  const frames::Flow f{frames::address(kAddress), host(1), 4000, 23};
  EXPECT_EQ(w.up(frames::tcp_frame(f, kSyn, 1, 0, {}, {.s_vlan = 7, .c_vlan = 2})).rule, Rule::spoofed_source);
  EXPECT_EQ(w.up(frames::tcp_frame(f, kSyn, 1, 0, {}, {.s_vlan = 7, .c_vlan = 1})).rule, Rule::clear);
  EXPECT_EQ(w.counters().spoofed, 1U);
}

TEST(Fuse, StopsFurtherQuarantinesUntilReset) {
  Policy p;
  p.fuse_max_quarantines = 2;
  p.fuse_retry_s = 5;
  World w(p);
  std::vector<Line> lines;
  for (std::uint32_t a = 1; a <= 4; ++a) lines.emplace_back(w, AccountId{a}, "192.0.2." + std::to_string(a));
  for (unsigned n = 0; n < 40; ++n) {
    for (Line& line : lines) line.contact(host(n), 23, Answer::reset);
    w.wait(1);
  }
  const auto jailed = [&] {
    int count = 0;
    for (std::uint32_t a = 1; a <= 4; ++a) count += w.state(AccountId{a}) == State::quarantined;
    return count;
  };
  EXPECT_EQ(jailed(), 2);
  EXPECT_EQ(w.count(EventKind::fuse_blown), 1);
  EXPECT_GE(w.count(EventKind::quarantine_held), 2);
  w.wait(4000);
  EXPECT_EQ(jailed(), 2) << "a blown fuse stays blown when its interval is over";
  w.command(CommandKind::reset_fuse, kNobody);
  for (unsigned n = 100; n < 140; ++n) {
    for (Line& line : lines) line.contact(host(n), 23, Answer::reset);
    w.wait(1);
  }
  EXPECT_EQ(jailed(), 4);
  EXPECT_EQ(w.count(EventKind::fuse_reset), 1);
}

TEST(Limits, RefusedAccountsAndBindingsAreCounted) {
  Engine engine(Policy{}, {.accounts = 2, .bindings = 3, .events = 100}, Seed{1});
  std::vector<Command> commands;
  for (std::uint32_t a = 1; a <= 4; ++a) {
    Command c;
    c.account = AccountId{a};
    c.prefix = {IpAddress::v4(a), 128};
    commands.push_back(c);
  }
  EXPECT_EQ(engine.process({Timestamp{}, {}, commands}).events.size(), 2U);
  EXPECT_EQ(engine.counters().bindings_refused, 2U);
}

}  // namespace
}  // namespace lazaret::story
