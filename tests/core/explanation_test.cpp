// Words: every name is there and comes back, and every event is a sentence that a subscriber or a help desk can read.
#include "core/evidence/explanation.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/evidence/phrases.hpp"

namespace lazaret {
namespace {

template <typename Enum>
void names_come_back() {
  std::set<std::string_view> seen;
  const auto names = names_of<Enum>();
  ASSERT_FALSE(names.empty());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_TRUE(seen.insert(names[i]).second) << names[i] << " twice";
    EXPECT_EQ(name_of(static_cast<Enum>(i)), names[i]);
    EXPECT_EQ(find_named<Enum>(names[i]), static_cast<Enum>(i));
  }
  EXPECT_EQ(name_of(static_cast<Enum>(names.size())), "unknown");
  EXPECT_EQ(find_named<Enum>("unknown"), std::nullopt);
}

TEST(Names, EachOnceAndBack) {
  names_come_back<EventKind>();
  names_come_back<State>();
  names_come_back<Channel>();
  names_come_back<Family>();
  names_come_back<AccountClass>();
  names_come_back<Action>();
  names_come_back<Rule>();
  names_come_back<CommandKind>();
  names_come_back<Choice>();
  names_come_back<ReleaseReason>();
  names_come_back<Issuer>();
}

TEST(Names, StandBesideTheirEnumerators) {
  EXPECT_EQ(name_of(EventKind::node_joined), "node_joined");
  EXPECT_EQ(name_of(EventKind::quarantine_held), "quarantine_held");
  EXPECT_EQ(name_of(EventKind::classified), "classified");
  EXPECT_EQ(name_of(State::notified), "notified");
  EXPECT_EQ(name_of(Channel::spam_relay), "spam_relay");
  EXPECT_EQ(name_of(Channel::flood_spoof), "flood_spoof");
  EXPECT_EQ(name_of(Channel::c2_sinkhole), "c2_sinkhole");
  EXPECT_EQ(name_of(Rule::scan_closed), "scan_closed");
  EXPECT_EQ(name_of(CommandKind::operator_quarantine), "operator_quarantine");
  EXPECT_EQ(name_of(CommandKind::popular), "popular");
  for (unsigned c = 0; c < kChannels; ++c) {
    const auto channel = static_cast<Channel>(c);
    EXPECT_TRUE(name_of(channel).starts_with(name_of(family_of(channel)))) << name_of(channel);
  }
}

TEST(Explanation, EveryEventIsASentence) {
  Event e;
  e.observed = 1, e.limit = 2;
  std::set<std::string> said;
  for (std::size_t k = 0; k < names_of<EventKind>().size(); ++k) {
    e.kind = static_cast<EventKind>(k);
    const std::string text = explain(e, Policy{});
    EXPECT_GT(text.size(), 20U) << name_of(e.kind);
    EXPECT_EQ(text.back(), '.') << text;
    EXPECT_TRUE(said.insert(text).second) << text << " for two kinds";
  }
}

TEST(Explanation, EveryChannelSaysHowOftenWhenAndAgainstWhichLimit) {
  Event e;
  e.kind = EventKind::reason;
  e.observed = 181 * kNat / 10, e.limit = 172 * kNat / 10;
  e.seen = {{60 * kNsPerSecond}, {3723 * kNsPerSecond}, 471, 463, 2323, 49152};
  std::set<std::string> said;
  for (unsigned c = 0; c < kChannels; ++c) {
    e.channel = static_cast<Channel>(c);
    const std::string text = explain(e, Policy{});
    for (const char* part :
         {"463", "between 00:01:00 and 01:02:03", "last source port 49152", "score 18.1", "certain from 17.2"})
      EXPECT_NE(text.find(part), std::string::npos) << name_of(e.channel) << ": " << text;
    EXPECT_TRUE(said.insert(seen_text(e, Policy{})).second) << text;
    EXPECT_EQ(remedy_hint(e.channel).back(), '.') << name_of(e.channel);
  }
}

TEST(Explanation, AReasonToTheLetter) {
  Event e;
  e.kind = EventKind::reason;
  e.channel = Channel::scan_ports;
  e.observed = 181 * kNat / 10, e.limit = 172 * kNat / 10;
  e.seen = {{60 * kNsPerSecond}, {75 * kNsPerSecond}, 24, 23, 2323, 49152};
  EXPECT_EQ(
      explain(e, Policy{}),
      "23 of 24 first contacts on ports that scanners look for failed, the last on TCP port 2323 (telnet) (between "
      "00:01:00 and 00:01:15; last source port 49152; score 18.1, certain from 17.2).");
  e.channel = Channel::report_abuse;
  e.seen = {{60 * kNsPerSecond}, {60 * kNsPerSecond}, 1, 1, 25, 0};
  EXPECT_EQ(
      explain(e, Policy{}),
      "1 report of abuse came in about this line, the last about port 25 (mail) (at 00:01:00; score 18.1, certain "
      "from 17.2).");
}

TEST(Explanation, AnAmplifierIsNotCalledInfectedAndALoginIsNotCalledAScan) {
  Event e;
  e.kind = EventKind::reason;
  e.seen.adverse = 3, e.seen.port = 53;
  e.channel = Channel::flood_reply;
  EXPECT_NE(explain(e, Policy{}).find("need not be infected"), std::string::npos);
  EXPECT_NE(remedy_hint(e.channel).find("close it in the router"), std::string::npos);
  e.channel = Channel::login_opaque;
  EXPECT_NE(explain(e, Policy{}).find("passwords are guessed"), std::string::npos);
  EXPECT_EQ(explain(e, Policy{}).find("scan"), std::string::npos);
}

TEST(Explanation, WhatIsClosedIsTheProfilesAndNoOthers) {
  Policy policy;
  Event e;
  e.kind = EventKind::quarantined;
  e.later_left = 1, e.history = 2;
  std::set<std::string> said;
  for (std::int64_t p = 0; p <= static_cast<std::int64_t>(Profile::strict); ++p) {
    policy.quarantine_profile = p;
    const std::string text = explain(e, policy);
    EXPECT_NE(text.find(closed_text(policy)), std::string::npos);
    EXPECT_TRUE(said.insert(text).second) << text;
    EXPECT_NE(text.find("2nd quarantine"), std::string::npos) << text;
    EXPECT_NE(text.find("'later' can be chosen 1 more time."), std::string::npos) << text;
  }
  policy.quarantine_profile = static_cast<std::int64_t>(Profile::smtp_only);
  EXPECT_EQ(closed_text(policy), "Mail sending is closed; the web, mail reading, voice and everything else stay open.");
}

TEST(Explanation, WhyAChoiceWasRefused) {
  Policy policy;
  Event e;
  e.kind = EventKind::choice_refused;
  e.state = State::quarantined;
  e.observed = static_cast<std::int64_t>(Choice::later);
  EXPECT_EQ(explain(e, policy), "The choice 'later' was not open to the account; 'later' is no longer offered.");
  e.observed = static_cast<std::int64_t>(Choice::already);
  e.history = static_cast<std::uint8_t>(policy.quarantine_self_releases + 1);
  EXPECT_EQ(
      explain(e, policy),
      "The choice 'already' was not open to the account; after its 6th quarantine an operator has to release it.");
  e.observed = static_cast<std::int64_t>(Choice::now);
  e.state = State::remediating;
  EXPECT_EQ(explain(e, policy), "The choice 'now' was not open to the account; it is cleaning already.");
}

TEST(Explanation, TheFuseSaysWhose) {
  Event e;
  e.kind = EventKind::fuse_blown;
  e.observed = 12, e.limit = 11;
  EXPECT_EQ(
      explain(e, Policy{}),
      "The fuse blew: 12 quarantines within 1 hour, at most 11 are allowed. No further one until an operator resets "
      "it.");
  e.node = 100;
  EXPECT_EQ(
      explain(e, Policy{}),
      "The fuse of access node 100 blew: 12 quarantines within 1 hour, at most 11 are allowed. No further one there "
      "until an operator resets it.");
}

TEST(Phrases, NumbersAndTimes) {
  EXPECT_EQ(ordinal_text(1), "1st");
  EXPECT_EQ(ordinal_text(2), "2nd");
  EXPECT_EQ(ordinal_text(3), "3rd");
  EXPECT_EQ(ordinal_text(11), "11th");
  EXPECT_EQ(ordinal_text(112), "112th");
  EXPECT_EQ(ordinal_text(121), "121st");
  EXPECT_EQ(duration_text(0), "0 seconds");
  EXPECT_EQ(duration_text(1), "1 second");
  EXPECT_EQ(duration_text(90), "90 seconds");
  EXPECT_EQ(duration_text(60), "1 minute");
  EXPECT_EQ(duration_text(172800), "2 days");
  EXPECT_EQ(nats_text(-kNat / 2), "-0.5");
  EXPECT_EQ(port_text(23), "port 23 (telnet)");
  EXPECT_EQ(port_text(4711), "port 4711");
  EXPECT_EQ(time_text({1'600'000'000 * kNsPerSecond}), "2020-09-13 12:26:40 UTC");
}

}  // namespace
}  // namespace lazaret
