// The law behind the others: the fast core and the naive one, written from the same page, agree on everything.
#include <gtest/gtest.h>

#include <set>

#include "core/evidence/explanation.hpp"
#include "tests/laws/laws.hpp"

namespace lazaret::laws {
namespace {

Plan plan(std::uint64_t seed) { return {.seed = seed, .accounts = 2 + static_cast<unsigned>(seed % 4)}; }

TEST(Differential, EngineAgreesWithReference) {
  for (unsigned seed = 1; seed <= seeds(150); ++seed) {
    const Difference d = agree(compose(plan(seed)), engine(), reference());
    ASSERT_FALSE(d) << "seed " << seed << ", engine / reference: " << *d;
  }
}

TEST(Differential, LateCommandsTakeEffectAtOnce) {
  for (unsigned seed = 9001; seed <= 9000 + seeds(30); ++seed) {
    const Difference d = agree_on_late_commands(compose(plan(seed)), engine(), reference());
    ASSERT_FALSE(d) << "seed " << seed << ", engine / reference: " << *d;
  }
}

TEST(Differential, EventsBeyondTheLimitAreCounted) {
  std::uint64_t lost = 0;
  for (unsigned seed = 5001; seed <= 5000 + seeds(20); ++seed) {
    Stream s = compose(plan(seed));
    s.limits.events = 2;
    const auto a = engine()(s), b = reference()(s);
    const Record x = play(*a, s, as_large_as_may_be()), y = play(*b, s, as_large_as_may_be());
    const Difference d = compare(x, y);
    ASSERT_FALSE(d) << "seed " << seed << ": " << *d;
    lost += x.counters.events_lost;
  }
  EXPECT_GT(lost, 0U);
}

// A hold that comes late makes a probation's end due at its own stamp; the next late command comes after that end.
TEST(Differential, WhatALateHoldMakesDueRunsBeforeTheNextLateCommand) {
  Stream s;
  s.policy.evidence_probation_prior = 0.3, s.policy.evidence_quarantine = 0.9;
  s.policy.evidence_probation_false_quarantines_per_day = 1, s.policy.quarantine_probation_s = 5;
  const auto at = [](std::int64_t second, CommandKind kind) {
    Command c = command({second * kNsPerSecond}, kind, {1}, Choice::already);
    c.prefix = {IpAddress::v4(0xcb00'7101U), 128}, c.step = 6 * kNat;
    return c;
  };
  const Command first[] = {at(0, CommandKind::bind), at(1, CommandKind::operator_quarantine),
                           at(2, CommandKind::choose), at(3, CommandKind::report)};
  const Command late[] = {at(4, CommandKind::hold), at(5, CommandKind::report)};
  const Timestamp begin{3 * kNsPerSecond}, end{20 * kNsPerSecond};
  for (const Maker& maker : {engine(), reference()}) {
    const auto machine = maker(s);
    EXPECT_EQ(machine->process({begin, {}, first}).events.back().kind, EventKind::quarantine_proposed);
    EXPECT_TRUE(machine->process({end, {}, {}}).events.empty());
    std::vector<EventKind> kinds;
    for (const Event& e : machine->process({end, {}, late}).events) kinds.push_back(e.kind);
    ASSERT_GE(kinds.size(), 2U);
    EXPECT_EQ(kinds[0], EventKind::quarantine_held);
    EXPECT_EQ(kinds[1], EventKind::probation_passed);
    EXPECT_EQ(machine->status({1}, end).scores[static_cast<unsigned>(Channel::report_abuse)], 6 * kNat);
  }
}

// The streams are rich: every rule of every verdict and every kind of event comes up in them.
TEST(Differential, StreamsReachEveryVerdictAndEvent) {
  std::set<std::pair<Action, Rule>> answers;
  std::set<Rule> rules;
  std::set<EventKind> kinds;
  std::set<Channel> channels;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const Stream s = compose(plan(seed));
    const auto machine = reference()(s);
    const Record r = play(*machine, s, as_large_as_may_be());
    for (const Verdict& v : r.verdicts) rules.insert(v.rule), answers.insert({v.action, v.rule});
    for (const Event& e : r.events) {
      kinds.insert(e.kind);
      if (e.kind == EventKind::reason) channels.insert(e.channel);
    }
  }
  for (unsigned i = 0; i <= static_cast<unsigned>(Rule::strict_closed); ++i)
    EXPECT_TRUE(rules.contains(Rule{static_cast<std::uint8_t>(i)})) << name_of(Rule{static_cast<std::uint8_t>(i)});
  for (const Rule rule : {Rule::mail_closed, Rule::web_closed, Rule::strict_closed}) {
    EXPECT_TRUE(answers.contains({Action::reject, rule})) << name_of(rule);
    EXPECT_TRUE(answers.contains({Action::drop, rule})) << name_of(rule);
  }
  // Those that follow are the conductor's.
  for (unsigned i = 0; i <= static_cast<unsigned>(EventKind::name_failed); ++i)
    EXPECT_TRUE(kinds.contains(EventKind{static_cast<std::uint8_t>(i)}))
        << name_of(EventKind{static_cast<std::uint8_t>(i)});
  for (unsigned i = 0; i < kChannels; ++i)
    EXPECT_TRUE(channels.contains(Channel{static_cast<std::uint8_t>(i)}))
        << name_of(Channel{static_cast<std::uint8_t>(i)});
}

// Canaries: a reference with one rule told wrongly never agrees with the right one on all streams. What they show is the
// same in every build: a sanitizer's takes a sample.
class Canary : public testing::TestWithParam<int> {};

TEST_P(Canary, IsNoticed) {
  const Slip slip{static_cast<std::uint8_t>(GetParam())};
  for (unsigned seed = 1; seed <= 800; ++seed)
    if (agree(compose(plan(seed)), reference(slip), reference())) return;
  FAIL() << "slip " << name_of(slip) << " went unnoticed on every stream";
}

INSTANTIATE_TEST_SUITE_P(EverySlip, Canary, testing::Range(1, static_cast<int>(kLastSlip) + 1, int{kSlower}));

}  // namespace
}  // namespace lazaret::laws
