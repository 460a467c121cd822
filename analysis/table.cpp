// The summary for a terminal.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/summary.hpp"
#include "analysis/words.hpp"

namespace lazaret {
namespace {

class Ink {
 public:
  explicit Ink(bool colour) : colour_(colour) {}
  [[nodiscard]] std::string bold(std::string_view text) const { return dress("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return dress("2", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return dress("32", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return dress("31", text); }
  [[nodiscard]] std::string fair(std::string_view text) const { return dress("33", text); }

 private:
  [[nodiscard]] std::string dress(std::string_view code, std::string_view text) const {
    return colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
  }
  bool colour_;
};

/// A scenario's words may hold anything; a terminal must not obey them.
std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return result;
}

std::string mark(Standing standing, const Ink& ink) {
  switch (standing) {
    case Standing::shown:
      return ink.good("yes ");
    case Standing::partly:
      return ink.fair("part");
    case Standing::contradicted:
      return ink.bad("NO  ");
    case Standing::unseen:
      return ink.dim("-   ");
  }
  return "";
}

void detection_rows(std::string& out, const Detection& d, const Ink& ink) {
  out += ink.bold(fmt::format("{:<22}{:>9}{:>8}{:>8}{:>14}{:>14}\n", "Detection", "infected", "caught", "missed",
                              "median", "90 %"));
  const auto row = [&](const std::string& title, const BehaviourScore& b) {
    out += fmt::format("  {:<20}{:>9}{:>8}{:>8}{:>14}{:>14}\n", title, b.share.n, b.share.k, b.share.n - b.share.k,
                       duration(b.median_s, "-"), duration(b.p90_s, "-"));
  };
  for (const BehaviourScore& b : d.behaviours) row(printable(behaviour_title(b.behaviour)), b);
  if (d.behaviours.size() != 1) row("All", d.all);
  const FalsePositives& w = d.wrong;
  const std::string held = of(w.clean_accounts_held, w.clean_accounts);
  out += fmt::format("  Wrongly held          {} clean accounts; {} in {} clean account-days, 95 %: at most {} a day\n",
                     w.clean_accounts_held == 0 ? ink.good(held) : ink.bad(held),
                     counted(w.entries.size(), "wrong quarantine"), figure(w.exposure_days), figure(w.upper95));
}

void service_rows(std::string& out, const Summary& s, const Ink& ink) {
  out += ink.bold(fmt::format("\n{:<26}{:>20}{:>20}  {}\n", "Services", "outside quarantine", "inside", "effect"));
  const auto share = [](const Share& x) {
    return x.n == 0 ? std::string("-") : fmt::format("{} of {}", percent(x.value), x.n);
  };
  for (const ServiceScore& v : s.services) {
    const std::string effect(name_of(v.effect));
    out += fmt::format("  {:<24}{:>20}{:>20}  {}\n", printable(service_title(v.service)), share(v.outside),
                       share(v.inside),
                       v.effect == Effect::unaffected ? ink.good(effect)
                       : v.effect == Effect::closed   ? ink.fair(effect)
                       : v.effect == Effect::worse    ? ink.bad(effect)
                                                      : effect);
  }
}

void people_rows(std::string& out, const People& p, const Ink& ink) {
  out += ink.bold("\nPeople\n");
  out += fmt::format("  Saw the page          {} quarantined accounts ({})\n",
                     of(p.accounts_saw_page, p.accounts_quarantined), counted(p.page_views, "view"));
  out +=
      fmt::format("  Chose                 now {} ({} cleaned, {} failed), later {}, already removed {} ({} untrue)\n",
                  p.chose_now, p.cleaned, p.cleaning_failed, p.chose_later, p.chose_already, p.claims_false);
  out +=
      fmt::format("  Later ran out         {} lapsed, {} left without, {} refused\n",
                  counted(p.deferrals_lapsed, "deferral"), counted(p.held_without_later, "account"), p.refused_later);
  out += fmt::format("  Caught again          {} untrue claims\n", of(p.false_caught_again, p.claims_false));
}

void remediation_rows(std::string& out, const Remediation& r, const Ink& ink) {
  if (r.comparisons.empty()) return;
  out += ink.bold(fmt::format("\n{:<54}{:>11}  {:>28}\n", "Quarantine over days", "published", "this run (95 %)"));
  for (const Comparison& c : r.comparisons)
    out += fmt::format("  {:<52}{:>11}  {:>28}  {}\n", c.title, published_text(c),
                       fmt::format("{} ({})", percent(c.run.value), percent_range(c.run.interval)),
                       c.reproduced() ? ink.good("reproduced") : ink.bad("not reproduced"));
  for (const auto& [name, value] : remediation_facts(r)) out += fmt::format("  {:<22}{}\n", name, value);
}

/// The spam league as receivers see it; long ones are cut.
void league_rows(std::string& out, const League& league, const Ink& ink) {
  constexpr std::size_t kShown = 10;
  if (league.rows.empty()) return;
  out += ink.bold(fmt::format("\n{:<22}{:>9}{:>6}{:>10}{:>9}{:>10}{:>10}{:>12}\n", "Spam, as received", "accounts",
                              "acts", "infected", "at end", "bot-days", "mails", "per 1000"));
  const auto row = [&](const LeagueRow& r, std::string_view acts) {
    out += fmt::format("  {:<20}{:>9}{:>6}{:>10}{:>9}{:>10}{:>10}{:>12}\n", r.isp, r.accounts, acts, r.infected,
                       r.infected_at_end, figure(r.bot_days), r.mails,
                       figure(r.per_thousand(static_cast<double>(r.mails))));
  };
  for (std::size_t i = 0; i < std::min(kShown, league.rows.size()); ++i)
    row(league.rows[i], league.rows[i].acts ? "yes" : "no");
  if (league.rows.size() > kShown) out += fmt::format("  and {} more\n", league.rows.size() - kShown);
  row(league.acting, std::to_string(league.acting.isps));
  row(league.looking_on, std::to_string(league.looking_on.isps));
}

}  // namespace

std::string to_table(const Summary& s, bool colour) {
  const Ink ink(colour);
  std::string out = ink.bold(printable(s.title));
  out += fmt::format("\n{}\n\n",
                     ink.dim(printable(fmt::format("{} accounts, {} simulated, seed {}, {}", s.detection.accounts,
                                                   duration(s.simulated_s), s.seed, s.world))));
  detection_rows(out, s.detection, ink);
  service_rows(out, s, ink);
  people_rows(out, s.people, ink);
  remediation_rows(out, s.remediation, ink);
  league_rows(out, s.league, ink);
  out += ink.bold("\nThe article's points\n");
  for (const Point& p : s.points) out += fmt::format("  {} {}\n", mark(p.standing, ink), p.title);
  return out;
}

}  // namespace lazaret
