#include "cli/bench/sim_runs.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "cli/bench/empty_loop.hpp"
#include "cli/bench/words.hpp"
#include "sim/rendering.hpp"

namespace lazaret::bench {
namespace {

namespace fs = std::filesystem;

/// A directory of its own for one run, gone afterwards.
class Passing {
 public:
  Passing() {
    std::string name = fs::temp_directory_path() / "lazaret-bench-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) at_ = name;
  }
  ~Passing() {
    std::error_code error;
    if (!at_.empty()) fs::remove_all(at_, error);
  }
  Passing(const Passing&) = delete;
  Passing& operator=(const Passing&) = delete;
  [[nodiscard]] const fs::path& at() const { return at_; }

 private:
  fs::path at_;
};

/// The kernel's mark of the most memory so far starts anew.
bool forget_peak() {
  malloc_trim(0);
  std::ofstream mark("/proc/self/clear_refs");
  mark << 5 << std::flush;
  return mark.good();
}

std::optional<std::uint64_t> peak_octets() {
  std::ifstream in("/proc/self/status");
  for (std::string word; in >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && in >> kib) return kib * 1024;
  }
  return std::nullopt;
}

struct OneRun {
  double wall_s = 0, cpu_s = 0, setup_s = 0, account_days = 0;
  std::uint64_t packets = 0, events = 0;
  [[nodiscard]] double ns() const { return cpu_s * 1e9 / static_cast<double>(packets); }
  [[nodiscard]] double per_hour() const { return account_days / wall_s * 3600; }
};

/// Nothing when `go_on` said no.
std::variant<std::optional<OneRun>, Problem> run_once(const Scenario& scenario, const Gauge& gauge,
                                                      const std::function<bool()>& go_on) {
  const Passing directory;
  if (directory.at().empty())
    return Problem{fs::temp_directory_path().string() + ": no directory can be made there; name another in TMPDIR"};
  const auto done = simulate(
      scenario, directory.at() / "run", [&](const ProgressReport&) { return go_on(); }, gauge);
  if (const auto* problem = std::get_if<Problem>(&done)) return *problem;
  const RunSummary& run = std::get<RunSummary>(done);
  if (run.interrupted) return std::optional<OneRun>{};
  const auto& m = run.manifest.metrics;
  return OneRun{.wall_s = m.at("wall_s"),
                .cpu_s = m.at("cpu_s"),
                .setup_s = m.at("setup_s"),
                .account_days = m.at("account_days"),
                .packets = run.packets,
                .events = static_cast<std::uint64_t>(m.at("simulator_events"))};
}

/// Ns of an empty loop for each of the run's packets.
double loop_ns(const std::vector<std::int64_t>& trace, const Scenario& scenario, const OneRun& run) {
  const LoopCost cost = run_empty(trace, wire_lanes(scenario), milliseconds(scenario.policy.conductor_epoch_ms));
  const double each = cost.cpu_s * 1e9 / static_cast<double>(cost.events);
  return each * static_cast<double>(run.events) / static_cast<double>(run.packets);
}

struct Turns {
  std::vector<OneRun> judged, open;  ///< one more of `open`: before the first, between, after the last
  std::vector<double> loops;
  std::optional<std::uint64_t> peak;
};

template <typename Pick>
double median(const std::vector<OneRun>& runs, Pick pick) {
  std::vector<double> values;
  for (const OneRun& run : runs) values.push_back(pick(run));
  return median_of(std::move(values));
}

SimRow figures(const Turns& turns) {
  std::vector<Turn> ratios;
  for (std::size_t i = 0; i < turns.judged.size(); ++i)
    ratios.push_back({{.ns = turns.judged[i].ns()}, {.ns = (turns.open[i].ns() + turns.open[i + 1].ns()) / 2}});
  const OneRun& first = turns.judged.front();
  SimRow row{
      .account_days = first.account_days,
      .packets = first.packets,
      .floor_packets = turns.open.front().packets,
      .events = first.events,
      .account_days_per_hour = median(turns.judged, [](const OneRun& r) { return r.per_hour(); }),
      .floor_account_days_per_hour = median(turns.open, [](const OneRun& r) { return r.per_hour(); }),
      .processors = median(turns.judged, [](const OneRun& r) { return r.cpu_s / r.wall_s; }),
      .cpu_ms_per_account_day = median(turns.judged, [](const OneRun& r) { return r.cpu_s * 1000 / r.account_days; }),
      .setup_s = median(turns.judged, [](const OneRun& r) { return r.setup_s; }),
      .cpu = summarize(ratios),
      .loop_ns = {},
      .peak_octets = turns.peak};
  if (!turns.loops.empty()) row.loop_ns = median_of(turns.loops);
  return row;
}

}  // namespace

Scenario bench_scenario(std::uint32_t accounts, double simulated_s) {
  Scenario scenario;
  scenario.name = "bench_sim";
  scenario.title = "What lazaret bench sim runs";
  scenario.duration_s = simulated_s;
  scenario.journal = 0;
  scenario.attempts = kAttemptsCounted;
  scenario.isp.homes = accounts;
  scenario.policy.quarantine_profile = static_cast<std::int64_t>(Profile::shadow);
  for (const char* behaviour : {"spam_bot", "scanner"}) {
    InfectionPlan infection;
    infection.behaviour = behaviour;
    infection.homes = accounts / 250;
    infection.begins_to_s = simulated_s;
    if (infection.homes > 0) scenario.infections.push_back(infection);
  }
  return scenario;
}

std::variant<std::optional<SimRow>, Problem> measure_sim(const Scenario& scenario, unsigned repeat,
                                                         const std::function<void(const std::string& step)>& say,
                                                         const std::function<bool()>& go_on) {
  const bool wire = scenario.fidelity == kWire;
  const std::string accounts = round_text(static_cast<std::uint32_t>(scenario.isp.homes)) + " accounts";
  Turns turns;
  std::vector<std::int64_t> trace;
  // What is done in a turn, after one run of the floor: a run with the core, a run of the floor, an empty loop.
  for (unsigned i = 0; i < 2 * repeat + 1; ++i) {
    const bool judged = i % 2 == 1;
    say(fmt::format("{}: {} the core, run {} of {}", accounts, judged ? "with" : "without", i + 1, 2 * repeat + 1));
    const bool watched = judged && i == 1 && forget_peak();
    const auto run = run_once(scenario, {judged ? Gate::core : Gate::open, wire && i == 0 ? &trace : nullptr}, go_on);
    if (const auto* problem = std::get_if<Problem>(&run)) return *problem;
    const auto& figures_of = std::get<std::optional<OneRun>>(run);
    if (!figures_of) return std::optional<SimRow>{};
    if (watched) turns.peak = peak_octets();
    (judged ? turns.judged : turns.open).push_back(*figures_of);
    if (judged && !trace.empty()) turns.loops.push_back(loop_ns(trace, scenario, *figures_of));
  }
  return figures(turns);
}

}  // namespace lazaret::bench
