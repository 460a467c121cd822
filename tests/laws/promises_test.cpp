// What subscribers are promised: sacred services stay open, nobody else can frame them, nobody else's flood concerns
// them, and a quarantine comes with its reasons.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/laws/laws.hpp"
#include "tests/laws/scripts.hpp"
#include "tests/laws/steps.hpp"

namespace lazaret::laws {
namespace {

constexpr unsigned kCanarySeeds = 60;

// --- sacred

TEST(Sacred, NothingStopsASacredPacket) {
  Steps steps("sacred");
  std::size_t spared = 0;
  for (unsigned seed = 1; seed <= seeds(150); ++seed) {
    const Difference d = sacred(steps(compose({.seed = 60'000 + seed})), engine(), spared);
    ASSERT_FALSE(d) << "seed " << seed << ": " << *d;
  }
  EXPECT_GT(spared, 500U);  // of restricted accounts or under a spoofed source
}

TEST(Sacred, NoticesAMachineThatForgetsTheList) {
  for (const Slip slip : {Slip::nothing_sacred, Slip::sacred_ports_only}) {
    bool noticed = false;
    std::size_t spared = 0;
    for (unsigned seed = 1; seed <= kCanarySeeds && !noticed; ++seed)
      noticed = sacred(compose({.seed = 60'000 + seed}), reference(slip), spared).has_value();
    EXPECT_TRUE(noticed) << static_cast<int>(slip);
  }
}

// --- framing

/// A flood is judged by its second, and what comes back excuses it, so that a storm from outside may change what becomes
/// of an account that floods. Here nobody does: the thresholds lie above all that is sent in any second.
void nobody_floods(Stream& s) {
  std::map<std::int64_t, std::int64_t> sent;
  for (const StreamPacket& p : s.packets)
    if (p.direction == Direction::upstream) ++sent[p.at.ns / kNsPerSecond];
  std::int64_t most = 0;
  for (const auto& [second, packets] : sent) most = std::max(most, packets);
  s.policy.flood_syn_per_s = s.policy.flood_udp_per_s = s.policy.flood_reply_per_s = most + 1;
}

/// All lines are known, so that spoofed sources can be seen. Each account has had a packet from outside, so that its
/// reverse path counts as seen already: whoever may send to it can show that much, and no more.
Stream peaceful(std::uint64_t seed) {
  Stream s = compose(
      {.seed = 80'000 + seed, .lines = Lines::all, .approvals = false, .moving_leases = false, .tight_limits = false});
  Dice dice(seed);
  Stream first = s;
  first.packets.clear();
  Scripts scripts(first, dice);
  scripts.now = s.begin;
  for (const Subject& subject : s.subjects) scripts.greet(subject);
  s.packets.insert(s.packets.begin(), first.packets.begin(), first.packets.end());
  nobody_floods(s);
  answer_proposals(s, dice);
  return s;
}

/// Everything that others can send: spoofed sources from the last subject's line and from lines of nobody, replies to
/// what the victims really asked and to what they did not, all with numbers that had to be guessed, and storms.
Stream attacked(const Stream& peace, std::uint64_t seed) {
  Stream s = peace;
  Dice dice(seed + 1);
  Scripts scripts(s, dice);
  Subject outsider;
  outsider.addresses = s.subjects[0].addresses;
  const Subject& attacker = s.subjects.back();
  const unsigned storm = static_cast<unsigned>(s.policy.flood_udp_per_s) + 20;
  std::size_t until_storm = 1;
  for (const StreamPacket& p : peace.packets) {
    scripts.now = {p.at.ns + (dice.chance(50) ? 0 : dice.range(0, 300) * 1'000'000)};
    if (p.direction == Direction::upstream && p.meaning.ports && dice.chance(50)) scripts.guess(p.meaning);
    if (--until_storm == 0) {
      scripts.storm(dice.pick(s.subjects), storm);
      until_storm = 1 + peace.packets.size() / 4;
    }
    if (dice.chance(10)) scripts.forge(dice.pick(s.subjects));
    if (dice.chance(10)) {
      const Subject &sender = dice.chance(20) ? outsider : attacker, &victim = dice.pick(s.subjects);
      if (sender.account != victim.account) scripts.spoof(sender, victim);
      if (dice.chance(10)) scripts.spoof_widely(sender, 3);
    }
  }
  s.sort();
  s.end = std::max(s.end, s.packets.back().at);
  return s;
}

Difference framing(std::uint64_t seed, const Maker& maker, Steps* steps = nullptr) {
  Stream peace = peaceful(seed);
  const Stream war = attacked(peace, seed);
  peace.end = war.end;
  if (steps != nullptr) (*steps)(war);
  std::vector<AccountId> victims;
  for (const Subject& s : peace.subjects)
    if (s.account != peace.subjects.back().account) victims.push_back(s.account);
  return untouched(peace, war, victims, maker);
}

TEST(Framing, NobodyElseCanMakeEvidence) {
  Steps steps("framing");
  for (unsigned seed = 1; seed <= seeds(80); ++seed) {
    const Difference d = framing(seed, engine(), &steps);
    ASSERT_FALSE(d) << "seed " << seed << ", without / with the attack: " << *d;
  }
}

TEST(Framing, NoticesAMachineThatBelievesForgeries) {
  for (const Slip slip : {Slip::any_acknowledgment, Slip::any_line, Slip::any_sequence}) {
    bool noticed = false;
    for (unsigned seed = 1; seed <= kCanarySeeds && !noticed; ++seed)
      noticed = framing(seed, reference(slip)).has_value();
    EXPECT_TRUE(noticed) << static_cast<int>(slip);
  }
}

// --- bounded

/// One account, the last, floods: hosts, ports, mail servers and names that never end, and what comes back to it.
Stream flooded(const Stream& s, std::uint64_t seed, unsigned packets) {
  Stream f = s;
  Dice dice(seed + 2);
  Scripts scripts(f, dice);
  const Subject& flooder = s.subjects.back();
  while (f.packets.size() < s.packets.size() + packets) {
    scripts.now = dice.pick(s.packets).at;
    scripts.flood(flooder, 64);
  }
  f.sort();
  return f;
}

Difference bounded(std::uint64_t seed, const Maker& maker, std::uint64_t* skipped, Steps* steps) {
  const Stream s =
      compose({.seed = 100'000 + seed, .lines = Lines::all, .moving_leases = false, .tight_limits = false});
  const Stream f = flooded(s, seed, 4000);
  std::vector<AccountId> others;
  for (const Subject& subject : s.subjects)
    if (subject.account != s.subjects.back().account) others.push_back(subject.account);
  if (steps != nullptr) (*steps)(f);
  if (skipped != nullptr) {
    const auto machine = maker(f);
    const Counters c = play(*machine, f, as_large_as_may_be()).counters;
    *skipped += c.contacts_skipped > 0 && c.sessions_skipped > 0;
  }
  return untouched(s, f, others, maker);
}

TEST(Bounded, AFloodConcernsNobodyElseAndIsCounted) {
  Steps steps("bounded");
  std::uint64_t counted = 0;
  const unsigned tries = seeds(30);
  for (unsigned seed = 1; seed <= tries; ++seed) {
    const Difference d = bounded(seed, engine(), &counted, &steps);
    ASSERT_FALSE(d) << "seed " << seed << ", without / with the flood: " << *d;
  }
  EXPECT_EQ(counted, tries);
}

TEST(Bounded, NoticesAMachineWithOneTableForAll) {
  bool noticed = false;
  for (unsigned seed = 1; seed <= kCanarySeeds && !noticed; ++seed)
    noticed = bounded(seed, reference(Slip::shared_contacts), nullptr, nullptr).has_value();
  EXPECT_TRUE(noticed);
}

// --- explained

TEST(Explained, WhateverIsHeldAgainstAnAccountComesWithReasonsThatAddUp) {
  Steps steps("explained");
  std::map<EventKind, std::size_t> told;
  for (unsigned seed = 1; seed <= seeds(100, 100); ++seed) {
    const Difference d = explained(steps(compose({.seed = 120'000 + seed})), engine(), told);
    ASSERT_FALSE(d) << "seed " << seed << ": " << *d;
  }
  for (const EventKind kind : {EventKind::quarantine_proposed, EventKind::notified, EventKind::administrator_notified,
                               EventKind::operator_asked})
    EXPECT_GT(told[kind], 20U) << static_cast<int>(kind);
}

TEST(Explained, NoticesAMachineThatGivesNoneOrWrongOnes) {
  for (const Slip slip : {Slip::no_reasons, Slip::notices_unreasoned, Slip::prior_on_probation}) {
    bool noticed = false;
    std::map<EventKind, std::size_t> told;
    for (unsigned seed = 1; seed <= kCanarySeeds && !noticed; ++seed)
      noticed = explained(compose({.seed = 120'000 + seed}), reference(slip), told).has_value();
    EXPECT_TRUE(noticed) << name_of(slip);
  }
}

}  // namespace
}  // namespace lazaret::laws
