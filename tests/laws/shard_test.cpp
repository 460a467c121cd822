// Shard: 1 or N engines with one conductor, however accounts are spread, say and decide the same; the fuse included.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/hash.hpp"
#include "tests/laws/laws.hpp"
#include "tests/laws/steps.hpp"

namespace lazaret::laws {
namespace {

constexpr unsigned kShards[] = {2, 4, 7};

std::size_t count(const EnsembleRecord& r, EventKind kind) {
  return static_cast<std::size_t>(
      std::count_if(r.record.events.begin(), r.record.events.end(), [&](auto& e) { return e.kind == kind; }));
}

TEST(Shard, AnyNumberOfEnginesGivesTheSame) {
  Steps steps("shard");
  std::size_t blown = 0, reset = 0, held = 0, quarantined = 0, refused = 0;
  for (unsigned seed = 1; seed <= seeds(60); ++seed) {
    const Stream s = conducted(seed);
    steps(s);
    Dice dice(seed);
    const EnsembleRecord one = play_ensemble(s, 1, one_by_one());
    for (const unsigned shards : kShards) {
      const Difference d = compare_ensembles(one, play_ensemble(s, shards, at_random(dice)));
      ASSERT_FALSE(d) << "seed " << seed << ", 1 / " << shards << " engines: " << *d;
    }
    blown += count(one, EventKind::fuse_blown), reset += count(one, EventKind::fuse_reset);
    held += count(one, EventKind::quarantine_held), quarantined += count(one, EventKind::quarantined);
    refused += count(one, EventKind::choice_refused);
  }
  EXPECT_TRUE(blown > 0 && reset > 0 && held > 0 && quarantined > 0 && refused > 0)
      << blown << " " << reset << " " << held << " " << quarantined << " " << refused;
}

TEST(Shard, AnEnsembleIsOneMachineThatWasToldTheDecisions) {
  for (unsigned seed = 1; seed <= seeds(60); ++seed) {
    const Stream s = conducted(seed);
    Dice dice(seed);
    const EnsembleRecord ensemble = play_ensemble(s, 1 + static_cast<unsigned>(dice.below(7)), at_random(dice));
    const Difference d = ensemble_is_one_machine(s, ensemble, reference());
    ASSERT_FALSE(d) << "seed " << seed << ", ensemble / reference: " << *d;
    ASSERT_TRUE(std::is_sorted(ensemble.record.events.begin(), ensemble.record.events.end(), in_canonical_order))
        << "seed " << seed;
  }
}

// As many accounts as there is room for, on 1, 2, 3 or 6 engines: those who come later find none, wherever they belong, and
// take what they name all the same. (Left out, docs/adr/0006: prefixes within prefixes, and latecomers' lines.)
TEST(Shard, WhereThereIsNoRoomTheNumberOfEnginesChangesNothingEither) {
  std::uint64_t refused = 0;
  std::size_t lost = 0;
  for (unsigned seed = 1; seed <= seeds(40); ++seed) {
    Stream s = conducted(seed);
    Dice dice(seed);
    for (std::size_t i = 0; i < s.subjects.size(); ++i) {
      const auto number = static_cast<std::uint32_t>(i + 1);
      for (Command& c : s.commands)
        if (c.account == s.subjects[i].account) c.account = {number};
      s.subjects[i].account = {number};
    }
    std::erase_if(s.commands, [](const Command& c) {
      return c.account.value > 6 || (c.prefix.length > 64 && c.prefix.length < 128);
    });
    for (unsigned i = 0; i < 20; ++i) {
      const Subject& holder = dice.pick(s.subjects);
      Command c = command(s.packets[dice.below(s.packets.size())].at, CommandKind::bind,
                          {7 + static_cast<std::uint32_t>(dice.below(6))});
      c.prefix = dice.chance(80) ? holder.v4 : holder.v6;
      s.commands.push_back(c);
    }
    s.sort();
    Stream alone = s;
    alone.limits.accounts = 6;
    const EnsembleRecord one = play_ensemble(alone, 1, one_by_one());
    for (const unsigned shards : {2U, 3U, 6U}) {
      Stream spread = s;
      spread.limits.accounts = 6 / shards;
      const Difference d = compare_ensembles(one, play_ensemble(spread, shards, at_random(dice)));
      ASSERT_FALSE(d) << "seed " << seed << ", 1 / " << shards << " engines: " << *d;
    }
    refused += one.record.counters.bindings_refused, lost += count(one, EventKind::unbound);
  }
  EXPECT_GT(refused, 10U * seeds(40));
  EXPECT_GT(lost, 5U * seeds(40));
}

// What a fuse in each shard would do: it sees fewer quarantines, and blows at other times.
TEST(Shard, NoticesAFuseThatCountsDifferently) {
  bool noticed = false;
  for (unsigned seed = 1; seed <= 30 && !noticed; ++seed) {
    const Stream s = conducted(seed);
    Stream other = s;
    other.policy.fuse_max_quarantines += 1;
    noticed = compare_ensembles(play_ensemble(s, 2, one_by_one()), play_ensemble(other, 2, one_by_one())).has_value();
  }
  EXPECT_TRUE(noticed);
}

// What a port's hash would do: an account's two directions and two address families meet different engines.
TEST(Shard, NoticesEnginesChosenByAddressInsteadOfAccount) {
  bool noticed = false;
  for (unsigned seed = 1; seed <= 30 && !noticed; ++seed) {
    const Stream s = compose({.seed = 40'000 + seed, .tight_limits = false});
    const auto alone = engine()(s);
    const Record one = play(*alone, s, as_large_as_may_be());
    std::vector<Event> together;
    for (unsigned shard = 0; shard < 2; ++shard) {
      Stream part = s;
      std::erase_if(part.packets, [&](const StreamPacket& p) {
        return mix(mix(1, p.meaning.destination.high), p.meaning.destination.low) % 2 != shard;
      });
      const auto machine = engine()(part);
      const Record r = play(*machine, part, as_large_as_may_be());
      together.insert(together.end(), r.events.begin(), r.events.end());
    }
    const auto proposals = [](const std::vector<Event>& events) {
      return std::count_if(events.begin(), events.end(),
                           [](const Event& e) { return e.kind == EventKind::quarantine_proposed; });
    };
    noticed = proposals(one.events) != proposals(together);
  }
  EXPECT_TRUE(noticed);
}

}  // namespace
}  // namespace lazaret::laws
