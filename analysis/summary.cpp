#include "analysis/summary.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace lazaret {
namespace {

using nlohmann::json;

std::string sha256_in(const Manifest& manifest, const std::string& file) {
  const auto found = manifest.files.find(file);
  return found == manifest.files.end() ? std::string() : found->second.sha256;
}

json or_null(std::optional<double> value) { return value ? json(*value) : json(nullptr); }

json behaviours_of(const Detection& detection) {
  json rows = json::array();
  for (const BehaviourScore& b : detection.behaviours)
    rows.push_back({{"behaviour", b.behaviour},
                    {"infected", b.share.n},
                    {"caught", b.share.k},
                    {"detection_rate", b.share.value},
                    {"detection_rate_low95", b.share.interval.low},
                    {"detection_rate_high95", b.share.interval.high},
                    {"median_time_to_detect_s", or_null(b.median_s)},
                    {"p90_time_to_detect_s", or_null(b.p90_s)}});
  return rows;
}

json services_of(const std::vector<ServiceScore>& services) {
  json rows = json::array();
  for (const ServiceScore& s : services)
    rows.push_back({{"service", s.service},
                    {"inside_attempts", s.inside.n},
                    {"inside_ok", s.inside.k},
                    {"outside_attempts", s.outside.n},
                    {"outside_ok", s.outside.k},
                    {"straddling_attempts", s.straddling},
                    {"difference_percent_points", s.difference * 100},
                    {"difference_low95_percent_points", s.difference_interval.low * 100},
                    {"difference_high95_percent_points", s.difference_interval.high * 100},
                    {"effect", name_of(s.effect)}});
  return rows;
}

json share_json(const Share& s) {
  return {{"k", s.k}, {"n", s.n}, {"share", s.value}, {"low95", s.interval.low}, {"high95", s.interval.high}};
}

json remediation_of(const Remediation& r) {
  json rows = json::array();
  for (const Comparison& c : r.comparisons)
    rows.push_back({{"figure", c.title},
                    {"source", c.source},
                    {"published_low", c.published.low},
                    {"published_high", c.published.high},
                    {"run", share_json(c.run)},
                    {"reproduced", c.reproduced()}});
  return {{"quarantines", r.stays.size()},
          {"accounts", r.accounts},
          {"clean_after_first", share_json(r.first)},
          {"clean_after_first_not_by_themselves", share_json(r.first_others)},
          {"clean_after_second", share_json(r.second)},
          {"clean_14_days_after", share_json(r.within_14_days)},
          {"accounts_shut", r.shut_s.size()},
          {"shut_median_s", r.shut_quantile(0.5)},
          {"shut_p90_s", r.shut_quantile(0.9)},
          {"shut_longest_s", r.shut_quantile(1)},
          {"published", std::move(rows)}};
}

json league_row(const LeagueRow& r) {
  return {{"isp", r.isp},
          {"acts", r.acts},
          {"isps", r.isps},
          {"accounts", r.accounts},
          {"vulnerable", r.vulnerable},
          {"infected", r.infected},
          {"infected_at_end", r.infected_at_end},
          {"infections", r.spells},
          {"bot_days", r.bot_days},
          {"bot_days_per_1000", r.per_thousand(r.bot_days)},
          {"mails", r.mails},
          {"mails_per_1000", r.per_thousand(static_cast<double>(r.mails))}};
}

/// null where there is but one ISP.
json league_of(const League& league) {
  if (league.rows.empty()) return nullptr;
  json rows = json::array();
  for (const LeagueRow& row : league.rows) rows.push_back(league_row(row));
  return {
      {"isps", std::move(rows)}, {"acting", league_row(league.acting)}, {"looking_on", league_row(league.looking_on)}};
}

json points_of(const std::vector<Point>& points) {
  json rows = json::array();
  for (const Point& p : points)
    rows.push_back({{"point", p.title}, {"standing", name_of(p.standing)}, {"found", p.found}});
  return rows;
}

}  // namespace

const ServiceScore* Summary::service(std::string_view name) const {
  const auto found =
      std::find_if(services.begin(), services.end(), [&](const ServiceScore& s) { return s.service == name; });
  return found == services.end() ? nullptr : &*found;
}

Summary summarize(const Run& run) {
  Timeline timeline(run);
  Detection detection = score_detection(timeline);
  std::vector<ServiceScore> services = score_services(run.truth.counts);
  std::vector<Harm> harm = tally_harm(timeline, run);
  People people = tally_people(timeline, run);
  Remediation remediation = follow_remediation(timeline, run);
  League league = make_league(timeline, run);
  // Whoever is held by an ISP that looks on loses nothing, and counts of attempts do not say whose line it was.
  if (league.looking_on.isps > 0)
    for (ServiceScore& service : services) service.effect = Effect::unknown;
  Summary summary{.run_directory = run.directory.string(),
                  .scenario = run.scenario.name,
                  .title = run.scenario.title.empty() ? run.scenario.name : run.scenario.title,
                  .world = run.manifest.world,
                  .seed = run.manifest.seed,
                  .simulated_s = run.end_s(),
                  .wall_s = run.metric("wall_s", 0),
                  .profile = static_cast<Profile>(run.scenario.policy.quarantine_profile),
                  .journal_sha256 = sha256_in(run.manifest, "journal.pcapng"),
                  .events_sha256 = sha256_in(run.manifest, "events.jsonl"),
                  .timeline = std::move(timeline),
                  .detection = std::move(detection),
                  .services = std::move(services),
                  .harm = std::move(harm),
                  .people = std::move(people),
                  .remediation = std::move(remediation),
                  .league = std::move(league),
                  .points = {}};
  for (const auto& [account, line] : summary.timeline.accounts()) {
    const auto entered = [&entries = line.entries](bool infected) {
      return std::any_of(entries.begin(), entries.end(), [infected](const Entry& e) { return e.infected == infected; });
    };
    summary.quarantined_true += entered(true);
    summary.quarantined_false += entered(false);
  }
  summary.points = article_points(summary);
  return summary;
}

std::string to_json(const Summary& s) {
  const Detection& d = s.detection;
  const json document = {{"run_directory", s.run_directory},
                         {"scenario", s.scenario},
                         {"seed", s.seed},
                         {"simulated_s", s.simulated_s},
                         {"accounts", d.accounts},
                         {"infected", d.infected},
                         {"quarantined_true", s.quarantined_true},
                         {"quarantined_false", s.quarantined_false},
                         {"detection_rate", d.share.value},
                         {"median_time_to_detect_s", or_null(d.all.median_s)},
                         {"p90_time_to_detect_s", or_null(d.all.p90_s)},
                         {"false_positives_per_account_day", d.wrong.per_account_day},
                         {"false_positives_upper95", d.wrong.upper95},
                         {"clean_account_days", d.wrong.exposure_days},
                         {"wrongly_quarantined_hours", d.wrong.hours_never_infected + d.wrong.hours_after_cleaning},
                         {"behaviours", behaviours_of(d)},
                         {"services", services_of(s.services)},
                         {"points", points_of(s.points)},
                         {"remediation", remediation_of(s.remediation)},
                         {"internet", league_of(s.league)},
                         {"journal_sha256", s.journal_sha256},
                         {"events_sha256", s.events_sha256},
                         {"wall_s", s.wall_s}};
  return document.dump(2, ' ', false, json::error_handler_t::replace);
}

}  // namespace lazaret
