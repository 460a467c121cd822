// The law behind the others: the fast core and the naive one, written from the same page, agree on everything.
#include <gtest/gtest.h>

#include <set>

#include "core/evidence/explanation.hpp"
#include "tests/laws/machine.hpp"

namespace lazaret::laws {
namespace {

/// Verdicts, events, counters and next_due after every batch, and the accounts' status now and then.
Difference agree(const Stream& stream, const Maker& one, const Maker& other) {
  const std::unique_ptr<Machine> a = one(stream), b = other(stream);
  std::vector<std::pair<Timestamp, AccountStatus>> along_the_way;
  std::vector<Timestamp> due;
  std::size_t calls = 0, k = 0;
  const auto accounts = [&](Timestamp now, const auto& f) {
    if (++calls % 8 == 0) f(stream.subjects[calls / 8 % stream.subjects.size()].account, now);
  };
  Dice cuts(stream.plan.seed), same_cuts(stream.plan.seed);
  const Record first = play(*a, stream, at_random(cuts), [&](const Machine& m, Timestamp now) {
    due.push_back(m.next_due());
    accounts(now, [&](AccountId id, Timestamp t) { along_the_way.emplace_back(t, m.status(id, t)); });
  });
  Difference found;
  calls = 0;
  std::size_t batch = 0;
  const Record second = play(*b, stream, at_random(same_cuts), [&](const Machine& m, Timestamp now) {
    if (!found && batch < due.size() && m.next_due() != due[batch])
      found = "next_due after batch " + std::to_string(batch) + " at " + std::to_string(now.ns) + ": " +
              std::to_string(due[batch].ns) + " / " + std::to_string(m.next_due().ns);
    ++batch;
    accounts(now, [&](AccountId id, Timestamp t) {
      if (found || k >= along_the_way.size()) return;
      found = compare_status(id, along_the_way[k++].second, m.status(id, t));
      if (found) found = "at " + std::to_string(t.ns) + " " + *found;
    });
  });
  if (const Difference d = compare(first, second)) return d;
  return found;
}

Plan plan(std::uint64_t seed) { return {.seed = seed, .accounts = 2 + static_cast<unsigned>(seed % 4)}; }

TEST(Differential, EngineAgreesWithReference) {
  for (unsigned seed = 1; seed <= seeds(150); ++seed) {
    const Difference d = agree(compose(plan(seed)), engine(), reference());
    ASSERT_FALSE(d) << "seed " << seed << ", engine / reference: " << *d;
  }
}

TEST(Differential, LateCommandsTakeEffectAtOnce) {
  for (unsigned seed = 1; seed <= seeds(20); ++seed) {
    Stream s = compose(plan(9000 + seed));
    Dice dice(seed);
    // Worlds deliver in order; this one keeps some commands back until after later packets.
    Engine fast(s.policy, s.limits, s.seed);
    Reference naive(s.policy, s.limits, s.seed);
    std::vector<Command> kept;
    const std::vector<PacketView> packets = s.views();
    std::size_t c = 0;
    const auto both = [&](const Batch& batch) {
      const Outcome a = fast.process(batch), b = naive.process(batch);
      Record x, y;
      x.events.assign(a.events.begin(), a.events.end()), y.events.assign(b.events.begin(), b.events.end());
      x.verdicts.assign(a.verdicts.begin(), a.verdicts.end()), y.verdicts.assign(b.verdicts.begin(), b.verdicts.end());
      x.counters = fast.counters(), y.counters = naive.counters(), x.next_due = fast.next_due(), y.next_due = naive.next_due();
      return compare(x, y);
    };
    for (const PacketView& packet : packets) {
      for (; c < s.commands.size() && s.commands[c].at <= packet.at; ++c) kept.push_back(s.commands[c]);
      if (!kept.empty() && dice.chance(30)) {
        ASSERT_FALSE(both({packet.at, {}, {kept.data(), std::min(kept.size(), kBatchMax)}})) << "seed " << seed;
        kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(std::min(kept.size(), kBatchMax)));
      }
      const Difference d = both({packet.at, {&packet, 1}, {}});
      ASSERT_FALSE(d) << "seed " << seed << " at " << packet.at.ns << ": " << *d;
    }
  }
}

TEST(Differential, EventsBeyondTheLimitAreCounted) {
  std::uint64_t lost = 0;
  for (unsigned seed = 1; seed <= seeds(20); ++seed) {
    Stream s = compose(plan(5000 + seed));
    s.limits.events = 2;
    const auto a = engine()(s), b = reference()(s);
    const Record x = play(*a, s, as_large_as_may_be()), y = play(*b, s, as_large_as_may_be());
    const Difference d = compare(x, y);
    ASSERT_FALSE(d) << "seed " << seed << ": " << *d;
    lost += x.counters.events_lost;
  }
  EXPECT_GT(lost, 0U);
}

// The streams are rich: every rule of every verdict and every kind of event comes up in them.
TEST(Differential, StreamsReachEveryVerdictAndEvent) {
  std::set<Rule> rules;
  std::set<std::pair<Action, Rule>> answers;
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
  for (unsigned i = 0; i <= static_cast<unsigned>(Rule::tiny_fragment); ++i)
    EXPECT_TRUE(rules.contains(Rule{static_cast<std::uint8_t>(i)})) << name_of(Rule{static_cast<std::uint8_t>(i)});
  EXPECT_TRUE(answers.contains({Action::reject, Rule::mail_closed}) && answers.contains({Action::drop, Rule::mail_closed}));
  EXPECT_TRUE(answers.contains({Action::reject, Rule::web_closed}) && answers.contains({Action::drop, Rule::web_closed}));
  for (unsigned i = 0; i <= static_cast<unsigned>(EventKind::unexempted); ++i)
    EXPECT_TRUE(kinds.contains(EventKind{static_cast<std::uint8_t>(i)})) << name_of(EventKind{static_cast<std::uint8_t>(i)});
  EXPECT_EQ(channels.size(), kChannels);
}

// Canaries: a reference with one rule told wrongly never agrees with the right one on all streams.
class Canary : public testing::TestWithParam<int> {};

TEST_P(Canary, IsNoticed) {
  const Slip slip{static_cast<std::uint8_t>(GetParam())};
  for (unsigned seed = 1; seed <= 150; ++seed)
    if (agree(compose(plan(seed)), reference(slip), reference())) return;
  FAIL() << "slip " << GetParam() << " went unnoticed on every stream";
}

INSTANTIATE_TEST_SUITE_P(EverySlip, Canary, testing::Range(1, static_cast<int>(kLastSlip) + 1));

}  // namespace
}  // namespace lazaret::laws
