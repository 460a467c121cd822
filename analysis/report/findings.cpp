#include <fmt/format.h>

#include "analysis/report/facts.hpp"
#include "analysis/words.hpp"

namespace lazaret {
namespace {

std::string look_of(Standing s) {
  return s == Standing::shown ? "good" : s == Standing::partly ? "fair" : s == Standing::contradicted ? "bad" : "none";
}

/// "Mail reading (POP3) and Telephone (VoIP)" of those services that the effect holds for.
std::string services_with(const Summary& s, Effect effect) {
  std::vector<std::string> titles;
  for (const char* name : {"relay_smtp", "web_http", "web_https", "pop3", "voip"})
    if (const ServiceScore* v = s.service(name); v != nullptr && v->effect == effect)
      titles.push_back(service_title(name));
  std::string text;
  for (std::size_t i = 0; i < titles.size(); ++i)
    text += (i == 0 ? "" : i + 1 == titles.size() ? " and " : ", ") + titles[i];
  return text;
}

std::string headline(const Summary& s) {
  const Detection& d = s.detection;
  std::string text;
  if (d.infected == 0)
    text = "No home was infected";
  else
    text = fmt::format("{} infected homes were caught{}", of(d.caught, d.infected),
                       d.all.median_s ? ", half of them within " + duration(*d.all.median_s) : std::string());
  text += fmt::format("; {} clean homes {} held.",
                      d.wrong.clean_accounts_held == 0 ? "none of " + grouped(d.wrong.clean_accounts)
                                                       : of(d.wrong.clean_accounts_held, d.wrong.clean_accounts),
                      d.wrong.clean_accounts_held == 1 ? "was" : "were");
  if (s.closes_nothing())
    return text + fmt::format(" The profile was {}: nothing was closed to anybody.", profile_name(s.profile));
  if (const std::string closed = services_with(s, Effect::closed); !closed.empty())
    text += " Quarantine closed: " + closed + ".";
  if (const std::string open = services_with(s, Effect::unaffected); !open.empty())
    text += " It left alone, within one point: " + open + ".";
  return text;
}

PageData card(std::string look, std::string label, std::string value, std::string note) {
  PageData c;
  c.set("look", std::move(look)), c.set("label", std::move(label));
  c.set("value", std::move(value)), c.set("note", std::move(note));
  return c;
}

/// How a service that quarantine must leave alone fared in it.
PageData open_card(const Summary& s, const char* service, const std::string& title) {
  const ServiceScore* v = s.service(service);
  const std::string label = title + " in quarantine";
  if (v == nullptr || v->effect == Effect::unknown)
    return card("none", label, "–", s.league.looking_on.isps > 0 ? "not told apart by ISP" : "not tried on both sides");
  return card(v->effect == Effect::unaffected ? "good"
              : v->effect == Effect::unclear  ? "fair"
                                              : "bad",
              label, percent(v->inside.value),
              fmt::format("{}; outside {}", of(v->inside.k, v->inside.n), percent(v->outside.value)));
}

void add_cards(PageData& page, const Summary& s) {
  const Detection& d = s.detection;
  PageData cards(PageData::type::list);
  cards.push_back(card(d.caught == d.infected ? "good"
                       : d.share.value >= 0.9 ? "fair"
                                              : "bad",
                       "Infected, caught", of(d.caught, d.infected), "95 %: " + percent_range(d.share.interval)));
  cards.push_back(card("none", "Half caught within", duration(d.all.median_s, "–"),
                       d.all.p90_s ? "90 % within " + duration(*d.all.p90_s) : "90 % never reached"));
  cards.push_back(card(d.wrong.clean_accounts_held == 0 ? "good" : "bad", "Clean, but held",
                       of(d.wrong.clean_accounts_held, d.wrong.clean_accounts),
                       "95 %: at most " + figure(d.wrong.upper95) + " a clean account-day"));
  cards.push_back(open_card(s, "pop3", "POP3"));
  cards.push_back(open_card(s, "voip", "VoIP"));
  const People& p = s.people;
  cards.push_back(card("none", "Untrue claims", of(p.claims_false, p.claims_false + p.claims_true),
                       "of ‘already removed’; " + grouped(p.false_caught_again) + " caught again"));
  page.set("cards", cards);
}

void add_chips(PageData& page, const Summary& s) {
  PageData chips(PageData::type::list);
  const auto chip = [&chips](std::string value, std::string name) {
    PageData c;
    c.set("value", std::move(value)), c.set("name", std::move(name));
    chips.push_back(c);
  };
  chip(grouped(s.detection.accounts), "homes");
  chip(grouped(s.detection.infected), "infected");
  chip(duration(s.simulated_s), "simulated");
  if (s.wall_s > 0) chip(duration(s.wall_s), "on the wall clock");
  chip(std::to_string(s.seed), "seed");
  if (!s.world.empty()) chip(s.world, "");
  page.set("chips", chips);
}

}  // namespace

void add_findings(PageData& page, const Summary& s, const Run& run) {
  page.set("title", s.title.empty() ? std::string("A run") : s.title);
  if (!run.scenario.description.empty()) page.set("description", run.scenario.description);
  page.set("headline", headline(s));
  add_chips(page, s);
  add_cards(page, s);
  PageData warnings(PageData::type::list);
  if (s.closes_nothing())
    warnings.push_back(
        PageData(fmt::format("Profile {}: the core decided and closed nothing.", profile_name(s.profile))));
  for (const std::string& file : run.altered)
    warnings.push_back(PageData(file + " is no longer what the run wrote: its sha256 differs from the manifest's."));
  if (run.manifest.counters.events_lost > 0)
    warnings.push_back(PageData(counted(run.manifest.counters.events_lost, "event") +
                                " did not fit the core's limits and are missing from this report."));
  page.set("warnings", warnings);
  PageData list(PageData::type::list);
  for (const Point& p : s.points) {
    PageData item;
    item.set("title", p.title), item.set("found", p.found);
    item.set("standing", std::string(name_of(p.standing))), item.set("look", look_of(p.standing));
    list.push_back(item);
  }
  page.set("points", list);
}

}  // namespace lazaret
