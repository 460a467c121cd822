#include "scenarios/attempt_counts.hpp"

#include <algorithm>

namespace lazaret {

void AttemptCounts::hear(const Event& event) {
  if (event.account == kNobody) return;
  const bool restricted = is_restricted(event.state), held = event.kind == EventKind::quarantined;
  auto found = accounts_.find(event.account.value);
  if (found == accounts_.end()) {
    if (!restricted && !held) return;
    found = accounts_.try_emplace(event.account.value).first;
  }
  Account& account = found->second;
  const double at_s = static_cast<double>(event.at.ns) / 1e9;
  if (held && !account.held) account.held = true, account.first_held_s = at_s;
  const bool before = !account.changes.empty() && account.changes.back().restricted;
  if (restricted == before) return;
  // What lasted no time at all leaves no trace.
  if (!account.changes.empty() && account.changes.back().at_s == at_s)
    account.changes.pop_back();
  else
    account.changes.push_back({at_s, restricted});
}

std::pair<Phase, bool> AttemptCounts::standing(std::uint32_t account, double from_s, double to_s) const {
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return {Phase::before, false};
  const Account& a = found->second;
  const auto after = std::upper_bound(a.changes.begin(), a.changes.end(), from_s,
                                      [](double t, const Change& change) { return t < change.at_s; });
  const bool straddles = after != a.changes.end() && after->at_s <= to_s;
  if (after != a.changes.begin() && std::prev(after)->restricted) return {Phase::restricted, straddles};
  return {a.held && from_s >= a.first_held_s ? Phase::open_again : Phase::before, straddles};
}

void AttemptCounts::count(const TruthOutcome& o) {
  const auto minute = static_cast<std::uint32_t>(std::max(0.0, o.at_s) / 60);
  const auto [standing, straddles] = this->standing(o.account, o.at_s, o.at_s + o.took_s);
  ++counts_[{minute, o.service, o.malicious, o.result, standing, straddles}];
}

std::vector<TruthCount> AttemptCounts::rows() const {
  std::vector<TruthCount> rows;
  for (const auto& [key, attempts] : counts_) {
    const auto& [minute, service, malicious, result, standing, straddles] = key;
    rows.push_back({minute, service, malicious, result, standing, straddles, attempts});
  }
  return rows;
}

}  // namespace lazaret
