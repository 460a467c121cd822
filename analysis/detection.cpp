#include "analysis/detection.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace lazaret {
namespace {

constexpr double kSecondsPerDay = 86400;

/// When the account was first held after the infection began; at once, if it was held already.
std::optional<double> caught_at(const AccountLine& line, const InfectionSpan& infection) {
  if (line.restricted_at(infection.from_s)) return infection.from_s;
  for (const Entry& entry : line.entries)
    if (entry.at_s >= infection.from_s && entry.at_s <= infection.to_s) return entry.at_s;
  return std::nullopt;
}

struct Cases {
  std::set<std::uint32_t> infected, caught;
  std::vector<Followed> followed;
};

BehaviourScore score_of(std::string behaviour, const Cases& cases) {
  BehaviourScore s;
  s.behaviour = std::move(behaviour);
  s.share = exact_share(cases.caught.size(), cases.infected.size());
  s.waiting = kaplan_meier(cases.followed);
  s.median_s = s.waiting.quantile(0.5);
  s.p90_s = s.waiting.quantile(0.9);
  s.median_low_s = s.waiting.quantile_low(0.5);
  s.median_high_s = s.waiting.quantile_high(0.5);
  return s;
}

FalsePositives score_wrong(const Timeline& timeline) {
  FalsePositives wrong;
  double at_risk_s = 0;
  std::set<std::uint32_t> accounts;
  for (const auto& [account, line] : timeline.accounts()) {
    const bool ever = !line.infections.empty();
    for (const Entry& entry : line.entries)
      if (!entry.infected) wrong.entries.push_back({account, entry.at_s, ever}), accounts.insert(account);
    at_risk_s += line.seconds(false, false);
    (ever ? wrong.hours_after_cleaning : wrong.hours_never_infected) += line.seconds(false, true) / 3600;
    if (!ever) ++wrong.clean_accounts, wrong.clean_accounts_held += line.quarantined();
  }
  std::stable_sort(wrong.entries.begin(), wrong.entries.end(),
                   [](const WrongEntry& a, const WrongEntry& b) { return a.at_s < b.at_s; });
  wrong.accounts = accounts.size();
  wrong.exposure_days = at_risk_s / kSecondsPerDay;
  if (wrong.exposure_days > 0) {
    const std::uint64_t k = wrong.entries.size();
    const Interval counts = garwood(k);
    wrong.per_account_day = static_cast<double>(k) / wrong.exposure_days;
    wrong.interval = {counts.low / wrong.exposure_days, counts.high / wrong.exposure_days};
    wrong.upper95 = poisson_upper(k) / wrong.exposure_days;
  }
  return wrong;
}

}  // namespace

Detection score_detection(const Timeline& timeline) {
  Detection result;
  std::map<std::string, Cases> by_behaviour;
  Cases all;
  for (const auto& [account, line] : timeline.accounts()) {
    ++result.accounts;
    for (const InfectionSpan& infection : line.infections) {
      const std::optional<double> caught = caught_at(line, infection);
      const Followed followed{caught.value_or(infection.to_s) - infection.from_s, caught.has_value()};
      for (Cases* cases : {&by_behaviour[infection.behaviour], &all}) {
        cases->infected.insert(account);
        if (caught) cases->caught.insert(account);
        cases->followed.push_back(followed);
      }
    }
    if (!line.infections.empty() && !all.caught.contains(account)) {
      const InfectionSpan& first = line.infections.front();
      result.missed.push_back({account, first.behaviour, first.from_s, first.to_s - first.from_s, first.cleaned});
    }
  }
  for (const auto& [behaviour, cases] : by_behaviour) result.behaviours.push_back(score_of(behaviour, cases));
  result.all = score_of("all", all);
  result.infected = all.infected.size();
  result.caught = all.caught.size();
  result.share = result.all.share;
  result.wrong = score_wrong(timeline);
  return result;
}

}  // namespace lazaret
