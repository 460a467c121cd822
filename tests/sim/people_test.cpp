// What people do in quarantine, against the probabilities that were asked for; infections that end by themselves and come
// back; and a small let_me_out. On the wire, in days.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "analysis/remediation.hpp"
#include "sim/simulate.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

constexpr double kDay = 86400;

struct Lived {
  Run run;
  Remediation remediation;
  [[nodiscard]] std::uint64_t acts(std::string_view what) const {
    std::uint64_t n = 0;
    for (const TruthAct& act : run.truth.acts) n += act.what == what;
    return n;
  }
  [[nodiscard]] std::uint64_t events(EventKind kind) const {
    std::uint64_t n = 0;
    for (const Event& event : run.events) n += event.kind == kind;
    return n;
  }
};

/// let_me_out with other values.
Lived live(std::vector<std::string> sets) {
  Lived lived;
  const auto loaded = load_scenario(LAZARET_SOURCE_DIR "/scenarios/let_me_out.yaml", sets);
  if (const auto* errors = std::get_if<1>(&loaded)) {
    ADD_FAILURE() << errors->front().text();
    return lived;
  }
  const ScratchDirectory scratch;
  const auto result = simulate(std::get<0>(loaded), scratch.path / "run");
  if (const auto* problem = std::get_if<Problem>(&result)) {
    ADD_FAILURE() << problem->message;
    return lived;
  }
  auto run = load_run(scratch.path / "run", Events::telling);
  lived.run = std::get<Run>(std::move(run));
  lived.remediation = follow_remediation(Timeline(lived.run), lived.run);
  return lived;
}

std::vector<std::string> town(std::int64_t infected, double days, std::vector<std::string> more) {
  more.insert(more.begin(), {"isp.homes=" + std::to_string(infected), "infections.0.homes=" + std::to_string(infected),
                             "duration_s=" + std::to_string(std::lround(days * kDay)), "infections.0.begins_to_s=3600",
                             "infections.0.recovers_per_day=0"});
  return more;
}

/// Four standard deviations either way: a wrong model is farther off, the right one is there for nearly all seeds.
void expect_share(std::uint64_t k, std::uint64_t n, double p) {
  const auto of = static_cast<double>(n);
  EXPECT_NEAR(static_cast<double>(k), of * p, 4 * std::sqrt(of * p * (1 - p))) << k << " of " << n;
}

TEST(People, AShareCallsSupportWhichOpensTheLineAndMostlyCleans) {
  const Lived lived =
      live(town(300, 6,
                {"people.support_share=0.3", "people.support_cleans=0.6", "people.inert_share=0", "people.able_share=1",
                 "people.cleaning_succeeds=1", "people.already_is_true=1", "people.support_mean_s=3600"}));
  const Remediation& r = lived.remediation;
  std::uint64_t first = 0, called = 0;
  for (const Stay& stay : r.stays) first += stay.nth == 1, called += stay.nth == 1 && stay.exit == Exit::support;
  EXPECT_EQ(first, 300U);
  expect_share(called, first, 0.3);
  expect_share(r.first_others.k, r.first_others.n, 0.6);
  EXPECT_EQ(r.first_self.k, r.first_self.n) << "whoever cleans succeeds here";
  EXPECT_EQ(lived.acts("opened_by_support"), lived.events(EventKind::operator_released));
}

TEST(People, SupportOpensAfterTheStatedTimeOnAverage) {
  const Lived lived = live(town(
      300, 6,
      {"people.support_share=1", "people.support_cleans=1", "people.inert_share=0", "people.support_mean_s=36000"}));
  double waited = 0;
  std::map<std::uint32_t, double> called;
  for (const TruthAct& act : lived.run.truth.acts) {
    if (act.what == "called_support") called[act.account] = act.at_s;
    if (act.what == "opened_by_support") waited += act.at_s - called.at(act.account);
  }
  const auto n = static_cast<double>(lived.acts("opened_by_support"));
  ASSERT_GE(n, 295);
  EXPECT_NEAR(waited / n, 36000, 4 * 36000 / std::sqrt(n));
}

TEST(People, HomesThatCannotCleanNeverDoAndOthersDo) {
  const Lived lived = live(town(300, 2,
                                {"people.able_share=0.4", "people.support_share=0", "people.inert_share=0",
                                 "people.cleaning_succeeds=1", "people.choose_now=1", "people.choose_already=0"}));
  expect_share(lived.remediation.first_self.k, 300, 0.4);
  EXPECT_EQ(lived.remediation.second.k, 0U) << "who could not clean cannot the second time either";
}

TEST(People, InertHomesWaitForTheCap) {
  const Lived lived = live(town(300, 4,
                                {"people.inert_share=0.2", "people.support_share=0", "policy.quarantine.max_s=172800",
                                 "people.cleaning_mean_s=600", "people.able_share=1", "people.cleaning_succeeds=1",
                                 "people.already_is_true=1", "household.web_per_h=3"}));
  std::uint64_t at_cap = 0;
  for (const Stay& stay : lived.remediation.stays) at_cap += stay.nth == 1 && stay.exit == Exit::cap;
  expect_share(at_cap, 300, 0.2);
}

// 'Later' for ever and 'already' for ever: the ladder ends both at the cap.
TEST(People, LaterForEverEndsAtTheCap) {
  const Lived lived =
      live(town(40, 12,
                {"people.choose_now=0", "people.choose_later=1", "people.choose_already=0", "people.support_share=0",
                 "people.inert_share=0", "policy.quarantine.later_max=2", "policy.quarantine.max_s=604800"}));
  EXPECT_EQ(lived.events(EventKind::deferred), 80U) << "two each";
  EXPECT_EQ(lived.acts("cleaned"), 0U);
  EXPECT_EQ(lived.events(EventKind::probation_began), 0U);
  EXPECT_EQ(lived.events(EventKind::auto_released), 40U);
}

TEST(People, AlreadyForEverIsTakenAtItsWordAsOftenAsThePolicySays) {
  const Lived lived = live(town(40, 12,
                                {"people.choose_now=0", "people.choose_already=1", "people.already_is_true=0",
                                 "people.support_share=0", "people.inert_share=0", "policy.quarantine.max_s=604800"}));
  EXPECT_EQ(lived.events(EventKind::probation_began), 80U) << "two self-releases each";
  EXPECT_EQ(lived.events(EventKind::auto_released), 40U);
  EXPECT_EQ(lived.acts("cleaned"), 0U);
}

TEST(Infections, EndByThemselvesAndComeBackAtTheirRates) {
  std::vector<std::string> sets =
      town(300, 10, {"policy.quarantine.profile=shadow", "infections.0.rate_per_min=0.001"});
  sets.back() = "infections.0.rate_per_min=0.001";
  sets.insert(sets.end(), {"infections.0.recovers_per_day=0.2", "infections.0.returns_per_day=0.05"});
  const Lived lived = live(sets);
  std::set<std::uint32_t> ended, back;
  std::map<std::uint32_t, int> spells;
  for (const TruthInfection& i : lived.run.truth.infections) {
    const int nth = ++spells[i.account];
    if (nth == 1 && i.until_s && *i.until_s - i.from_s <= 5 * kDay) ended.insert(i.account);
    if (nth == 2) back.insert(i.account);
  }
  expect_share(ended.size(), 300, 1 - std::exp(-5 * 0.2));
  // Ends after x, then is back before 10 days are over: 1 - (a e^-bT - b e^-aT) / (a - b) with a, b the rates.
  const double a = 0.2, b = 0.05, t = 10;
  expect_share(back.size(), 300, 1 - (a * std::exp(-b * t) - b * std::exp(-a * t)) / (a - b));
}

// What is centuries away once kept a run from ever getting past its thirteenth day.
TEST(Infections, ThatHardlyEverComeBackDoNotHoldTheRunUp) {
  std::vector<std::string> sets = town(20, 14, {"policy.quarantine.profile=shadow", "infections.0.rate_per_min=0.001"});
  sets.insert(sets.end(), {"infections.0.recovers_per_day=10", "infections.0.returns_per_day=0.000001"});
  EXPECT_EQ(live(sets).run.truth.infections.size(), 20U);
}

TEST(Infections, UntouchedByDefault) {
  const Lived lived = live(town(20, 3, {"policy.quarantine.profile=shadow", "infections.0.rate_per_min=0.001"}));
  ASSERT_EQ(lived.run.truth.infections.size(), 20U);
  for (const TruthInfection& i : lived.run.truth.infections) EXPECT_FALSE(i.until_s);
}

// The finding itself, at a quarter of its size.
TEST(LetMeOut, ReproducesThePublishedFigures) {
  const Lived lived = live({"isp.homes=310", "infections.0.homes=300"});
  ASSERT_EQ(lived.remediation.comparisons.size(), 5U);
  for (const Comparison& c : lived.remediation.comparisons)
    EXPECT_TRUE(c.reproduced()) << c.title << ": " << c.run.k << " of " << c.run.n;
  EXPECT_GE(lived.remediation.first_self.n, 150U);
}

}  // namespace
}  // namespace lazaret
