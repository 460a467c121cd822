#include "analysis/report/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "analysis/words.hpp"
#include "core/evidence/explanation.hpp"

namespace lazaret {
namespace {

using nlohmann::json;

/// Bars of the harm pictures; longer runs put several minutes into one.
constexpr std::size_t kHarmBars = 120;

/// The group an account is shown in: its first behaviour, or none where it never was infected.
std::string group_of(const AccountLine& line) {
  return line.infections.empty() ? "" : line.infections.front().behaviour;
}

json row_of(std::uint32_t account, const AccountLine& line) {
  json states = json::array(), infections = json::array();
  for (const StateSpan& s : line.states)
    if (s.state != State::clear) states.push_back({{"from", s.from_s}, {"to", s.to_s}, {"state", name_of(s.state)}});
  for (const InfectionSpan& i : line.infections)
    infections.push_back(
        {{"from", i.from_s}, {"to", i.to_s}, {"cleaned", i.cleaned}, {"what", behaviour_title(i.behaviour)}});
  return {{"account", account},
          {"group", group_of(line)},
          {"states", states},
          {"infections", infections},
          {"marks", json::array()}};
}

json timeline_of(const Summary& s, const Run& run) {
  std::vector<std::pair<std::uint32_t, const AccountLine*>> shown;
  for (const auto& [account, line] : s.timeline.accounts())
    if (!line.infections.empty() || line.quarantined()) shown.emplace_back(account, &line);
  std::stable_sort(shown.begin(), shown.end(), [](const auto& a, const auto& b) {
    // Wrongly held accounts (no group) lead: they are what a reader must not miss.
    const std::string ga = group_of(*a.second), gb = group_of(*b.second);
    if (ga != gb) return ga < gb;
    const auto begin = [](const AccountLine& l) {
      return l.infections.empty() ? l.entries.front().at_s : l.infections.front().from_s;
    };
    return begin(*a.second) < begin(*b.second);
  });
  const std::size_t all = shown.size();
  if (shown.size() > kTimelineRows) shown.resize(kTimelineRows);
  std::map<std::uint32_t, std::size_t> row_index;
  json rows = json::array();
  for (const auto& [account, line] : shown) row_index[account] = rows.size(), rows.push_back(row_of(account, *line));
  for (const TruthAct& act : run.truth.acts)
    if (const auto row = row_index.find(act.account); row != row_index.end())
      rows[row->second]["marks"].push_back(
          {{"at", act.at_s}, {"what", act.what}, {"choice", act.choice}, {"infected", act.infected}});
  return {{"rows", rows}, {"all", all}};
}

json waiting_of(const Detection& d) {
  json curves = json::array();
  for (const BehaviourScore& b : d.behaviours) {
    json steps = json::array();
    for (const SurvivalStep& step : b.waiting.steps)
      steps.push_back({{"at", step.at_s},
                       {"caught", 1 - step.survival},
                       {"low", 1 - step.band.high},
                       {"high", 1 - step.band.low},
                       {"events", step.events},
                       {"censored", step.censored}});
    curves.push_back({{"title", behaviour_title(b.behaviour)},
                      {"infections", b.waiting.steps.empty() ? 0 : b.waiting.steps.front().at_risk},
                      {"median", b.median_s ? json(*b.median_s) : json(nullptr)},
                      {"steps", steps}});
  }
  return curves;
}

json side_of(const Share& share) {
  return {{"k", share.k},
          {"n", share.n},
          {"value", share.value},
          {"low", share.interval.low},
          {"high", share.interval.high}};
}

json services_of(const std::vector<ServiceScore>& services) {
  json rows = json::array();
  for (const ServiceScore& v : services)
    rows.push_back({{"title", service_title(v.service)},
                    {"inside", side_of(v.inside)},
                    {"outside", side_of(v.outside)},
                    {"effect", name_of(v.effect)}});
  return rows;
}

json harm_of(const std::vector<Harm>& harms, double end_s) {
  json panels = json::array();
  for (const Harm& harm : harms) {
    const std::size_t per_bar = (harm.minutes.size() + kHarmBars - 1) / kHarmBars;
    json bars = json::array();
    for (std::size_t first = 0; first < harm.minutes.size(); first += per_bar) {
      HarmMinute sum;
      const std::size_t last = std::min(first + per_bar, harm.minutes.size());
      for (std::size_t m = first; m < last; ++m) {
        const HarmMinute& minute = harm.minutes[m];
        sum.open.attempts += minute.open.attempts, sum.open.ok += minute.open.ok;
        sum.restricted.attempts += minute.restricted.attempts, sum.restricted.ok += minute.restricted.ok;
        sum.intended += minute.intended;
      }
      bars.push_back({{"from", static_cast<double>(first) * 60},
                      {"to", std::min(end_s, static_cast<double>(last) * 60)},
                      {"open", sum.open.attempts},
                      {"open_ok", sum.open.ok},
                      {"held", sum.restricted.attempts},
                      {"held_ok", sum.restricted.ok},
                      {"intended", sum.intended}});
    }
    panels.push_back({{"service", harm.service}, {"minutes_per_bar", per_bar}, {"bars", bars}});
  }
  return panels;
}

json choices_of(const People& p) {
  const std::uint64_t pending =
      p.remediations > p.cleaned + p.cleaning_failed ? p.remediations - p.cleaned - p.cleaning_failed : 0;
  const std::uint64_t running = p.deferrals > p.deferrals_lapsed ? p.deferrals - p.deferrals_lapsed : 0;
  const auto part = [](std::string_view what, std::uint64_t n, std::string_view look) {
    return json{{"what", what}, {"n", n}, {"look", look}};
  };
  return json::array({{{"title", "The page"},
                       {"parts",
                        {part("saw it", p.accounts_saw_page, "good"),
                         part("did not", p.accounts_quarantined - p.accounts_saw_page, "quiet")}}},
                      {{"title", "Now"},
                       {"parts",
                        {part("cleaned", p.cleaned, "good"), part("failed", p.cleaning_failed, "bad"),
                         part("not finished", pending, "quiet")}}},
                      {{"title", "Later"},
                       {"parts",
                        {part("time ran out", p.deferrals_lapsed, "bad"), part("not over yet", running, "quiet"),
                         part("refused: none left", p.refused_later, "dark")}}},
                      {{"title", "Already removed"},
                       {"parts",
                        {part("true", p.claims_true, "good"), part("untrue, caught again", p.false_caught_again, "bad"),
                         part("untrue, not caught", p.claims_false - p.false_caught_again, "dark")}}}});
}

}  // namespace

std::string picture_data(const Summary& s, const Run& run) {
  const json data = {{"end_s", s.simulated_s},
                     {"timeline", timeline_of(s, run)},
                     {"waiting", waiting_of(s.detection)},
                     {"services", services_of(s.services)},
                     {"harm", harm_of(s.harm, s.simulated_s)},
                     {"choices", choices_of(s.people)}};
  const std::string text = data.dump(-1, ' ', true, json::error_handler_t::replace);
  std::string safe;  // "</script" and "<!--" must not appear within a script element
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  return safe;
}

}  // namespace lazaret
