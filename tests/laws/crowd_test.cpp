// Framing at scale: a thousand subscribers among whom a few are bots, and a hundred packets of strangers for every one of
// their own. Nothing that does not come from an account's own line moves what is believed of it.
#include "tests/laws/crowd.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "tests/laws/laws.hpp"

namespace lazaret::laws {
namespace {

constexpr std::size_t kTimes = 100;  ///< packets of the attack for each of a victim's

/// Answers to what the victims really ask and to what they do not: SYN-ACKs, resets, ICMP errors, refusals in plain words,
/// names that are not there, sinkholes. Storms. And the victims' sources from the strangers' lines and from lines of nobody.
void attack(const Window& w, Stream& war, Scripts& scripts, Dice& dice, std::size_t times) {
  const auto stranger = [&]() -> const Subject& {
    return war.subjects[war.subjects.size() - 1 - dice.below(war.subjects.size() - war.plan.accounts)];
  };
  Subject outsider;
  outsider.addresses = war.subjects[0].addresses;
  const std::size_t before = war.packets.size();
  for (std::size_t i = 0; i < w.own.size(); ++i) {
    while (war.packets.size() < before + (i + 1) * times) {
      scripts.now = {w.own[i].at.ns + dice.range(0, 40) * 1'000'000};
      const Meaning& asked = w.own[i - std::min(i, dice.below(8))].meaning;
      const Subject& victim = war.subjects[dice.below(war.plan.accounts)];
      const std::uint64_t kind = dice.below(100);
      if (kind < 40 && asked.ports && contains({IpAddress::v4(0x7440'0000U), 112}, asked.source)) {
        scripts.guess(asked);
      } else if (kind < 60) {
        scripts.forge(victim);
      } else if (kind < 93) {
        scripts.spoof(dice.chance(20) ? outsider : stranger(), victim);
      } else if (kind < 97) {
        scripts.spoof_widely(dice.chance(20) ? outsider : stranger(), 3);
      } else {
        scripts.storm(victim, 30);
      }
    }
  }
}

Trouble attack_of(const CrowdPlan& plan, std::size_t times) {
  return [victims = plan.victims, times](const Window& w, Stream& war, Scripts& scripts, Dice& dice) {
    war.plan.accounts = victims;
    attack(w, war, scripts, dice, times);
  };
}

std::size_t count(const std::vector<Event>& events, EventKind kind) {
  return static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(), [kind](const Event& e) { return e.kind == kind; }));
}

TEST(FramingAtScale, AHundredTimesTheirOwnPacketsMoveNothingOfAThousandVictims) {
  for (unsigned seed = 1; seed <= seeds(1); ++seed) {
    const CrowdPlan plan{.seed = seed, .victims = 1000 / kSlower, .windows = 60};
    const CrowdRecord calm = play_crowd(plan, engine()), war = play_crowd(plan, engine(), attack_of(plan, kTimes));
    const Difference d = compare_victims(plan, calm, war);
    ASSERT_FALSE(d) << "seed " << seed << ", without / with the attack: " << *d;
    // There was something to move: evidence of all sorts, and victims whose quarantine both runs saw.
    std::array<bool, kChannels> seen{};
    for (unsigned a = 1; a <= plan.victims; ++a)
      for (unsigned c = 0; c < kChannels; ++c) seen[c] |= calm.status.at({a}).seen[c].observations > 0;
    EXPECT_GE(std::count(seen.begin(), seen.end(), true), 6);
    EXPECT_GT(count(calm.events, EventKind::quarantined), 0U);
    EXPECT_GE(war.packets, calm.packets * (kTimes / 2)) << "the attack";
    EXPECT_GT(war.counters.unmatched_replies, calm.packets * 10);
    EXPECT_GT(war.counters.spoofed, calm.packets * 10);
    RecordProperty("own_packets", std::to_string(calm.packets));
    RecordProperty("all_packets", std::to_string(war.packets));
    // Who forged on a line of his own is blamed himself.
    EXPECT_EQ(count(war.strange, EventKind::quarantined), plan.strangers);
    EXPECT_EQ(count(calm.strange, EventKind::quarantined), 0U);
  }
}

TEST(FramingAtScale, NoticesAMachineThatBelievesForgeries) {
  const CrowdPlan plan{.victims = 40, .windows = 20, .active = 50};
  for (const Slip slip :
       {Slip::any_acknowledgment, Slip::any_line, Slip::any_sequence, Slip::unasked_answers, Slip::holder_blamed}) {
    const CrowdRecord calm = play_crowd(plan, reference(slip));
    EXPECT_TRUE(compare_victims(plan, calm, play_crowd(plan, reference(slip), attack_of(plan, 20)))) << name_of(slip);
  }
  const CrowdRecord calm = play_crowd(plan, reference());
  EXPECT_FALSE(compare_victims(plan, calm, play_crowd(plan, reference(), attack_of(plan, 20))));
}

/// The last subject sends from the addresses of one neighbour, the first, on a line of its own.
CrowdRecord forged_neighbour(const Maker& maker, const CrowdPlan& plan) {
  return play_crowd(plan, maker, [](const Window& w, Stream& war, Scripts& scripts, Dice& dice) {
    Subject victim = war.subjects.front();
    victim.addresses.assign(1, {victim.v6.address.high, dice.any()});  // ever another one of its /56
    scripts.now = w.begin;
    scripts.spoof(war.subjects.back(), victim);
  });
}

TEST(FramingAtScale, ANeighbourWhoForgesASourceIsBlamedHimself) {
  const CrowdPlan plan{.victims = 5, .strangers = 1, .windows = 40, .active = 100};
  const CrowdRecord calm = play_crowd(plan, engine()), forged = forged_neighbour(engine(), plan);
  const Difference d = compare_victims(plan, calm, forged);
  EXPECT_FALSE(d) << *d;
  ASSERT_EQ(count(forged.strange, EventKind::quarantined), 1U);
  const auto reason = std::find_if(forged.strange.begin(), forged.strange.end(),
                                   [](const Event& e) { return e.kind == EventKind::reason; });
  ASSERT_NE(reason, forged.strange.end());
  EXPECT_EQ(reason->channel, Channel::flood_spoof);
  EXPECT_EQ(count(calm.strange, EventKind::quarantined), 0U);
  // A machine that blames the holder of the address is another matter.
  EXPECT_TRUE(compare_victims(plan, play_crowd(plan, reference(Slip::holder_blamed)),
                              forged_neighbour(reference(Slip::holder_blamed), plan)));
}

}  // namespace
}  // namespace lazaret::laws
