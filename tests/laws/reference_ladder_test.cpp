// The naive core against sentences of docs/semantics.md, sections 3, 12 and 13: profiles, belief, the ladder.
#include <gtest/gtest.h>

#include "tests/laws/town.hpp"

namespace lazaret::laws {
namespace {

using frames::address;
using frames::octets;
using frames::tcp_frame;
using frames::udp_frame;

Policy with(Profile profile) {
  Policy p;
  p.quarantine_profile = static_cast<std::int64_t>(profile);
  (void)p.services_resolvers.add({address("198.51.100.53"), 128});
  (void)p.services_remediation_names.add("clean.example");
  return p;
}

/// Enough by two families: 9 nats of reports and 12 of Mirai's sequence number.
void convict(Town& t, unsigned n = 1) {
  t.report(6);
  t.report(6);
  t.syn(t.flow(host(n), 81), host(n).as_v4());
}
void quarantine(Town& t, unsigned n = 1) {
  convict(t, n);
  t.tell(CommandKind::approve);
}

TEST(ReferenceBelief, AFamilyCountsItsGreatestChannelAndHalfOfTheOthers) {
  Town t;
  const double prior = static_cast<double>(t.status().belief);
  t.syn(t.flow(host(1), 23), host(1).as_v4());
  EXPECT_NEAR((static_cast<double>(t.status().belief) - prior) / 65536, 12 + 1.5 / 2, 0.001);
  t.report(2);
  EXPECT_NEAR((static_cast<double>(t.status().belief) - prior) / 65536, 12 + 1.5 / 2 + 2, 0.001);
}

TEST(ReferenceBelief, EvidenceHalvesInItsFamilysHalfLife) {
  Town t;
  t.syn(t.flow(host(1), 81), host(1).as_v4());
  t.wait(1800 - 4);
  t.wait(4);
  EXPECT_NEAR(t.score(Channel::scan_mirai), 6, 0.15);
}

TEST(ReferenceBelief, TheLeastStandingLeavesForStrongerEvidence) {
  Town t;
  t.report(0.4);
  t.ask("mx.example", 0, 0, 15);                // 1
  t.syn(t.flow(host(1), 25));                   // 0.7
  t.syn(t.flow(host(2), 23), host(2).as_v4());  // 12 and 1.5
  t.ask("gone.example.org", 3, 0);              // 2.1
  t.fail(host(3), 445);                         // 1.4: the seventh
  EXPECT_EQ(t.score(Channel::report_abuse), 0);
  EXPECT_GT(t.score(Channel::scan_ports), 1);
  t.report(0.6);
  EXPECT_EQ(t.score(Channel::report_abuse), 0);
  EXPECT_EQ(t.core.counters().evidence_crowded, 1U);
}

TEST(ReferenceLadder, OneFamilyConvictsOnlyWithACertainChannel) {
  Town t;
  unsigned n = 0;
  const auto fail_until = [&](unsigned adverse) {  // a host that collides in the memory tells nothing
    while (t.status().seen[static_cast<unsigned>(Channel::scan_ports)].adverse < adverse && n < 50)
      t.fail(host(++n), 445);
  };
  fail_until(12);
  EXPECT_EQ(t.state(), State::notified) << "16.6 of 17.2 nats";
  EXPECT_EQ(t.count(EventKind::watched), 1);
  EXPECT_EQ(t.count(EventKind::notified), 1);
  fail_until(13);
  EXPECT_EQ(t.state(), State::proposed);
  const Event proposal = t.last(EventKind::quarantine_proposed), reason = t.last(EventKind::reason);
  EXPECT_EQ(proposal.limit, q(odds(0.999)));
  EXPECT_EQ(reason.limit, q(std::log(300 / 1e-5)));
  EXPECT_EQ(reason.seen.adverse, 13U);
  EXPECT_EQ(reason.state, State::notified) << "reasons come first";
}

TEST(ReferenceLadder, TheWalkFromProposalToClear) {
  Town t;
  quarantine(t);
  EXPECT_EQ(t.state(), State::quarantined);
  EXPECT_EQ(t.last(EventKind::quarantined).history, 1);
  t.tell(CommandKind::choose, kAlice, Choice::now);
  EXPECT_EQ(t.state(), State::remediating);
  t.tell(CommandKind::appeal);
  EXPECT_EQ(t.count(EventKind::appealed), 1);
  t.wait(86400);
  EXPECT_EQ(t.count(EventKind::remediation_lapsed), 1);
  t.tell(CommandKind::choose, kAlice, Choice::later);
  EXPECT_EQ(t.last(EventKind::deferred).observed, 2);
  t.wait(86400);
  EXPECT_EQ(t.last(EventKind::deferral_lapsed).state, State::quarantined);
  t.tell(CommandKind::choose, kAlice, Choice::already);
  EXPECT_EQ(t.state(), State::probation);
  EXPECT_EQ(t.score(Channel::scan_mirai), 0) << "a fresh start";
  t.wait(1209600);
  EXPECT_EQ(t.last(EventKind::probation_passed).later_left, 2) << "a past quarantine costs one";
  EXPECT_EQ(t.state(), State::clear);
}

TEST(ReferenceLadder, NoQuarantineOutlastsItsCap) {
  Town t;
  quarantine(t);
  t.wait(2592000 - 10);
  t.tell(CommandKind::choose, kAlice, Choice::now);
  t.wait(10);
  EXPECT_EQ(t.last(EventKind::auto_released).state, State::probation);
}

TEST(ReferenceLadder, AHeldProposalWaitsAndARelapseIsToldAsOne) {
  Town t;
  convict(t);
  t.tell(CommandKind::hold);
  EXPECT_EQ(t.state(), State::watched);
  t.report(1);
  EXPECT_NE(t.state(), State::proposed);
  t.wait(60);
  t.report(1);
  EXPECT_EQ(t.state(), State::proposed);
  t.tell(CommandKind::approve);
  t.tell(CommandKind::choose, kAlice, Choice::already);
  convict(t, 2);
  EXPECT_TRUE(t.last(EventKind::quarantine_proposed).from_probation);
  t.wait(1209600);
  EXPECT_EQ(t.state(), State::proposed) << "the probation's end waits";
  t.tell(CommandKind::hold);
  EXPECT_EQ(t.last(EventKind::quarantine_held).state, State::probation);
  EXPECT_EQ(t.state(), State::clear);
  EXPECT_EQ(t.last(EventKind::probation_passed).at, t.now);
}

TEST(ReferenceLadder, AlreadyRemovedIsNotBelievedForEver) {
  Policy p;
  p.quarantine_self_releases = 1;
  p.quarantine_history_s = 86400;
  Town t(p);
  quarantine(t, 1);
  t.tell(CommandKind::choose, kAlice, Choice::already);
  quarantine(t, 2);
  EXPECT_EQ(t.last(EventKind::quarantined).history, 2);
  t.tell(CommandKind::choose, kAlice, Choice::already);
  EXPECT_EQ(t.count(EventKind::choice_refused), 1);
  t.tell(CommandKind::operator_release);
  t.wait(86401);
  quarantine(t, 3);
  EXPECT_EQ(t.last(EventKind::quarantined).history, 1) << "forgotten";
}

TEST(ReferenceLadder, ClassesAreToldBeforeAnythingCloses) {
  Town business, vulnerable, exempt;
  business.classify(AccountClass::business);
  convict(business);
  EXPECT_EQ(business.last(EventKind::administrator_notified).state, State::notified);
  business.wait(86399);
  convict(business, 2);
  EXPECT_EQ(business.count(EventKind::quarantine_proposed), 0);
  business.wait(1);
  convict(business, 3);
  EXPECT_EQ(business.state(), State::proposed);

  vulnerable.classify(AccountClass::vulnerable);
  for (unsigned n = 1; n <= 3; ++n) {
    convict(vulnerable, n);
    EXPECT_EQ(vulnerable.count(EventKind::operator_asked), n);
    vulnerable.wait(86400);
  }
  vulnerable.tell(CommandKind::operator_quarantine);
  EXPECT_EQ(vulnerable.state(), State::quarantined);

  vulnerable.tell(CommandKind::choose, kAlice, Choice::later);
  vulnerable.tell(CommandKind::operator_quarantine);
  EXPECT_EQ(vulnerable.state(), State::quarantined);
  EXPECT_EQ(vulnerable.count(EventKind::deferral_lapsed), 1U);
  EXPECT_EQ(vulnerable.core.counters().commands_ignored, 0U);

  exempt.classify(AccountClass::exempt);
  convict(exempt);
  exempt.tell(CommandKind::operator_quarantine);
  EXPECT_EQ(exempt.state(), State::clear);
  EXPECT_EQ(exempt.core.counters().commands_ignored, 1U);
  exempt.classify(AccountClass::ordinary);
  EXPECT_EQ(exempt.score(Channel::scan_mirai), 0);
}

TEST(ReferenceProfiles, CippLetsOldWebSessionsDrainButNotThoseOfTheGarden) {
  Town t(with(Profile::cipp));
  const frames::Flow old = t.flow(host(1), 80), fresh = t.flow(host(2), 80), tls = t.flow(host(3), 443);
  quarantine(t, 9);
  EXPECT_EQ(t.syn(fresh).action, Action::garden);
  EXPECT_EQ(t.up(tcp_frame(fresh, kAck, 100, 1)).action, Action::garden);
  EXPECT_EQ(t.up(tcp_frame(old, kAck, 100, 1)).rule, Rule::draining);
  EXPECT_EQ(t.up(tcp_frame(tls, kAck, 100, 1)).rule, Rule::draining);
  EXPECT_EQ(t.syn(tls).action, Action::reject);
  EXPECT_EQ(t.up(udp_frame(t.flow(host(3), 443), octets("\x40"))).rule, Rule::draining);
  EXPECT_EQ(t.up(udp_frame(t.flow(host(3), 443), octets("\xc0"))).rule, Rule::web_closed);
  EXPECT_EQ(t.up(udp_frame(t.flow(host(3), 443), octets(""))).rule, Rule::web_closed);
  t.wait(30);
  EXPECT_EQ(t.up(tcp_frame(old, kAck, 100, 1)).action, Action::garden);
  EXPECT_EQ(t.up(tcp_frame(tls, kAck, 100, 1)).action, Action::reject);
  EXPECT_EQ(t.syn(t.flow(host(3), 25)).rule, Rule::mail_closed);
  EXPECT_EQ(t.syn(t.flow(host(3), 23)).rule, Rule::open);
}

TEST(ReferenceProfiles, StrictKeepsACallAndWhatIsLearnedForRemediation) {
  Town t(with(Profile::strict));
  const frames::Flow call = t.flow(host(1), 30000);
  t.up(udp_frame(call, octets("x")));
  quarantine(t, 9);
  EXPECT_EQ(t.up(udp_frame(t.flow(host(2), 30000), octets("x"))).rule, Rule::strict_closed);
  t.wait(9);
  EXPECT_EQ(t.down(udp_frame(call.reversed(), octets("x"))).rule, Rule::call);
  t.wait(9);
  EXPECT_EQ(t.up(udp_frame(call, octets("x"))).rule, Rule::call) << "the other end kept it";
  t.wait(9);
  EXPECT_EQ(t.up(udp_frame(call, octets("x"))).rule, Rule::strict_closed);
  t.wait(30);
  EXPECT_EQ(t.syn(t.flow("203.0.113.1", 443)).rule, Rule::strict_closed);
  t.ask("get.clean.example");
  EXPECT_EQ(t.syn(t.flow("203.0.113.1", 443)).rule, Rule::sacred);
  t.wait(300);
  EXPECT_EQ(t.syn(t.flow("203.0.113.1", 443)).rule, Rule::strict_closed);
}

TEST(ReferenceProfiles, LeakyClosesMailPlainWebAndScanning) {
  Town t(with(Profile::leaky));
  quarantine(t, 9);
  EXPECT_EQ(t.syn(t.flow(host(1), 23)).rule, Rule::scan_closed);
  EXPECT_EQ(t.syn(t.flow(host(1), 443)).rule, Rule::open);
  EXPECT_EQ(t.syn(t.flow(host(1), 80)).action, Action::garden);
  EXPECT_EQ(t.syn(t.flow(host(1), 587)).rule, Rule::mail_closed);
}

TEST(ReferenceProfiles, NoticeShowsOneConnectionInSoMany) {
  Town t(with(Profile::notice));
  quarantine(t, 9);
  unsigned shown = 0;
  for (unsigned n = 0; n < 500; ++n) shown += t.syn(t.flow(host(n), 80)).action == Action::garden ? 1 : 0;
  EXPECT_NEAR(shown, 100, 40);
  EXPECT_EQ(t.syn(t.flow(host(1), 25)).rule, Rule::open);
}

TEST(ReferenceProfiles, TheKillSwitchOpensEverything) {
  Town t(with(Profile::strict));
  quarantine(t, 9);
  t.tell(CommandKind::stop_enforcement, kNobody);
  EXPECT_EQ(t.syn(t.flow(host(1), 25)).rule, Rule::clear);
  EXPECT_EQ(t.state(), State::quarantined);
  t.tell(CommandKind::resume_enforcement, kNobody);
  EXPECT_EQ(t.syn(t.flow(host(1), 25)).rule, Rule::mail_closed);
}

}  // namespace
}  // namespace lazaret::laws
