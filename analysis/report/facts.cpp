#include "analysis/report/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "analysis/report/pictures.hpp"
#include "analysis/words.hpp"

namespace lazaret {
namespace {

/// Rows of the tables that list accounts; the rest is counted in words.
constexpr std::size_t kListed = 200;

std::string median_range(const BehaviourScore& b) {
  if (!b.median_s) return "";
  return duration(b.median_low_s, "?") + " to " + duration(b.median_high_s, "?");
}

PageData behaviour_row(const BehaviourScore& b, std::string title) {
  PageData row;
  row.set("title", std::move(title));
  row.set("infected", grouped(b.share.n)), row.set("caught", grouped(b.share.k));
  row.set("missed", grouped(b.share.n - b.share.k));
  row.set("share", b.share.n == 0 ? "–" : percent(b.share.value)), row.set("range", percent_range(b.share.interval));
  row.set("median", duration(b.median_s, "–")), row.set("median_range", median_range(b));
  row.set("p90", duration(b.p90_s, "–"));
  return row;
}

std::string wrong_text(const FalsePositives& w) {
  std::string text = fmt::format("{} accounts that never were infected were held. ",
                                 w.clean_accounts_held == 0 ? "None of " + grouped(w.clean_accounts)
                                                            : of(w.clean_accounts_held, w.clean_accounts));
  text += fmt::format(
      "Over {} clean account-days at risk there {} {} of accounts that were not infected at that moment: {} per "
      "account-day (95 %, Garwood: {} to {}); the one-sided upper bound is {}{}. ",
      figure(w.exposure_days), w.entries.size() == 1 ? "was" : "were", counted(w.entries.size(), "quarantine"),
      figure(w.per_account_day), figure(w.interval.low), figure(w.interval.high), figure(w.upper95),
      w.entries.empty() ? ", the rule of three" : "");
  text += fmt::format(
      "Restricted while not infected: {} account-hours of homes never infected, {} of homes that were infected before "
      "(mostly "
      "cleaned, and not yet back at the page to say so).",
      figure(w.hours_never_infected), figure(w.hours_after_cleaning));
  return text;
}

/// Summed over accounts: what truly sent, which way, and what the gateway did with it.
std::vector<TruthPassage> summed_passages(const Run& run) {
  std::map<std::tuple<bool, std::string, std::string, std::string>, TruthPassage> sums;
  for (const TruthPassage& p : run.truth.passages) {
    const TruthPassage none{0, p.behaviour, p.malicious, p.direction, p.action, 0, 0};
    TruthPassage& sum = sums.try_emplace({!p.malicious, p.behaviour, p.direction, p.action}, none).first->second;
    sum.packets += p.packets, sum.octets += p.octets;
  }
  std::vector<TruthPassage> rows;
  for (auto& [key, sum] : sums) rows.push_back(std::move(sum));
  return rows;
}

/// Whether the profile closes none of the scanners' ports.
bool scans_stay_open(const Scenario& scenario) {
  const auto profile = static_cast<Profile>(scenario.policy.quarantine_profile);
  if (profile == Profile::leaky || profile == Profile::strict) return false;
  for (const InfectionPlan& plan : scenario.infections)
    if (plan.behaviour == "scanner")
      for (const std::int64_t port : plan.ports)
        if (port == 25 || port == 80 || port == 443 || port == 465 || port == 587) return false;
  return true;
}

std::string ok_note(const std::string& service, std::uint64_t ok) {
  return grouped(ok) + (service == "direct_smtp" ? " delivered" : " answered");
}

}  // namespace

void add_detection(PageData& page, const Summary& s) {
  const Detection& d = s.detection;
  PageData behaviours(PageData::type::list);
  for (const BehaviourScore& b : d.behaviours) behaviours.push_back(behaviour_row(b, behaviour_title(b.behaviour)));
  if (d.behaviours.size() > 1) behaviours.push_back(behaviour_row(d.all, "All"));
  page.set("behaviours", behaviours);

  PageData missed(PageData::type::list);
  for (std::size_t i = 0; i < std::min(kListed, d.missed.size()); ++i) {
    const Missed& m = d.missed[i];
    PageData row;
    row.set("account", std::to_string(m.account)), row.set("behaviour", behaviour_title(m.behaviour));
    row.set("from", moment(m.from_s)), row.set("followed", duration(m.followed_s));
    row.set("why", m.cleaned ? "the infection ended first" : "the run ended first");
    missed.push_back(row);
  }
  page.set("has_missed", !d.missed.empty());
  page.set("missed", missed);

  page.set("wrong", wrong_text(d.wrong));
  PageData wrong(PageData::type::list);
  for (std::size_t i = 0; i < std::min(kListed, d.wrong.entries.size()); ++i) {
    const WrongEntry& w = d.wrong.entries[i];
    PageData row;
    row.set("account", std::to_string(w.account)), row.set("at", moment(w.at_s));
    row.set("truth", w.ever_infected ? "infected at another time, not then" : "never infected");
    wrong.push_back(row);
  }
  page.set("has_wrong_entries", !d.wrong.entries.empty());
  page.set("wrong_entries", wrong);

  const auto shown = static_cast<std::size_t>(
      std::count_if(s.timeline.accounts().begin(), s.timeline.accounts().end(),
                    [](const auto& a) { return !a.second.infections.empty() || a.second.quarantined(); }));
  if (shown > kTimelineRows)
    page.set("timeline_cut",
             fmt::format("Shown are {} accounts; the tables below count all.", of(kTimelineRows, shown)));
}

void add_services(PageData& page, const Summary& s) {
  PageData rows(PageData::type::list);
  for (const ServiceScore& v : s.services) {
    PageData row;
    row.set("title", service_title(v.service));
    const auto side = [&row](const std::string& name, const Share& share) {
      row.set(name, share.n == 0 ? "–" : percent(share.value));
      row.set(name + "_n", share.n == 0 ? "no attempts" : of(share.k, share.n));
    };
    side("outside", v.outside), side("inside", v.inside);
    const bool known = v.effect != Effect::unknown;
    row.set("difference", known ? points(v.difference) + " points" : "–");
    row.set("difference_range",
            known ? points(v.difference_interval.low) + " to " + points(v.difference_interval.high) : "");
    row.set("effect", std::string(name_of(v.effect)));
    row.set("effect_look", v.effect == Effect::unaffected ? "good"
                           : v.effect == Effect::closed   ? "fair"
                           : v.effect == Effect::worse    ? "bad"
                                                          : "none");
    std::string note;
    if (v.effect == Effect::unaffected)
      note = v.shown_unaffected() ? "within 1 point, interval too" : "within 1 point, interval wider";
    else if (v.portal_inside > 0)
      note = "the page came " + counted(v.portal_inside, "time");
    else if (v.effect == Effect::closed)
      note = grouped(v.refused_inside) + " refused at once";
    row.set("effect_note", note);
    row.set("straddling", v.straddling == 0 ? "–" : of(v.straddling_ok, v.straddling));
    rows.push_back(row);
  }
  page.set("services", rows);
}

void add_harm(PageData& page, const Summary& s, const Run& run) {
  PageData rows(PageData::type::list);
  std::string text;
  for (const Harm& h : s.harm) {
    PageData row;
    const std::string title = h.service == "direct_smtp"  ? "Spam messages"
                              : h.service == "probe"      ? "Scan contacts"
                              : h.service == "dns"        ? "Generated names"
                              : h.service == "relay_smtp" ? "Spam by the relay"
                              : h.service == "login"      ? "Log-in sessions"
                              : h.service == "flood"      ? "Seconds of flooding"
                                                          : h.service;
    const auto cell = [&](const std::string& name, const HarmTally& t) {
      row.set(name, grouped(t.attempts)), row.set(name + "_ok", ok_note(h.service, t.ok));
    };
    row.set("title", title);
    cell("all", {h.attempts(), h.ok()}), cell("before", h.before);
    cell("restricted", h.restricted), cell("between", h.between);
    rows.push_back(row);
    double intended = 0;
    for (const HarmMinute& m : h.minutes) intended += m.intended;
    text += fmt::format(
        "{}: {} attempted{}, {} of them before the account’s first quarantine. ", title, grouped(h.attempts()),
        intended > 0 ? fmt::format(", where {} had been planned", grouped(static_cast<std::uint64_t>(intended))) : "",
        grouped(h.before.attempts));
    if (h.service == "probe" && h.restricted.attempts > 0 && scans_stay_open(run.scenario))
      text += fmt::format(
          "The profile {} leaves the ports of scanners open: scans go on while the account is quarantined. ",
          profile_name(static_cast<Profile>(run.scenario.policy.quarantine_profile)));
  }
  if (text.empty()) text = "The bots attempted nothing. ";
  page.set("harm_text",
           text +
               "The dashed line in the picture is what the scenario’s bots would have attempted had nothing "
               "been done: their rate for as long as each infection would have lasted.");
  page.set("harm", rows);

  PageData passages(PageData::type::list);
  for (const TruthPassage& p : summed_passages(run)) {
    PageData row;
    row.set("behaviour", p.behaviour), row.set("direction", p.direction), row.set("action", p.action);
    row.set("packets", grouped(p.packets)), row.set("octets", grouped(p.octets));
    passages.push_back(row);
  }
  page.set("has_passages", !run.truth.passages.empty());
  page.set("passages", passages);
}

void add_people(PageData& page, const Summary& s) {
  const People& p = s.people;
  PageData rows(PageData::type::list);
  const auto fact = [&rows](std::string name, std::string value) {
    PageData row;
    row.set("name", std::move(name)), row.set("value", std::move(value));
    rows.push_back(row);
  };
  fact("Saw the page", fmt::format("{} quarantined accounts, {} in all; half within {} of their first quarantine",
                                   of(p.accounts_saw_page, p.accounts_quarantined), counted(p.page_views, "view"),
                                   duration(p.median_to_page_s, "– (fewer than half)")));
  fact("Closed it without choosing", counted(p.ignored, "time"));
  fact("Chose now",
       fmt::format("{}: {} begun, {} cleaned, {} failed, {} ran out of time", counted(p.chose_now, "time"),
                   counted(p.remediations, "cleaning"), p.cleaned, p.cleaning_failed, p.remediations_lapsed));
  fact("Chose later",
       fmt::format("{}: {} taken, {} refused", counted(p.chose_later, "time"), p.deferrals, p.refused_later));
  fact("Later ran out",
       fmt::format("{} back in quarantine when the time was over; {} took the last one; {} held with no "
                   "later left on the page",
                   counted(p.deferrals_lapsed, "deferral"), counted(p.later_used_up, "account"),
                   counted(p.held_without_later, "account")));
  fact("Chose already removed",
       fmt::format("{}: {} true ({} removed it before they chose), {} untrue", counted(p.chose_already, "time"),
                   p.claims_true, p.cleaned_unasked, p.claims_false));
  fact("Untrue, and caught again",
       fmt::format("{}; half within {} of the claim", of(p.false_caught_again, p.claims_false),
                   duration(p.median_to_recatch_s, "– (fewer than half)")));
  fact("Probation", fmt::format("{} passed, {} ended in quarantine again", p.probations_passed, p.relapses));
  if (p.notified > 0)
    fact("Told before anything was closed",
         fmt::format("{}, {} of them quarantined later", counted(p.notified, "account"), p.notified_then_quarantined));
  if (p.administrators_told > 0) fact("Administrators told", counted(p.administrators_told, "business account"));
  if (p.operators_asked > 0) fact("Left to an operator", counted(p.operators_asked, "vulnerable account"));
  if (p.appeals > 0) fact("Disputed the quarantine", counted(p.appeals, "time"));
  if (p.operator_releases > 0) fact("Released by an operator", counted(p.operator_releases, "time"));
  if (p.auto_released > 0) fact("Released at the cap", counted(p.auto_released, "account"));
  for (const Comparison& c : s.remediation.comparisons)
    fact(c.title, fmt::format("{}, 95 %: {}; {} had {}: {}", of(c.run.k, c.run.n), percent_range(c.run.interval),
                              c.source, published_text(c), c.reproduced() ? "reproduced" : "not reproduced"));
  if (!s.remediation.comparisons.empty())
    for (const auto& [name, value] : remediation_facts(s.remediation)) fact(name, value);
  page.set("people", rows);

  PageData claims(PageData::type::list);
  for (std::size_t i = 0; i < std::min(kListed, p.claims.size()); ++i) {
    const Claim& c = p.claims[i];
    PageData row;
    row.set("account", std::to_string(c.account)), row.set("at", moment(c.at_s));
    row.set("truth", c.infected ? "still infected" : "not infected");
    row.set("followed", c.caught_at_s ? "quarantined again " + duration(*c.caught_at_s - c.at_s) + " later"
                                      : "not quarantined again in this run");
    claims.push_back(row);
  }
  page.set("has_claims", !p.claims.empty());
  page.set("claims", claims);
}

void add_league(PageData& page, const Summary& s) {
  const League& league = s.league;
  page.set("has_league", !league.rows.empty());
  PageData rows(PageData::type::list);
  const auto add = [&rows](const LeagueRow& r, std::string place, std::string acts, const char* look) {
    PageData row;
    row.set("place", std::move(place)), row.set("isp", r.isp), row.set("acts", std::move(acts)), row.set("look", look);
    row.set("accounts", grouped(r.accounts)), row.set("infected", of(r.infected, r.vulnerable));
    row.set("bot_days", figure(r.bot_days)), row.set("mails", grouped(r.mails));
    row.set("per_thousand", figure(r.per_thousand(static_cast<double>(r.mails))));
    rows.push_back(row);
  };
  for (std::size_t i = 0; i < league.rows.size(); ++i)
    add(league.rows[i], std::to_string(i + 1), league.rows[i].acts ? "acts" : "looks on", "");
  for (const LeagueRow* sum : {&league.acting, &league.looking_on})
    if (sum->isps > 0) add(*sum, "", counted(sum->isps, "ISP"), "sum");
  page.set("league", rows);
}

}  // namespace lazaret
