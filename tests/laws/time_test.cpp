// Cut: how a stream is cut into batches changes nothing. Deadline: how late the machine is called changes nothing.
// Resume: that it was stopped in between changes nothing. Reform: another policy, without being stopped.
#include <gtest/gtest.h>

#include "tests/laws/laws.hpp"
#include "tests/laws/steps.hpp"

namespace lazaret::laws {
namespace {

using Law = Difference (*)(const Stream&, const Maker&);

Plan plan(std::uint64_t seed) { return {.seed = 20'000 + seed, .accounts = 2 + static_cast<unsigned>(seed % 4)}; }

void holds(Law law, const char* name) {
  Steps steps(name);
  for (unsigned seed = 1; seed <= seeds(80); ++seed) {
    const Difference d = law(steps(compose(plan(seed))), engine());
    ASSERT_FALSE(d) << "seed " << seed << ": " << *d;
  }
}

bool notices(Law law, Slip slip) {
  for (unsigned seed = 1; seed <= 40; ++seed)
    if (law(compose(plan(seed)), reference(slip))) return true;
  return false;
}

TEST(Cut, AnyCuttingGivesTheSame) { holds(cut, "cut"); }
TEST(Cut, NoticesAMachineThatStampsByBatch) { EXPECT_TRUE(notices(cut, Slip::batch_stamps)); }
TEST(Cut, NoticesAMachineThatRunsTimersAfterTheBatch) { EXPECT_TRUE(notices(cut, Slip::late_timers)); }
TEST(Cut, NoticesAMachineThatRunsTimersAfterTheirInstant) { EXPECT_TRUE(notices(cut, Slip::timers_last)); }

TEST(Deadline, WhatIsDueIsDoneHoweverLateTheCall) { holds(deadline, "deadline"); }
TEST(Deadline, NoticesAMachineThatRunsTimersAfterTheBatch) { EXPECT_TRUE(notices(deadline, Slip::late_timers)); }
TEST(Deadline, NoticesAMachineThatRunsTimersAfterTheirInstant) { EXPECT_TRUE(notices(deadline, Slip::timers_last)); }

TEST(Resume, AnEngineGoesOnFromItsSnapshot) {
  Steps steps("resume");
  for (unsigned seed = 1; seed <= seeds(70); ++seed) {
    const Difference d = resume(steps(compose(plan(seed))), engine(), resumed_engine(1 + seed % 7));
    ASSERT_FALSE(d) << "seed " << seed << ", uninterrupted / resumed: " << *d;
  }
}
TEST(Resume, NoticesAnOldSnapshot) {
  bool noticed = false;
  for (unsigned seed = 1; seed <= 10 && !noticed; ++seed)
    noticed = resume(compose(plan(seed)), engine(), resumed_engine(7, true)).has_value();
  EXPECT_TRUE(noticed);
}

TEST(Reform, AnotherPolicyTakesForceAsIfTheEngineHadBeenRestoredUnderIt) {
  Steps steps("reform");
  for (unsigned seed = 1; seed <= seeds(55); ++seed) {
    const unsigned every = 3 + seed % 20;
    const Difference d =
        resume(steps(compose(plan(seed))), reformed_engine(every, true), reformed_engine(every, false));
    ASSERT_FALSE(d) << "seed " << seed << ", adopted / restored: " << *d;
  }
}
TEST(Reform, NoticesAnEngineThatKeepsItsOldPolicy) {
  bool noticed = false;
  for (unsigned seed = 1; seed <= 10 && !noticed; ++seed)
    noticed = resume(compose(plan(seed)), engine(), reformed_engine(7, false)).has_value();
  EXPECT_TRUE(noticed);
}

}  // namespace
}  // namespace lazaret::laws
