// What bench sim compares is the same traffic, and its empty loop has the run's own events.
#include "cli/bench/sim_runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "cli/bench/empty_loop.hpp"
#include "sim/wire/wire_clock.hpp"

namespace lazaret::bench {
namespace {

namespace fs = std::filesystem;

struct BenchRuns : ::testing::Test {
  BenchRuns() {
    base = fs::temp_directory_path() /
           ("lazaret_bench_runs_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(base);
  }
  ~BenchRuns() override { fs::remove_all(base); }
  RunSummary run(const Scenario& scenario, const std::string& name, const Gauge& gauge) const {
    const auto result = simulate(scenario, base / name, {}, gauge);
    if (const auto* problem = std::get_if<Problem>(&result)) throw std::runtime_error(problem->message);
    return std::get<RunSummary>(result);
  }
  fs::path base;
};

std::uint64_t taken(const std::vector<std::int64_t>& trace) {
  return static_cast<std::uint64_t>(std::count(trace.begin(), trace.end(), WireClock::kTaken));
}

TEST_F(BenchRuns, AnOpenGateLetsTheSamePacketsPassWithoutACore) {
  for (const std::int64_t fidelity : {kWire, kStack}) {
    Scenario scenario = bench_scenario(500, 20);
    scenario.fidelity = fidelity;
    scenario.journal = 1;
    const std::string name = fidelity == kWire ? "wire" : "stack";
    const RunSummary judged = run(scenario, name + "_judged", {}), open = run(scenario, name + "_open", {Gate::open});
    EXPECT_EQ(judged.packets, open.packets);
    EXPECT_EQ(judged.manifest.counters.packets, judged.packets);
    EXPECT_EQ(open.manifest.counters.packets, 0u) << "nobody counted";
    EXPECT_GT(judged.manifest.files.at("events.jsonl").octets, 0u);
    EXPECT_EQ(open.manifest.files.at("events.jsonl").octets, 0u);
    EXPECT_EQ(open.manifest.files.at("commands.jsonl").octets, 0u);
    EXPECT_EQ(judged.manifest.metrics.at("simulator_events"), open.manifest.metrics.at("simulator_events"));
  }
}

TEST_F(BenchRuns, TheEmptyLoopHasTheEventsOfTheRun) {
  Scenario scenario = bench_scenario(500, 20);
  scenario.fidelity = kWire;
  std::vector<std::int64_t> trace;
  const RunSummary one = run(scenario, "one", {Gate::core, &trace});
  const auto events = static_cast<std::uint64_t>(one.manifest.metrics.at("simulator_events"));
  EXPECT_GT(events, one.packets);
  EXPECT_EQ(taken(trace), events) << "one lane holds all homes";
  EXPECT_EQ(run_empty(trace, 1, seconds(1)).events, events);
  EXPECT_EQ(run_empty(trace, 3, milliseconds(70)).events, 3 * events) << "at any pace";
}

TEST(BenchLoop, EventsAreTakenWhenTheyAreDue) {
  constexpr std::int64_t kTaken = WireClock::kTaken;
  // Two wait at first; what the first one's turn adds comes before the second.
  const std::vector<std::int64_t> trace = {2'000'000'000, 5, kTaken, 1'000'000'000, kTaken, kTaken, 7'000'000'000};
  EXPECT_EQ(run_empty(trace, 2, seconds(1)).events, 6u);
  EXPECT_EQ(run_empty({}, 2, seconds(1)).events, 0u);
}

TEST_F(BenchRuns, FiguresArePutTogetherRightly) {
  Scenario scenario = bench_scenario(500, 20);
  scenario.fidelity = kWire;
  std::vector<std::string> said;
  const auto measured = measure_sim(
      scenario, 2, [&](const std::string& step) { said.push_back(step); }, [] { return true; });
  const auto& row = std::get<std::optional<SimRow>>(measured);
  ASSERT_TRUE(row);
  EXPECT_EQ(said.size(), 5u) << "the floor before, between and after";
  EXPECT_NEAR(row->account_days, 500 * 20 / 86400.0, 1e-9);
  EXPECT_GE(row->cpu.ratio, row->cpu.ratio_low);
  EXPECT_LE(row->cpu.ratio, row->cpu.ratio_high);
  ASSERT_TRUE(row->loop_ns);
  EXPECT_GT(*row->loop_ns, 0);
  const auto stopped = measure_sim(
      scenario, 1, [](const std::string&) {}, [] { return false; });
  EXPECT_FALSE(std::get<std::optional<SimRow>>(stopped));
}

}  // namespace
}  // namespace lazaret::bench
