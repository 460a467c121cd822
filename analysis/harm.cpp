#include "analysis/harm.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

namespace lazaret {
namespace {

constexpr double kMinute_s = 60;

/// The behaviours of this scenario that use a service; truth's outcomes name the service only.
bool uses(const std::string& behaviour, const std::string& service) {
  constexpr std::pair<std::string_view, std::string_view> kUses[] = {{"spam_bot", "direct_smtp"},
                                                                     {"scanner", "probe"},
                                                                     {"dga", "dns"},
                                                                     {"relay_spam", "relay_smtp"},
                                                                     {"brute_force", "login"}};
  return std::find(std::begin(kUses), std::end(kUses),
                   std::pair<std::string_view, std::string_view>(behaviour, service)) != std::end(kUses);
}

double rate_per_min(const Scenario& scenario, const std::string& behaviour) {
  double weighted = 0, homes = 0;
  for (const InfectionPlan& plan : scenario.infections)
    if (plan.behaviour == behaviour)
      weighted += plan.rate_per_min * static_cast<double>(plan.homes), homes += static_cast<double>(plan.homes);
  return homes > 0 ? weighted / homes : 0;
}

/// As planned: an infection goes on from its begin to the end of the run, as if nobody had cleaned it.
void add_intended(Harm& harm, const Timeline& timeline, const Scenario& scenario) {
  for (const auto& [account, line] : timeline.accounts())
    for (const InfectionSpan& infection : line.infections) {
      if (!uses(infection.behaviour, harm.service)) continue;
      const double rate = rate_per_min(scenario, infection.behaviour);
      for (std::size_t m = 0; m < harm.minutes.size(); ++m) {
        const double from = static_cast<double>(m) * kMinute_s, to = std::min(from + kMinute_s, timeline.end_s());
        harm.minutes[m].intended += rate * std::max(0.0, to - std::max(from, infection.from_s)) / kMinute_s;
      }
    }
}

}  // namespace

std::vector<Harm> tally_harm(const Timeline& timeline, const Run& run) {
  const auto minutes = static_cast<std::size_t>(std::max(1.0, std::ceil(timeline.end_s() / kMinute_s)));
  std::map<std::string, Harm> by_service;
  for (const TruthCount& c : run.truth.counts) {
    if (!c.malicious) continue;
    Harm& harm = by_service[c.service];
    harm.minutes.resize(minutes);
    const bool restricted = c.standing == Phase::restricted;
    HarmMinute& m = harm.minutes[std::min(minutes - 1, std::size_t{c.minute})];
    for (HarmTally* t : {restricted                    ? &harm.restricted
                         : c.standing == Phase::before ? &harm.before
                                                       : &harm.between,
                         restricted ? &m.restricted : &m.open})
      t->attempts += c.attempts, t->ok += c.result == "ok" ? c.attempts : 0;
  }
  std::vector<Harm> result;
  for (auto& [service, harm] : by_service) {
    harm.service = service;
    add_intended(harm, timeline, run.scenario);
    result.push_back(std::move(harm));
  }
  return result;
}

}  // namespace lazaret
