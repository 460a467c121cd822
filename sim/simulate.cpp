#include "sim/simulate.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <deque>
#include <memory>

#include "core/conductor/conductor.hpp"
#include "sim/population/exchange.hpp"
#include "sim/rendering.hpp"
#include "sim/room.hpp"

namespace lazaret {
namespace {

// A lane has few accounts, and there are many lanes.
constexpr std::uint32_t kEventsPerLane = 4096;

double in_days(Timestamp t) { return in_seconds(t) / 86400; }

Limits limits_for(const Scenario& scenario) {
  Limits limits;
  const auto homes = static_cast<std::uint32_t>(scenario.isp.homes);
  if (scenario.fidelity == kWire) {
    // An engine has its lane's homes; a replay spreads them by a hash, not quite evenly.
    const unsigned lanes = wire_lanes(scenario);
    std::uint32_t each = homes / lanes + 1;
    if (scenario.internet.isps > 1)
      for (const IspShare& isp : make_isps(scenario))
        each = std::max(each, static_cast<std::uint32_t>(std::min<std::size_t>(isp.homes, kHomesPerLane)));
    limits.accounts = limits.bindings = std::max(limits.accounts, lanes == 1 ? each : each + each / 4);
    limits.events = kEventsPerLane;
    return limits;
  }
  limits.accounts = std::max(limits.accounts, homes + homes / 4);
  limits.bindings = std::max(limits.bindings, 4 * homes);  // a /32 and a /56 a home: none is of another kind
  return limits;
}

Manifest first_manifest(const Scenario& scenario, const Limits& limits) {
  Manifest manifest;
  manifest.scenario = scenario.name;
  manifest.world = scenario.fidelity == kWire ? "wire" : "ns-3 3.37 stack";
  manifest.seed = scenario.seed;
  manifest.shards = scenario.fidelity == kWire ? wire_lanes(scenario) : static_cast<unsigned>(scenario.shards);
  manifest.limits = limits;
  manifest.policy_sha256 = policy_digest(scenario.policy);
  manifest.versions = {{"lazaret", LAZARET_VERSION}, {"ns-3", "3.37"}, {"compiler", "GCC " __VERSION__}};
  return manifest;
}

/// The league table's raw figures; one ISP alone is no league.
void write_isps(const Plan& plan, const std::vector<std::uint64_t>& mails, TruthWriter& truth) {
  if (plan.isps.size() == 1) return;
  for (std::size_t i = 0; i < plan.isps.size(); ++i) {
    const IspShare& isp = plan.isps[i];
    TruthIsp row{
        isp.name, static_cast<std::uint32_t>(isp.first + 1), static_cast<std::uint32_t>(isp.homes), isp.acts, 0,
        mails[i]};
    for (std::size_t h = isp.first; h < isp.first + isp.homes; ++h)
      row.vulnerable += plan.homes[h].infection.has_value();
    truth.add(row);
  }
}

}  // namespace

std::variant<RunSummary, Problem> simulate(const Scenario& wanted, const std::filesystem::path& out,
                                           const Progress& progress, const Gauge& gauge) {
  Scenario scenario = wanted;
  if (const auto available = octets_available())
    if (auto problem = too_large(scenario, *available)) return *problem;
  const Plan plan = make_plan(scenario);
  const Limits limits = limits_for(scenario);
  auto created = RunWriter::create(out, scenario, first_manifest(scenario, limits));
  if (auto* problem = std::get_if<Problem>(&created)) return *problem;
  RunWriter& writer = std::get<RunWriter>(created);
  auto opened = TruthWriter::create(out, scenario.attempts == kAttemptsCounted);
  if (auto* problem = std::get_if<Problem>(&opened)) return *problem;
  TruthWriter& truth = std::get<TruthWriter>(opened);
  writer.tell([&truth](const Event& event) { truth.hear(event); });

  RunSummary summary;
  summary.directory = out;
  Timestamp end;
  Counters counters;
  std::uint64_t lost = 0, events = 0;
  double setup_s = 0, cpu_s = 0;
  {
    const auto built_from = std::chrono::steady_clock::now();
    const auto rendering = (scenario.fidelity == kWire ? make_wire : make_stack)(scenario, plan, limits, writer, gauge);
    std::deque<Attempts> attempts;  // one a lane
    std::vector<TruthLog*> logs;
    for (unsigned lane = 0; lane < rendering->lanes(); ++lane)
      logs.push_back(&attempts
                          .emplace_back(rendering->renderer(lane), rendering->clock(lane),
                                        [&rendering, lane](const Command& c) { rendering->order(lane, c); })
                          .log());
    std::deque<Household> households;
    for (const HomePlan& home : plan.homes) {
      truth.add(TruthAccount{home.account.value, to_text(home.ipv4), home.ipv6 ? to_text(*home.ipv6) : std::string(),
                             static_cast<std::int64_t>(home.devices.size())});
      households.emplace_back(scenario, plan, home, attempts[rendering->lane_of(home.account)]);
    }
    const auto began = std::chrono::steady_clock::now();
    const std::clock_t cpu_began = std::clock();
    const auto wall_s = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
    setup_s = std::chrono::duration<double>(began - built_from).count();
    Exchange exchange(scenario, attempts, households);
    // Once a simulated second: infections are passed on, what happened is written down, progress is shown, a full disk or a wish to stop is noticed.
    double simulated_s = 0;
    rendering->run({std::llround(scenario.duration_s * 1e9)}, [&] {
      ++simulated_s;
      exchange.spread();
      // An attempt is written once every event up to its end has been told: that is so of the epochs that are over.
      const Timestamp now{std::llround(simulated_s * 1e9)};
      TruthLog::write(logs, truth, epoch_end(scenario.policy, now) - milliseconds(scenario.policy.conductor_epoch_ms));
      summary.interrupted = progress && !progress({simulated_s, scenario.duration_s, wall_s(), rendering->packets()});
      return !summary.interrupted && writer.failed() == nullptr;
    });
    TruthLog::write(logs, truth, kNever);
    cpu_s = static_cast<double>(std::clock() - cpu_began) / CLOCKS_PER_SEC;
    for (const Household& household : households) household.finish(truth);
    rendering->write_passages(truth);
    write_isps(plan, rendering->mails_received(), truth);
    end = rendering->clock(0).now();
    counters = rendering->counters();
    lost = rendering->lost();
    events = rendering->events();
    summary.packets = rendering->packets();
    summary.wall_s = wall_s();
  }
  const auto truth_problem = truth.close();
  if (const Problem* problem = writer.failed()) return *problem;
  if (truth_problem) return *truth_problem;
  if (summary.interrupted) return summary;
  auto finished = writer.finish(end, counters,
                                {{"wall_s", summary.wall_s},
                                 {"setup_s", setup_s},
                                 {"cpu_s", cpu_s},
                                 {"account_days", static_cast<double>(scenario.isp.homes) * in_days(end)},
                                 {"simulated_s", scenario.duration_s},
                                 {"packets", static_cast<double>(summary.packets)},
                                 {"simulator_events", static_cast<double>(events)},
                                 {"queue_losses", static_cast<double>(lost)}});
  if (auto* problem = std::get_if<Problem>(&finished)) return *problem;
  summary.manifest = std::move(std::get<Manifest>(finished));
  return summary;
}

}  // namespace lazaret
