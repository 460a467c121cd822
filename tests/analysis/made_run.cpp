#include "tests/analysis/made_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "scenarios/attempt_counts.hpp"

namespace lazaret::made {
namespace {

Timestamp at(double seconds_) { return {static_cast<std::int64_t>(std::llround(seconds_ * 1e9))}; }

template <typename T>
void by_time(std::vector<T>& rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const T& a, const T& b) { return std::pair(a.at_s, a.account) < std::pair(b.at_s, b.account); });
}

}  // namespace

Making::Making(std::uint32_t homes, double end_s) {
  run.directory = "runs/made";
  run.scenario.name = "made";
  run.scenario.title = "A made run";
  run.scenario.duration_s = end_s;
  run.scenario.isp.homes = homes;
  run.manifest.complete = true;
  run.manifest.scenario = "made";
  run.manifest.world = "made by hand";
  run.manifest.seed = 7;
  run.manifest.end = at(end_s);
  for (std::uint32_t a = 1; a <= homes; ++a)
    run.truth.accounts.push_back(
        {a, "100.64.0." + std::to_string(a), a % 2 ? "2001:db8:" + std::to_string(a) + "::/56" : "", 4});
}

Making& Making::infect(std::uint32_t account, double from_s, std::optional<double> until_s, std::string behaviour) {
  run.truth.infections.push_back({account, "pc", std::move(behaviour), from_s, until_s});
  return *this;
}

Making& Making::event(std::uint32_t account, double at_s, EventKind kind, State state, std::uint8_t later_left,
                      bool from_probation, std::int64_t observed) {
  Event e;
  e.at = at(at_s);
  e.account = {account};
  e.kind = kind;
  e.state = state;
  e.later_left = later_left;
  e.from_probation = from_probation;
  e.observed = observed;
  run.events.push_back(e);
  return *this;
}

Making& Making::quarantine(std::uint32_t account, double at_s, std::uint8_t later_left, bool from_probation) {
  event(account, at_s - 1, EventKind::quarantine_proposed, State::proposed, later_left, from_probation, 20 * kNat);
  return event(account, at_s, EventKind::quarantined, State::quarantined, later_left, from_probation, 20 * kNat);
}

Making& Making::outcome(std::uint32_t account, double at_s, double took_s, std::string service, std::string result,
                        bool malicious) {
  outcomes.push_back({at_s, took_s, account, "pc", std::move(service), malicious, std::move(result)});
  return *this;
}

Making& Making::act(std::uint32_t account, double at_s, std::string what, std::string choice, bool infected) {
  run.truth.acts.push_back({at_s, account, std::move(what), std::move(choice), infected});
  return *this;
}

Run Making::done() {
  std::stable_sort(run.events.begin(), run.events.end(), [](const Event& a, const Event& b) {
    return std::pair(a.at, a.account) < std::pair(b.at, b.account);
  });
  std::vector<std::uint32_t> next(run.truth.accounts.size() + 2, 0);
  for (Event& e : run.events) e.sequence = next[std::min<std::size_t>(e.account.value, next.size() - 1)]++;
  by_time(outcomes);
  AttemptCounts counts;
  for (const Event& e : run.events) counts.hear(e);
  for (const TruthOutcome& o : outcomes) counts.count(o);
  run.truth.counts = counts.rows();
  by_time(run.truth.acts);
  return run;
}

}  // namespace lazaret::made
