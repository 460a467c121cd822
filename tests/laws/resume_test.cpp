// Resume, where it is not one engine and an honest snapshot: ensembles of one to four engines; and snapshots that are
// damaged, cut short, of another version or another seed, which are refused with a reason, or else make a working engine.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/ensemble.hpp"
#include "tests/laws/laws.hpp"
#include "tests/laws/steps.hpp"

namespace lazaret::laws {
namespace {

using Octets = std::vector<std::uint8_t>;

Difference resumed(std::uint64_t seed, const Stream& s, bool forgetful) {
  const unsigned shards = 1 + static_cast<unsigned>(seed % 4), every = 10 + 5 * static_cast<unsigned>(seed % 7);
  Dice cuts(seed), same_cuts(seed);
  return compare_ensembles(play_ensemble(s, shards, at_random(cuts)),
                           play_ensemble(s, shards, at_random(same_cuts), every, forgetful));
}

TEST(Resume, AnEnsembleGoesOnFromItsSnapshot) {
  Steps steps("resume (ensembles)");
  for (unsigned seed = 1; seed <= seeds(55); ++seed) {
    const Difference d = resumed(seed, steps(conducted(seed)), false);
    ASSERT_FALSE(d) << "seed " << seed << ", uninterrupted / resumed: " << *d;
  }
}
TEST(Resume, NoticesAnEnsembleFromAnOldSnapshot) {
  bool noticed = false;
  for (unsigned seed = 1; seed <= 20 && !noticed; ++seed) noticed = resumed(seed, conducted(seed), true).has_value();
  EXPECT_TRUE(noticed);
}

/// A stream that stops in the middle: what was kept there, and what would come then.
struct Halves {
  Stream stream;
  std::vector<PacketView> packets;  ///< those that come then
  std::vector<Command> commands;
  Octets kept;

  Halves(const Plan& plan, unsigned shards) : stream(compose(plan)) {
    const std::vector<PacketView> all = stream.views();
    const std::size_t half = all.size() / 2;
    Ensemble ensemble = make_ensemble(shards);
    Engine engine = make_engine();
    std::size_t c = 0;
    const auto give = [&](const Batch& b) {
      if (shards == 0)
        (void)engine.process(b);
      else
        (void)ensemble.process(b);
    };
    for (std::size_t p = 0; p < half; ++p) {
      for (; c < stream.commands.size() && stream.commands[c].at <= all[p].at; ++c)
        give({stream.commands[c].at, {}, {&stream.commands[c], 1}});
      give({all[p].at, {&all[p], 1}, {}});
    }
    kept = shards == 0 ? engine.snapshot() : ensemble.snapshot();
    packets.assign(all.begin() + static_cast<std::ptrdiff_t>(half), all.end());
    commands.assign(stream.commands.begin() + static_cast<std::ptrdiff_t>(c), stream.commands.end());
  }
  [[nodiscard]] Engine make_engine() const { return {stream.policy, stream.limits, stream.seed}; }
  [[nodiscard]] Ensemble make_ensemble(unsigned shards) const {
    return {stream.policy, stream.limits, stream.seed, shards == 0 ? 1 : shards};
  }
  /// Some of what comes then, and the time after it.
  template <typename Machine>
  void go_on(Machine& machine) const {
    std::size_t c = 0, verdicts = 0;
    const std::size_t count = std::min<std::size_t>(packets.size(), 96);
    for (std::size_t p = 0; p < count; p += kBatchMax) {
      const std::size_t n = std::min(kBatchMax, count - p), c0 = c;
      while (c < commands.size() && c - c0 < kBatchMax && commands[c].at <= packets[p + n - 1].at) ++c;
      verdicts += machine.process({packets[p + n - 1].at, {packets.data() + p, n}, {commands.data() + c0, c - c0}})
                      .verdicts.size();
    }
    (void)machine.process({stream.end, {}, {}});
    EXPECT_EQ(verdicts, count);
    EXPECT_FALSE(machine.snapshot().empty());
    for (const Subject& s : stream.subjects) (void)machine.status(s.account, stream.end);
  }
};

struct Fate {
  std::size_t refused = 0, accepted = 0;
};

/// A refused snapshot leaves a machine as new; an accepted one leaves one that works.
template <typename Make>
void meet(const Halves& h, const Octets& damaged, Make make, Fate& fate, const std::string& what) {
  auto machine = make();
  const char* why = machine.restore(damaged);
  ++(why != nullptr ? fate.refused : fate.accepted);
  if (why != nullptr) {
    ASSERT_GT(std::string(why).size(), 10U) << what;
    ASSERT_EQ(machine.snapshot(), make().snapshot()) << what << ": " << why;
  }
  h.go_on(machine);
}

/// `stride`: how far apart the octets are that go wrong on their own.
template <typename Make>
void damage(const Halves& h, Make make, std::size_t stride, Dice& dice, Fate& fate) {
  for (std::size_t at = dice.below(stride); at < h.kept.size(); at += stride) {
    Octets damaged = h.kept;
    damaged[at] ^= static_cast<std::uint8_t>(dice.chance(50) ? 1U << dice.below(8) : 1 + dice.below(255));
    meet(h, damaged, make, fate, "octet " + std::to_string(at) + " of " + std::to_string(h.kept.size()));
    if (testing::Test::HasFatalFailure()) return;
  }
  for (std::size_t at = dice.below(stride); at + 8 < h.kept.size(); at += stride) {  // the largest and least of numbers
    Octets damaged = h.kept;
    const std::size_t width = std::size_t{2} << dice.below(3);
    std::fill_n(damaged.begin() + static_cast<std::ptrdiff_t>(at), width, static_cast<std::uint8_t>(0xff));
    if (dice.chance(60)) damaged[at + width - 1] = dice.chance(50) ? 0x7f : 0x80;
    meet(h, damaged, make, fate, std::to_string(width) + " octets from " + std::to_string(at));
    if (testing::Test::HasFatalFailure()) return;
  }
  for (unsigned i = 0; i < 200 / stride; ++i) {  // several at once, and octets that came or went
    Octets damaged = h.kept;
    for (std::uint64_t n = 1 + dice.below(20); n > 0; --n) {
      const auto place = damaged.begin() + static_cast<std::ptrdiff_t>(dice.below(damaged.size()));
      if (dice.chance(60))
        *place = static_cast<std::uint8_t>(dice.word());
      else if (dice.chance(50))
        damaged.erase(place);
      else
        damaged.insert(place, static_cast<std::uint8_t>(dice.word()));
    }
    meet(h, damaged, make, fate, "many octets, " + std::to_string(i));
    if (testing::Test::HasFatalFailure()) return;
  }
}

Plan small(std::uint64_t seed) { return {.seed = 70'000 + seed, .accounts = 3, .episodes = 50, .tight_limits = false}; }

TEST(Damage, AnyOctetOfAnEnginesSnapshotMayBeWrong) {
  Fate fate;
  for (unsigned seed = 1; seed <= seeds(3); ++seed) {
    const Halves h(small(seed), 0);
    Dice dice(seed);
    damage(
        h, [&] { return h.make_engine(); }, 1, dice, fate);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(fate.refused, 100U);
  EXPECT_GT(fate.accepted, 100U) << "what an octet says is mostly as good as what it said";
}

TEST(Damage, AnyOctetOfAnEnsemblesSnapshotMayBeWrong) {
  Fate fate;
  for (unsigned seed = 1; seed <= seeds(1); ++seed) {
    const unsigned shards = 1 + seed % 4;
    const Halves h(small(100 + seed), shards);
    Dice dice(seed);
    damage(
        h, [&] { return h.make_ensemble(shards); }, 8 * kSlower, dice, fate);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(fate.refused, 100U / (8 * kSlower));
  EXPECT_GT(fate.accepted, 100U / (8 * kSlower));
}

TEST(Damage, ASnapshotThatIsCutOrGoesOnIsRefused) {
  for (const unsigned shards : {0U, 3U}) {
    const Halves h(small(200), shards);
    const auto refuses = [&](std::span<const std::uint8_t> octets) {
      if (shards == 0) return h.make_engine().restore(octets) != nullptr;
      return h.make_ensemble(shards).restore(octets) != nullptr;
    };
    // A conductor is large: of an ensemble's lengths one in ten is tried.
    for (std::size_t size = 0; size < h.kept.size(); size += shards == 0 ? 1 : 10 * kSlower)
      ASSERT_TRUE(refuses(std::span(h.kept).first(size))) << size;
    Octets more = h.kept;
    more.push_back(0);
    EXPECT_TRUE(refuses(more));
    EXPECT_FALSE(refuses(h.kept));
  }
}

TEST(Damage, AnotherVersionSeedOrShapeIsRefusedByName) {
  const Halves h(small(300), 0), many(small(300), 2);
  const auto reason = [](auto machine, const Octets& octets) {
    const char* why = machine.restore(octets);
    return std::string(why == nullptr ? "taken" : why);
  };
  const Octets conductor = Conductor(h.stream.policy, h.stream.limits).snapshot();
  EXPECT_EQ(reason(h.make_engine(), h.kept), "taken");
  for (const std::uint8_t version : Octets{0, 3, 255}) {  // it stands behind the four octets that say what this is
    Octets octets = h.kept, ensemble = many.kept, ledger = conductor;
    octets[4] = ensemble[4] = ledger[4] = version;
    EXPECT_NE(reason(h.make_engine(), octets).find("version"), std::string::npos);
    EXPECT_NE(reason(h.make_ensemble(2), ensemble).find("version"), std::string::npos);
    EXPECT_NE(reason(Conductor(h.stream.policy, h.stream.limits), ledger).find("version"), std::string::npos);
  }
  EXPECT_NE(reason(Engine(h.stream.policy, h.stream.limits, {h.stream.seed.value + 1}), h.kept).find("seed"),
            std::string::npos);
  Limits small_limits = h.stream.limits;
  small_limits.accounts = 1;
  EXPECT_NE(reason(Engine(h.stream.policy, small_limits, h.stream.seed), h.kept).find("accounts"), std::string::npos);
  small_limits = h.stream.limits, small_limits.bindings = 1;
  EXPECT_NE(reason(Engine(h.stream.policy, small_limits, h.stream.seed), h.kept).find("leases"), std::string::npos);
  // One kind of snapshot is not another.
  EXPECT_NE(reason(h.make_engine(), many.kept), "taken");
  EXPECT_NE(reason(h.make_engine(), conductor), "taken");
  EXPECT_NE(reason(h.make_ensemble(1), h.kept), "taken");
}

}  // namespace
}  // namespace lazaret::laws
