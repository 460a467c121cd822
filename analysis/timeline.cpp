#include "analysis/timeline.hpp"

#include <algorithm>

namespace lazaret {
namespace {

void change(AccountLine& line, double at_s, State state) {
  StateSpan& last = line.states.back();
  if (last.state == state) return;
  last.to_s = at_s;
  // What lasted no time at all (proposed and approved at one instant) leaves no span.
  if (last.to_s <= last.from_s) line.states.pop_back();
  if (!line.states.empty() && line.states.back().state == state)
    line.states.back().to_s = at_s;
  else
    line.states.push_back({at_s, at_s, state});
}

bool within(double t, double from, double to) { return t >= from && t < to; }

}  // namespace

bool AccountLine::infected_at(double t) const {
  return std::any_of(infections.begin(), infections.end(), [t](const InfectionSpan& i) {
    return within(t, i.from_s, i.to_s) || (!i.cleaned && t == i.to_s);
  });
}

bool AccountLine::restricted_at(double t) const {
  return std::any_of(states.begin(), states.end(),
                     [t](const StateSpan& s) { return is_restricted(s.state) && within(t, s.from_s, s.to_s); });
}

double AccountLine::seconds(bool infected, bool restricted) const {
  std::vector<double> edges;
  for (const StateSpan& s : states) edges.insert(edges.end(), {s.from_s, s.to_s});
  for (const InfectionSpan& i : infections) edges.insert(edges.end(), {i.from_s, i.to_s});
  std::sort(edges.begin(), edges.end());
  double sum = 0;
  for (std::size_t i = 1; i < edges.size(); ++i) {
    const double middle = (edges[i - 1] + edges[i]) / 2;
    if (edges[i] > edges[i - 1] && infected_at(middle) == infected && restricted_at(middle) == restricted)
      sum += edges[i] - edges[i - 1];
  }
  return sum;
}

Timeline::Timeline(const Run& run) : end_s_(run.end_s()) {
  const auto line = [this](std::uint32_t account) -> AccountLine& {
    AccountLine& l = lines_[account];
    if (l.states.empty()) l.states.push_back({0, end_s_, State::clear});
    return l;
  };
  nobody_.states.push_back({0, end_s_, State::clear});
  for (const TruthAccount& a : run.truth.accounts) line(a.account);
  for (const TruthInfection& i : run.truth.infections) {
    const bool cleaned = i.until_s.has_value() && *i.until_s < end_s_;
    line(i.account).infections.push_back({i.from_s, cleaned ? *i.until_s : end_s_, cleaned, i.behaviour, i.device});
  }
  for (auto& [account, l] : lines_)
    std::sort(l.infections.begin(), l.infections.end(),
              [](const InfectionSpan& a, const InfectionSpan& b) { return a.from_s < b.from_s; });

  std::map<std::uint32_t, bool> from_probation;  // of the proposal that waits for its approval
  for (const Event& event : run.events) {
    if (event.account == kNobody) continue;
    AccountLine& l = line(event.account.value);
    const double at = in_seconds(event.at);
    if (event.kind == EventKind::quarantine_proposed)
      from_probation[event.account.value] = event.from_probation || l.states.back().state == State::probation;
    if (event.kind == EventKind::quarantined)
      l.entries.push_back({at, event.from_probation || from_probation[event.account.value], l.infected_at(at)});
    change(l, at, event.state);
  }
  for (auto& [account, l] : lines_) l.states.back().to_s = std::max(end_s_, l.states.back().from_s);
}

const AccountLine& Timeline::of(std::uint32_t account) const {
  const auto found = lines_.find(account);
  return found == lines_.end() ? nobody_ : found->second;
}

}  // namespace lazaret
