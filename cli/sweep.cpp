// lazaret sweep SWEEP: many runs of one scenario, each in a process of its own, into one table.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <thread>
#include <variant>
#include <vector>

#include "analysis/sweep/plan.hpp"
#include "analysis/sweep/table.hpp"
#include "cli/arguments.hpp"
#include "cli/sweep_jobs.hpp"
#include "scenarios/output_file.hpp"

namespace {

using namespace lazaret;
namespace fs = std::filesystem;

volatile std::sig_atomic_t stop_wanted = 0;
extern "C" void want_stop(int) { stop_wanted = 1; }

struct Request {
  fs::path file, out;
  unsigned jobs = 0;
  bool resume = false, keep = false, json = false;
};

int refuse(const std::string& why) {
  std::cerr << "lazaret sweep: " << why << '\n';
  return kBadInput;
}

/// One line that is rewritten on a terminal; plain lines, a tenth of the sweep apart, elsewhere.
class Progress {
 public:
  Progress(std::size_t runs, std::size_t before) : runs_(runs), before_(before), told_(before) {}
  void show(std::size_t done, std::size_t failed) {
    const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    const std::size_t fresh = done + failed - before_;
    const double left_s =
        fresh == 0 ? 0 : wall_s / static_cast<double>(fresh) * static_cast<double>(runs_ - done - failed);
    const std::string text = fmt::format("{} of {} runs{}, {:.0f} s so far, about {:.0f} s left", done, runs_,
                                         failed == 0 ? "" : fmt::format(", {} failed", failed), wall_s, left_s);
    if (terminal_) {
      std::cerr << "\r\x1b[K" << text << std::flush;
    } else if ((done + failed - told_) * 10 >= runs_ || done + failed == runs_) {
      told_ = done + failed;
      std::cerr << text << '\n';
    }
  }
  void end() const {
    if (terminal_) std::cerr << "\r\x1b[K" << std::flush;
  }

 private:
  std::size_t runs_, before_, told_;
  bool terminal_ = isatty(STDERR_FILENO) == 1;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// Held until this process ends, however it does.
bool lock(const fs::path& out) {
  const int file = open((out / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  return file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0;
}

std::vector<std::string> command_for(const SweepPlan& plan, const Request& request, std::size_t run,
                                     const fs::path& directory) {
  std::vector<std::string> words = {fs::read_symlink("/proc/self/exe").parent_path() / "lazaret-run", plan.scenario};
  for (const std::string& assignment : plan.overrides_of(run / plan.seeds.size())) {
    words.emplace_back("--set");
    words.push_back(assignment);
  }
  // A journal is for replay; without one, a run takes little room and the same course.
  if (!request.keep) words.insert(words.end(), {"--set", "journal=off"});
  words.insert(words.end(),
               {"--seed", std::to_string(plan.seeds[run % plan.seeds.size()]), "--out", directory, "--json"});
  return words;
}

struct Outcome {
  std::size_t done = 0, failed = 0;
  std::optional<Problem> problem;
};

Outcome work(const SweepPlan& plan, const Request& request, SweepTable& table) {
  std::vector<std::size_t> waiting;
  Outcome outcome;
  for (std::size_t run = 0; run < plan.runs(); ++run) {
    if (table.has(run))
      ++outcome.done;
    else
      waiting.push_back(run);
  }
  const fs::path runs = request.out / "runs";
  Progress progress(plan.runs(), outcome.done);
  SweepJobs jobs(request.jobs);
  std::size_t next = 0;
  const auto take = [&](const FinishedJob& job) {
    const fs::path base = runs / fmt::format("{:06}", job.number);
    const auto figures = job.exit_code == kDone ? figures_of(job.out) : std::nullopt;
    if (figures) {
      outcome.problem = table.put(job.number, *figures);
      outcome.done += outcome.problem ? 0 : 1;
      std::error_code ignored;
      if (!request.keep) fs::remove_all(base, ignored);
    } else if (stop_wanted == 0) {
      ++outcome.failed;
      progress.end();
      std::cerr << fmt::format(
          "run {} (seed {}{}) failed with exit code {}: {}\n", job.number, plan.seeds[job.number % plan.seeds.size()],
          [&] {
            std::string set;
            for (const auto& o : plan.overrides_of(job.number / plan.seeds.size())) set += ", " + o;
            return set;
          }(),
          job.exit_code, job.last_words);
    }
    progress.show(outcome.done, outcome.failed);
  };
  while (!outcome.problem && stop_wanted == 0 && (next < waiting.size() || jobs.busy() > 0)) {
    while (next < waiting.size() && jobs.has_room()) {
      const std::size_t run = waiting[next++];
      const fs::path directory = runs / fmt::format("{:06}", run);
      std::error_code ignored;
      fs::remove_all(directory, ignored);  // what a killed sweep left half done
      if (auto problem = jobs.start(run, command_for(plan, request, run, directory), directory.string() + ".log")) {
        outcome.problem = std::move(problem);
        break;
      }
    }
    if (auto job = jobs.wait()) take(*job);
  }
  jobs.stop();
  progress.end();
  return outcome;
}

int sweep(Request request) {
  auto loaded = load_sweep(request.file);
  if (const auto* errors = std::get_if<1>(&loaded)) {
    for (const ScenarioError& e : *errors) std::cerr << e.text() << '\n';
    return kBadInput;
  }
  const auto& plan = std::get<SweepPlan>(loaded);
  if (request.out.empty()) request.out = fs::path("sweeps") / plan.name;
  if (request.jobs == 0) request.jobs = std::max(1U, std::thread::hardware_concurrency());
  if (fs::exists(request.out / "sweep.sqlite") && !request.resume)
    return refuse(request.out.string() +
                  ": holds a sweep already; go on with it by --resume, or name a new directory with --out");
  std::error_code error;
  fs::create_directories(request.out / "runs", error);
  if (error) return refuse(fmt::format("{}: cannot be made: {}", request.out.string(), error.message()));
  if (!lock(request.out)) return refuse(request.out.string() + ": another sweep is at work in it");
  auto opened = SweepTable::open(request.out / "sweep.sqlite", plan, LAZARET_VERSION);
  if (const auto* problem = std::get_if<Problem>(&opened)) return refuse(problem->message);
  auto& table = std::get<SweepTable>(opened);

  // Without SA_RESTART: the wait for the next run must end.
  struct sigaction stop {};
  stop.sa_handler = want_stop;
  sigaction(SIGINT, &stop, nullptr);
  sigaction(SIGTERM, &stop, nullptr);
  std::cerr << fmt::format("{}: {} cells, {} seeds, {} runs, {} at a time, into {}\n", plan.name, plan.cells(),
                           plan.seeds.size(), plan.runs(), request.jobs, request.out.string());
  const Outcome outcome = work(plan, request, table);
  if (outcome.problem) {
    std::cerr << outcome.problem->message << '\n';
    return kFailedInside;
  }
  if (stop_wanted != 0) {
    std::cerr << fmt::format("interrupted; {} of {} runs are in the table, --resume does the rest\n", outcome.done,
                             plan.runs());
    return kInterrupted;
  }
  const std::vector<SweepCell> cells = cells_of(plan, table);
  const fs::path runs_file = request.out / "runs.csv", cells_file = request.out / "cells.csv";
  for (const auto& [file, text] :
       {std::pair{runs_file, runs_csv(plan, table)}, std::pair{cells_file, cells_csv(plan, cells)}})
    if (const auto problem = replace_file(file, text)) {
      std::cerr << problem->message << '\n';
      return kFailedInside;
    }
  if (request.json) {
    std::cout << nlohmann::ordered_json{{"table", runs_file.string()},
                                        {"cells", cells_file.string()},
                                        {"runs", outcome.done},
                                        {"failed", outcome.failed}}
                     .dump(2)
              << '\n';
  } else {
    if (!plan.question.empty()) std::cout << plan.question << "\n\n";
    std::cout << to_table(plan, cells) << "\nruns: " << runs_file.string() << "\ncells: " << cells_file.string()
              << '\n';
  }
  return outcome.failed == 0 ? kDone : kFailedInside;
}

constexpr const char* kFooter =
    "A sweep file names a scenario, seeds, and axes: any keys that --set takes. Every combination is run with every "
    "seed.\n\n"
    "  scenario: cipp_2007.yaml        # relative to this file\n"
    "  question: Are slow spam bots caught?\n"
    "  set: {fidelity: wire}           # of every run\n"
    "  seeds: {from: 1, count: 30}     # or [1, 2, 3]\n"
    "  axes:\n"
    "    infections.0.rate_per_min: [1, 3, 10, 30]\n\n"
    "What is finished is in sweep.sqlite at once; after an interruption or a kill, --resume does the rest, and the "
    "tables "
    "come\n"
    "out the same, whatever the number of processes.\n\n"
    "Examples:\n"
    "  lazaret sweep scenarios/sweeps/spam_rates.yaml\n"
    "  lazaret sweep scenarios/sweeps/spam_rates.yaml --resume --jobs 1 --json\n\n"
    "Exit codes: 0 all runs are in the table; 2 bad input; 3 some run failed, or the machine did; 130 interrupted";

}  // namespace

int main(int count, char** values) {
  Arguments arguments("lazaret sweep", "Runs a scenario over axes of keys and seeds, and tabulates what came of it.",
                      kFooter);
  Request request;
  std::string on = "local";
  arguments.option("sweep", &request.file, "a sweep file").required();
  arguments.option("--out", &request.out, "directory for the tables (default: sweeps/NAME)");
  arguments.option("--jobs", &request.jobs, "processes at a time (default: one a core)").within(1U, 1024U);
  arguments.option("--on", &on, "where: this machine's cores are all there is").one_of({"local"});
  arguments.flag("--resume", &request.resume, "go on with what an earlier call left in --out");
  arguments.flag("--keep", &request.keep, "keep every run's directory, journals included, under runs/");
  arguments.flag("--json", &request.json, "one JSON document on standard output");
  return arguments.run(count, values, [&] { return sweep(request); });
}
