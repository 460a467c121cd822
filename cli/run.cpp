// lazaret run SCENARIO: simulate, then report.
#include "analysis/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/report.hpp"
#include "analysis/summary.hpp"
#include "cli/arguments.hpp"
#include "scenarios/scenario.hpp"
#include "sim/simulate.hpp"

namespace {

using namespace lazaret;

volatile std::sig_atomic_t stop_wanted = 0;
extern "C" void want_stop(int) { stop_wanted = 1; }

std::filesystem::path fresh_directory(const std::string& name, std::uint64_t seed) {
  const std::filesystem::path base = std::filesystem::path("runs") / (name + '-' + std::to_string(seed));
  std::filesystem::path candidate = base;
  for (int n = 2; std::filesystem::exists(candidate); ++n) candidate = base.string() + '-' + std::to_string(n);
  return candidate;
}

std::string span_text(double s) {
  const auto whole = static_cast<long>(s);
  return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
                       : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

// One line that is rewritten on a terminal; plain lines, a tenth of the run apart, elsewhere.
class ProgressLine {
 public:
  bool operator()(const ProgressReport& p) {
    const double share = p.duration_s > 0 ? p.simulated_s / p.duration_s : 1;
    const bool due = terminal_ ? p.wall_s - shown_wall_s_ >= 0.2 : share - shown_share_ >= 0.1;
    if (due) show(p, share);
    return stop_wanted == 0;
  }
  void end() const {
    if (terminal_) std::cerr << "\r\x1b[K" << std::flush;
  }

 private:
  void show(const ProgressReport& p, double share) {
    shown_wall_s_ = p.wall_s;
    shown_share_ = share;
    const double left_s = share > 0 ? p.wall_s / share - p.wall_s : 0;
    if (terminal_) {
      constexpr int kWidth = 30;
      const auto full = static_cast<std::size_t>(share * kWidth);
      std::cerr << fmt::format("\r\x1b[K[{}{}] {:3.0f} %  {} of {} simulated  {} packets  about {} left",
                               std::string(full, '#'), std::string(kWidth - std::min<std::size_t>(full, kWidth), '.'),
                               share * 100, span_text(p.simulated_s), span_text(p.duration_s), p.packets,
                               span_text(left_s))
                << std::flush;
    } else {
      std::cerr << fmt::format("{} of {} simulated, {} packets, {:.0f} s so far, about {:.0f} s left\n",
                               span_text(p.simulated_s), span_text(p.duration_s), p.packets, p.wall_s, left_s);
    }
  }
  bool terminal_ = isatty(STDERR_FILENO) == 1;
  double shown_wall_s_ = -1, shown_share_ = 0;
};

int report_on(const RunSummary& run, bool json) {
  auto loaded = load_run(run.directory, Events::telling);
  if (const auto* problem = std::get_if<Problem>(&loaded)) {
    std::cerr << problem->message << '\n';
    return kFailedInside;
  }
  const Run& data = std::get<Run>(loaded);
  const Summary summary = summarize(data);
  const auto file = default_report_path(run.directory);
  if (const auto problem = write_report(summary, data, file)) {
    std::cerr << problem->message << '\n';
    return kFailedInside;
  }
  if (json) {
    std::cout << to_json(summary) << '\n';
  } else {
    std::cout << to_table(summary, isatty(STDOUT_FILENO) == 1) << "\nreport: " << file.string() << '\n';
  }
  return kDone;
}

int run(const std::filesystem::path& file, std::filesystem::path out, const std::vector<std::string>& overrides,
        bool json) {
  const ScenarioResult loaded = load_scenario(file, overrides);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&loaded)) {
    for (const ScenarioError& error : *errors) std::cerr << error.text() << '\n';
    return kBadInput;
  }
  const Scenario& scenario = std::get<Scenario>(loaded);
  if (out.empty()) out = fresh_directory(scenario.name, scenario.seed);
  if (std::filesystem::exists(out / "manifest.json")) {
    std::cerr << out.string() << ": holds a run already; name a new directory with --out, or remove it\n";
    return kBadInput;
  }

  std::signal(SIGINT, want_stop);
  std::signal(SIGTERM, want_stop);
  std::cerr << fmt::format("{}: {} homes, {} simulated, seed {}, into {}\n",
                           scenario.title.empty() ? scenario.name : scenario.title, scenario.isp.homes,
                           span_text(scenario.duration_s), scenario.seed, out.string());
  ProgressLine line;
  const auto result = simulate(scenario, out, [&line](const ProgressReport& p) { return line(p); });
  line.end();
  if (const auto* problem = std::get_if<Problem>(&result)) {
    std::cerr << problem->message << '\n';
    return kFailedInside;
  }
  const RunSummary& summary = std::get<RunSummary>(result);
  if (summary.interrupted) {
    std::cerr << "interrupted; " << out.string() << " is marked incomplete, and no report will read it\n";
    return kInterrupted;
  }
  return report_on(summary, json);
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments(
      "lazaret run", "Simulates a scenario in ns-3 with the core in line, then reports.",
      "Examples:\n  lazaret run scenarios/cipp_2007.yaml\n  lazaret run scenarios/smoke.yaml --seed 7 --set "
      "isp.homes=50 --json\n"
      "Exit codes: 0 done, 2 bad input, 3 failed inside (a full disk too), 130 interrupted.");
  std::filesystem::path file, out;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> overrides;
  unsigned processes = 1;
  bool json = false;
  arguments.option("scenario", &file, "a scenario file").required();
  arguments.option("--out", &out, "run directory (default: runs/NAME-SEED, with -2, -3 ... where that exists)");
  arguments.option("--seed", &seed, "seed in place of the scenario's");
  arguments.option("--set", &overrides, "KEY=VALUE in place of the scenario's; repeatable").repeatable(true);
  arguments.option("--processes", &processes, "only 1: a run is one process").within(1, 1);
  arguments.flag("--json", &json, "one JSON document on standard output");
  return arguments.run(count, values, [&] {
    if (seed) overrides.push_back("seed=" + std::to_string(*seed));
    return run(file, out, overrides, json);
  });
}
