// Sweep files, and the tables that come of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/sweep/plan.hpp"
#include "analysis/sweep/table.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kSmoke = LAZARET_SOURCE_DIR "/scenarios/smoke.yaml";

std::string with_scenario(const std::string& rest) { return "scenario: " + kSmoke + "\n" + rest; }

SweepPlan plan_of(const std::string& rest) {
  const TextFile file("try.yaml", with_scenario(rest));
  auto loaded = load_sweep(file.path);
  if (const auto* errors = std::get_if<1>(&loaded)) {
    ADD_FAILURE() << errors->front().text();
    return {};
  }
  return std::get<SweepPlan>(std::move(loaded));
}

std::vector<std::string> mistakes(const std::string& text) {
  const TextFile file("try.yaml", text);
  const auto loaded = load_sweep(file.path);
  std::vector<std::string> said;
  if (const auto* errors = std::get_if<1>(&loaded))
    for (const ScenarioError& e : *errors) said.push_back(e.text().substr(e.text().find("try.yaml")));
  return said;
}

TEST(SweepPlan, EveryCombinationWithEverySeed) {
  const SweepPlan plan = plan_of(
      "set: {fidelity: wire}\nseeds: {from: 7, count: 3}\naxes:\n  isp.homes: [20, 40]\n  people.ignore: [0, 0.1, "
      "0.2]\n");
  EXPECT_EQ(plan.name, "try");
  EXPECT_EQ(plan.cells(), 6U);
  EXPECT_EQ(plan.runs(), 18U);
  EXPECT_THAT(plan.seeds, ElementsAre(7, 8, 9));
  EXPECT_THAT(plan.values_of(0), ElementsAre("20", "0"));
  EXPECT_THAT(plan.values_of(1), ElementsAre("20", "0.1"));
  EXPECT_THAT(plan.values_of(5), ElementsAre("40", "0.2"));
  EXPECT_THAT(plan.overrides_of(5), ElementsAre("fidelity=wire", "isp.homes=40", "people.ignore=0.2"));
}

TEST(SweepPlan, WithoutAxesThereIsOneCell) {
  const SweepPlan plan = plan_of("seeds: [3, 1]\n");
  EXPECT_EQ(plan.cells(), 1U);
  EXPECT_THAT(plan.seeds, ElementsAre(3, 1));
}

TEST(SweepPlan, TheDigestChangesWithWhateverChangesARun) {
  const std::string text = "seeds: [1, 2]\naxes: {isp.homes: [20, 40]}\n";
  const std::string digest = plan_of(text).digest;
  EXPECT_EQ(plan_of("question: Why?\n" + text).digest, digest) << "a question changes no run";
  EXPECT_NE(plan_of("seeds: [1, 3]\naxes: {isp.homes: [20, 40]}\n").digest, digest);
  EXPECT_NE(plan_of("seeds: [1, 2]\naxes: {isp.homes: [20, 41]}\n").digest, digest);
  EXPECT_NE(plan_of("set: {people.ignore: 0.2}\n" + text).digest, digest);
}

TEST(SweepPlan, MistakesAreNamedByFileLineAndRemedy) {
  EXPECT_THAT(mistakes(with_scenario("seeds: [1]\naxis: {isp.homes: [1]}\n")),
              ElementsAre("try.yaml:3:1: unknown key 'axis'; did you mean 'axes'?"));
  EXPECT_THAT(mistakes("seeds: [1]\n"), ElementsAre(HasSubstr("'scenario' is missing")));
  EXPECT_THAT(mistakes(with_scenario("")), ElementsAre(HasSubstr("'seeds' is missing")));
  EXPECT_THAT(mistakes(with_scenario("seeds: [1, 2, 1]\n")),
              ElementsAre(HasSubstr("try.yaml:2:15: this seed stands here twice")));
  EXPECT_THAT(mistakes(with_scenario("seeds: [-1]\n")), ElementsAre(HasSubstr("whole number from 0 on")));
  EXPECT_THAT(mistakes(with_scenario("seeds: {from: 1, count: 0}\n")), ElementsAre(HasSubstr("from 1 to 100000")));
  EXPECT_THAT(mistakes(with_scenario("seeds: [1]\naxes: {isp.homes: 20}\n")),
              ElementsAre(HasSubstr("wants a list of values")));
  EXPECT_THAT(mistakes(with_scenario("seeds: [1]\naxes: {isp.homes: [20, 20]}\n")),
              ElementsAre(HasSubstr("'20' stands here twice")));
  EXPECT_THAT(mistakes(with_scenario("seeds: [1]\naxes: {seed: [1, 2]}\n")),
              ElementsAre(HasSubstr("seeds are no axis")));
  EXPECT_THAT(mistakes("seeds: [1\n"), ElementsAre(HasSubstr("not valid YAML")));
  EXPECT_THAT(mistakes(""), ElementsAre(HasSubstr("wants 'key: value' lines")));
}

TEST(SweepPlan, TooMuchIsRefused) {
  EXPECT_THAT(mistakes(with_scenario("seeds: {from: 1, count: 60000}\naxes: {isp.homes: [20, 21]}\n")),
              ElementsAre(HasSubstr("120000 runs; 100000 is the most")));
  std::string axes = "axes:\n";
  for (const char* key : {"household.web_per_h", "household.dns_per_h", "household.calls_per_h", "people.think_mean_s"})
    axes += std::string("  ") + key + ": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]\n";
  EXPECT_THAT(mistakes(with_scenario("seeds: [1]\n" + axes)),
              ElementsAre(HasSubstr("14641 combinations; 10000 is the most")));
}

TEST(SweepPlan, EveryCellsScenarioIsTriedBeforeTheFirstRun) {
  const TextFile file("try.yaml", with_scenario("seeds: [1]\naxes: {isp.homes: [20, 0], isp.hoems: [1]}\n"));
  const auto loaded = load_sweep(file.path);
  ASSERT_EQ(loaded.index(), 1U);
  std::string said;
  for (const ScenarioError& e : std::get<1>(loaded)) said += e.text() + "\n";
  EXPECT_THAT(said, HasSubstr("--set isp.homes=0"));
  EXPECT_THAT(said, HasSubstr("did you mean 'isp.homes'?"));
}

SweepFigures figures(std::uint64_t caught, double median) {
  return {20, 4, caught, 0, 0.1, median, std::nullopt, "ab"};
}

SweepTable open(const std::filesystem::path& path, const SweepPlan& plan) {
  auto opened = SweepTable::open(path, plan, "1");
  if (const auto* problem = std::get_if<Problem>(&opened)) throw std::runtime_error(problem->message);
  return std::get<SweepTable>(std::move(opened));
}

TEST(SweepTable, RowsOutliveTheProcessAndTheirOrderDoesNotMatter) {
  const SweepPlan plan = plan_of("seeds: [1, 2]\naxes: {isp.homes: [20, 40]}\n");
  const ScratchDirectory scratch;
  {
    SweepTable table = open(scratch.path / "a", plan);
    ASSERT_FALSE(table.put(3, figures(2, 9)));
    ASSERT_FALSE(table.put(0, figures(4, 1.5)));
  }
  SweepTable table = open(scratch.path / "a", plan);
  EXPECT_TRUE(table.has(3));
  EXPECT_FALSE(table.has(1));
  ASSERT_FALSE(table.put(1, figures(3, 2.5)));
  SweepTable other = open(scratch.path / "b", plan);
  for (const auto& [run, row] :
       {std::pair{0, figures(4, 1.5)}, std::pair{1, figures(3, 2.5)}, std::pair{3, figures(2, 9)}})
    ASSERT_FALSE(other.put(static_cast<std::size_t>(run), row));
  EXPECT_EQ(runs_csv(plan, table), runs_csv(plan, other));
  EXPECT_EQ(runs_csv(plan, table),
            "run,seed,isp.homes,accounts,infected,quarantined_true,quarantined_false,clean_account_days,"
            "median_time_to_detect_s,p90_time_to_detect_s,events_sha256\n"
            "0,1,20,20,4,4,0,0.1,1.5,,ab\n1,2,20,20,4,3,0,0.1,2.5,,ab\n3,2,40,20,4,2,0,0.1,9,,ab\n");
  const auto cells = cells_of(plan, table);
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_EQ(cells[0].caught.k, 7U);
  EXPECT_EQ(cells[0].caught.n, 8U);
  EXPECT_EQ(cells[0].median_time_to_detect_s, 2.0);
  EXPECT_NEAR(*cells[0].false_upper95, 2.9957 / 0.2, 1e-3) << "the rule of three";
  EXPECT_EQ(cells[1].runs, 1U);
  // A run of which less than half was caught has no median: it counts as late, not as absent.
  SweepFigures late = figures(1, 0);
  late.median_time_to_detect_s.reset();
  ASSERT_FALSE(table.put(2, late));
  EXPECT_FALSE(cells_of(plan, table)[1].median_time_to_detect_s);
}

TEST(SweepTable, AnotherPlanOrVersionIsRefused) {
  const SweepPlan plan = plan_of("seeds: [1, 2]\n"), other = plan_of("seeds: [1, 3]\n");
  const ScratchDirectory scratch;
  { const SweepTable table = open(scratch.path / "a", plan); }
  const auto refused = SweepTable::open(scratch.path / "a", other, "1");
  ASSERT_EQ(refused.index(), 1U);
  EXPECT_THAT(std::get<Problem>(refused).message, HasSubstr("another plan"));
  const auto newer = SweepTable::open(scratch.path / "a", plan, "2");
  ASSERT_EQ(newer.index(), 1U);
  EXPECT_THAT(std::get<Problem>(newer).message, HasSubstr("begun by version 1"));
  write_file(scratch.path / "b", "no database");
  EXPECT_EQ(SweepTable::open(scratch.path / "b", plan, "1").index(), 1U);
}

TEST(SweepTable, FiguresComeFromTheRunsOwnDocument) {
  EXPECT_FALSE(figures_of("{}"));
  EXPECT_FALSE(figures_of("no JSON"));
  const auto f = figures_of(
      R"({"accounts": 20, "infected": 4, "quarantined_true": 3, "quarantined_false": 1, "clean_account_days": 0.5,
          "median_time_to_detect_s": null, "p90_time_to_detect_s": 7.5, "events_sha256": "ab"})");
  ASSERT_TRUE(f);
  EXPECT_EQ(f->quarantined_false, 1U);
  EXPECT_FALSE(f->median_time_to_detect_s);
  EXPECT_EQ(f->p90_time_to_detect_s, 7.5);
}

}  // namespace
}  // namespace lazaret
