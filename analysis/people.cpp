#include "analysis/people.hpp"

#include <map>
#include <set>

#include "analysis/survival.hpp"
#include "core/command.hpp"

namespace lazaret {
namespace {

void count_events(People& people, const Run& run) {
  std::set<std::uint32_t> used_up, without_later, told, told_and_held, administrators, asked;
  for (const Event& event : run.events) {
    const bool none_left = event.later_left == 0 && run.scenario.policy.quarantine_later_max > 0;
    switch (event.kind) {
      case EventKind::deferred:
        ++people.deferrals;
        if (none_left) used_up.insert(event.account.value);
        break;
      case EventKind::deferral_lapsed:
        ++people.deferrals_lapsed;
        if (none_left) without_later.insert(event.account.value);
        break;
      case EventKind::quarantined:
      case EventKind::remediation_lapsed:
        if (event.kind == EventKind::quarantined && told.contains(event.account.value))
          told_and_held.insert(event.account.value);
        people.remediations_lapsed += event.kind == EventKind::remediation_lapsed;
        if (none_left) without_later.insert(event.account.value);
        break;
      case EventKind::remediation_began:
        ++people.remediations;
        break;
      case EventKind::choice_refused:
        people.refused_now += event.observed == static_cast<std::int64_t>(Choice::now);
        people.refused_later += event.observed == static_cast<std::int64_t>(Choice::later);
        people.refused_already += event.observed == static_cast<std::int64_t>(Choice::already);
        break;
      case EventKind::probation_passed:
        ++people.probations_passed;
        break;
      case EventKind::notified:
        told.insert(event.account.value);
        break;
      case EventKind::administrator_notified:
        administrators.insert(event.account.value);
        break;
      case EventKind::operator_asked:
        asked.insert(event.account.value);
        break;
      case EventKind::appealed:
        ++people.appeals;
        break;
      case EventKind::operator_released:
        ++people.operator_releases;
        break;
      case EventKind::auto_released:
        ++people.auto_released;
        break;
      default:
        break;
    }
  }
  people.later_used_up = used_up.size();
  people.held_without_later = without_later.size();
  people.notified = told.size();
  people.notified_then_quarantined = told_and_held.size();
  people.administrators_told = administrators.size();
  people.operators_asked = asked.size();
}

void follow_claims(People& people, const Timeline& timeline) {
  std::vector<Followed> followed;
  for (Claim& claim : people.claims) {
    const AccountLine& line = timeline.of(claim.account);
    double until = timeline.end_s();
    for (const InfectionSpan& i : line.infections)
      if (claim.at_s >= i.from_s && claim.at_s < i.to_s) until = i.to_s;
    for (const Entry& entry : line.entries)
      if (entry.at_s > claim.at_s) {
        claim.caught_at_s = entry.at_s;
        break;
      }
    ++(claim.infected ? people.claims_false : people.claims_true);
    if (!claim.infected) continue;
    const bool caught = claim.caught_at_s && *claim.caught_at_s <= until;
    people.false_caught_again += caught;
    followed.push_back({(caught ? *claim.caught_at_s : until) - claim.at_s, caught});
  }
  people.median_to_recatch_s = kaplan_meier(followed).quantile(0.5);
}

}  // namespace

People tally_people(const Timeline& timeline, const Run& run) {
  People people;
  std::map<std::uint32_t, double> first_view;
  std::set<std::uint32_t> cleaning;
  for (const TruthAct& act : run.truth.acts) {
    if (act.what == "saw_page") ++people.page_views, first_view.try_emplace(act.account, act.at_s);
    people.ignored += act.what == "ignored";
    if (act.what == "cleaned" && !cleaning.contains(act.account)) ++people.cleaned_unasked;
    if (act.what == "cleaned" && cleaning.erase(act.account) > 0) ++people.cleaned;
    if (act.what == "cleaning_failed") ++people.cleaning_failed, cleaning.erase(act.account);
    if (act.what != "chose") continue;
    cleaning.erase(act.account);
    if (act.choice == "now") cleaning.insert(act.account);
    people.chose_now += act.choice == "now";
    people.chose_later += act.choice == "later";
    people.chose_already += act.choice == "already";
    if (act.choice == "already") people.claims.push_back({act.account, act.at_s, act.infected, std::nullopt});
  }
  for (const TruthCount& c : run.truth.counts)
    if (c.result == "portal") people.portal_answers += c.attempts;
  std::vector<Followed> to_page;
  for (const auto& [account, line] : timeline.accounts()) {
    if (line.entries.empty()) continue;
    ++people.accounts_quarantined;
    const double held_from = line.entries.front().at_s;
    const auto view = first_view.find(account);
    const bool saw = view != first_view.end() && view->second >= held_from;
    people.accounts_saw_page += saw;
    to_page.push_back({(saw ? view->second : timeline.end_s()) - held_from, saw});
    for (const Entry& entry : line.entries) people.relapses += entry.relapse;
  }
  people.median_to_page_s = kaplan_meier(to_page).quantile(0.5);
  count_events(people, run);
  follow_claims(people, timeline);
  return people;
}

}  // namespace lazaret
