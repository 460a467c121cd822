#include "sim/simulate.hpp"

#include <ns3/object-factory.h>
#include <ns3/simulator.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>

#include "sim/population/household.hpp"
#include "sim/world/isp.hpp"

namespace lazaret {
namespace {

Limits limits_for(const Scenario& scenario) {
  Limits limits;
  const auto homes = static_cast<std::uint32_t>(scenario.isp.homes);
  limits.accounts = std::max(limits.accounts, homes + homes / 4);
  limits.bindings = std::max(limits.bindings, 4 * homes);  // a /32 and a /56 a home: none is of another kind
  return limits;
}

Manifest first_manifest(const Scenario& scenario, const Limits& limits) {
  Manifest manifest;
  manifest.scenario = scenario.name;
  manifest.world = "ns-3 3.37 stack";
  manifest.seed = scenario.seed;
  manifest.shards = static_cast<unsigned>(scenario.shards);
  manifest.limits = limits;
  manifest.policy_sha256 = policy_digest(scenario.policy);
  manifest.versions = {{"lazaret", LAZARET_VERSION}, {"ns-3", "3.37"}, {"compiler", "GCC " __VERSION__}};
  return manifest;
}

// ns-3 keeps its simulator in globals; whatever way a run ends, it leaves them clean.
struct Simulation {
  Simulation() {
    ns3::ObjectFactory scheduler;
    scheduler.SetTypeId("ns3::PriorityQueueScheduler");
    ns3::Simulator::SetScheduler(scheduler);
  }
  ~Simulation() { ns3::Simulator::Destroy(); }
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;
};

// Once a simulated second: time passes for the core, progress is shown, a full disk or a wish to stop is noticed.
class Ticker {
 public:
  Ticker(const Scenario& scenario, InlineCore& core, RunWriter& writer, const Progress& progress)
      : scenario_(scenario), core_(core), writer_(writer), progress_(progress) {}

  void tick() {
    core_.tick();
    if (writer_.failed() != nullptr) return ns3::Simulator::Stop();
    if (progress_ &&
        !progress_({ns3::Simulator::Now().GetSeconds(), scenario_.duration_s, wall_s(), core_.judge().packets()})) {
      interrupted = true;
      return ns3::Simulator::Stop();
    }
    ns3::Simulator::Schedule(ns3::Seconds(1), &Ticker::tick, this);
  }
  [[nodiscard]] double wall_s() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }
  bool interrupted = false;

 private:
  const Scenario& scenario_;
  InlineCore& core_;
  RunWriter& writer_;
  const Progress& progress_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

std::variant<RunSummary, Problem> simulate(const Scenario& wanted, const std::filesystem::path& out,
                                           const Progress& progress) {
  Scenario scenario = wanted;
  const Plan plan = make_plan(scenario);
  const Limits limits = limits_for(scenario);
  auto created = RunWriter::create(out, scenario, first_manifest(scenario, limits));
  if (auto* problem = std::get_if<Problem>(&created)) return *problem;
  RunWriter& writer = std::get<RunWriter>(created);
  auto opened = TruthWriter::create(out);
  if (auto* problem = std::get_if<Problem>(&opened)) return *problem;
  TruthWriter& truth = std::get<TruthWriter>(opened);

  RunSummary summary;
  summary.directory = out;
  Wires wires;
  const Simulation simulation;
  Timestamp end;
  Counters counters;
  std::uint64_t lost = 0;
  {
    Isp isp(scenario, plan, limits, writer, wires);
    Attempts attempts(isp.renderer(), isp.clock(), truth);
    std::vector<std::unique_ptr<Household>> households;
    for (const HomePlan& home : plan.homes) {
      truth.add(TruthAccount{home.account.value, to_text(home.ipv4), home.ipv6 ? to_text(*home.ipv6) : std::string(),
                             static_cast<std::int64_t>(home.devices.size())});
      households.push_back(std::make_unique<Household>(scenario, plan, home, attempts));
    }
    Ticker ticker(scenario, isp.core(), writer, progress);
    ns3::Simulator::Schedule(ns3::Seconds(1), &Ticker::tick, &ticker);
    ns3::Simulator::Stop(ns3::NanoSeconds(std::llround(scenario.duration_s * 1e9)));
    ns3::Simulator::Run();

    isp.core().finish();
    for (const auto& household : households) household->finish();
    isp.core().judge().write_passages(truth);
    end = isp.clock().now();
    counters = isp.core().judge().counters();
    lost = isp.lost();
    summary.packets = isp.core().judge().packets();
    summary.interrupted = ticker.interrupted;
    summary.wall_s = ticker.wall_s();
  }
  const auto truth_problem = truth.close();
  if (const Problem* problem = writer.failed()) return *problem;
  if (truth_problem) return *truth_problem;
  if (summary.interrupted) return summary;
  auto finished = writer.finish(end, counters,
                                {{"wall_s", summary.wall_s},
                                 {"simulated_s", scenario.duration_s},
                                 {"packets", static_cast<double>(summary.packets)},
                                 {"queue_losses", static_cast<double>(lost)}});
  if (auto* problem = std::get_if<Problem>(&finished)) return *problem;
  summary.manifest = std::move(std::get<Manifest>(finished));
  return summary;
}

}  // namespace lazaret
