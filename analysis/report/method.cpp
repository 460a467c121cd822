#include <fmt/format.h>

#include "analysis/report/facts.hpp"
#include "analysis/words.hpp"

namespace lazaret {
namespace {

/// A word as one shell argument.
std::string quoted(const std::string& word) {
  const bool plain =
      !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=") ==
                           std::string::npos;
  if (plain) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

std::string value_of(const Parameter& row, const Policy& policy) {
  if (const auto* d = std::get_if<double Policy::*>(&row.member)) return fmt::format("{} {}", policy.*(*d), row.unit);
  if (const auto* i = std::get_if<std::int64_t Policy::*>(&row.member)) {
    const std::int64_t value = policy.*(*i);
    if (row.name == "quarantine.profile") return std::string(profile_name(static_cast<Profile>(value)));
    if (row.unit == "s" && value >= 60) return fmt::format("{} s ({})", value, duration(static_cast<double>(value)));
    return fmt::format("{} {}", value, row.unit);
  }
  std::string text;
  if (const auto* names = std::get_if<NameList Policy::*>(&row.member)) {
    for (std::size_t n = 0; n < (policy.*(*names)).size(); ++n)
      text += (text.empty() ? "" : ", ") + std::string((policy.*(*names))[n]);
    return text.empty() ? "none" : text;
  }
  for (const Prefix& prefix : (policy.*std::get<PrefixList Policy::*>(row.member)).items())
    text += (text.empty() ? "" : ", ") + to_text(prefix);
  return text.empty() ? "none" : text;
}

bool changed(const Parameter& row, const Policy& policy) {
  const Policy defaults;
  if (const auto* d = std::get_if<double Policy::*>(&row.member)) return policy.*(*d) != defaults.*(*d);
  if (const auto* i = std::get_if<std::int64_t Policy::*>(&row.member)) return policy.*(*i) != defaults.*(*i);
  if (const auto* n = std::get_if<NameList Policy::*>(&row.member)) return (policy.*(*n)).size() > 0;
  return !(policy.*std::get<PrefixList Policy::*>(row.member)).items().empty();
}

PageData pair(std::string name, std::string value, const char* key = "value") {
  PageData row;
  row.set("name", std::move(name)), row.set(key, std::move(value));
  return row;
}

void add_limits(PageData& page, const Summary& s, const Run& run) {
  PageData list(PageData::type::list);
  const auto say = [&list](std::string name, std::string text) {
    list.push_back(pair(std::move(name), std::move(text), "text"));
  };
  say("What ran.",
      fmt::format("{} synthetic homes for {} of simulated time ({}). The core saw packets and commands only; what was "
                  "true was kept apart from it and joined here, after the run.",
                  grouped(s.detection.accounts), duration(s.simulated_s),
                  s.world.empty() ? "world not named" : s.world));
  say("Whom it holds for.",
      "For this modelled population and these bots. The model’s homes are tamer than real ones in ways nobody can "
      "list completely, and real bots adapt. A rate found here is a claim about the model, to be checked against "
      "traffic of real "
      "subscribers before anything is closed to anybody.");
  if (s.detection.wrong.exposure_days > 0)
    say("How little one run can say.",
        fmt::format("{} clean account-days bound the rate of wrongful quarantines at {} per account-day (95 %). A "
                    "provider needs 1 in 100,000 "
                    "or less; showing that takes 300,000 clean account-days without a single one.",
                    figure(s.detection.wrong.exposure_days), figure(s.detection.wrong.upper95)));
  const Policy& policy = run.scenario.policy;
  if (const Policy defaults; policy.quarantine_later_s < defaults.quarantine_later_s)
    say("Days in minutes.",
        fmt::format(
            "So that they can be seen within the run, its policy shortens what takes days: one ‘later’ lasts {} "
            "(default {}), {} of them are allowed, and the watch after ‘already removed’ lasts {} (default {}).",
            duration(static_cast<double>(policy.quarantine_later_s)),
            duration(static_cast<double>(defaults.quarantine_later_s)), policy.quarantine_later_max,
            duration(static_cast<double>(policy.quarantine_probation_s)),
            duration(static_cast<double>(defaults.quarantine_probation_s))));
  say("Time to detect.",
      "From an infection’s begin to the account’s quarantine, by Kaplan and Meier: infections that end, or outlast the "
      "run, "
      "before they are caught count as not caught yet (censored). Bands: Greenwood, log-log scale.");
  say("Intervals.",
      "All at 95 %. Shares: Clopper and Pearson. Differences: Newcombe’s hybrid score. Rates: Garwood. They take "
      "attempts for "
      "independent; attempts of one home resemble each other, so intervals of services are somewhat too narrow.");
  say("Wrongly held.",
      "A quarantine of an account that is not infected at that moment. At risk are account-days spent neither infected "
      "nor "
      "restricted. Homes cleaned and not yet released count as hours, not as wrong quarantines.");
  const Counters& c = run.manifest.counters;
  say("What the core left out.",
      fmt::format("{} packets judged; {} malformed, {} of no bound address, {} spoofed, {} replies to nothing asked, "
                  "{} first contacts and {} mail and login sessions not followed because their tables were full, {} "
                  "observations lost to stronger evidence.",
                  grouped(c.packets), grouped(c.malformed), grouped(c.unbound), grouped(c.spoofed),
                  grouped(c.unmatched_replies), grouped(c.contacts_skipped), grouped(c.sessions_skipped),
                  grouped(c.evidence_crowded)));
  page.set("method", list);
}

void add_repeat(PageData& page, const Summary& s, const Run& run) {
  page.set("command", fmt::format("lazaret run {} --seed {}", quoted("scenarios/" + s.scenario + ".yaml"), s.seed));
  PageData rows(PageData::type::list);
  rows.push_back(pair("Scenario", s.scenario));
  rows.push_back(pair("Seed", std::to_string(s.seed)));
  rows.push_back(pair("Engines", std::to_string(run.manifest.shards)));
  rows.push_back(pair("Policy sha256", run.manifest.policy_sha256));
  rows.push_back(pair("Journal sha256", s.journal_sha256));
  rows.push_back(pair("Events sha256", s.events_sha256));
  for (const auto& [name, version] : run.manifest.versions) rows.push_back(pair("Version of " + name, version));
  rows.push_back(pair("Run directory", s.run_directory));
  rows.push_back(
      pair("Files as written", run.altered.empty() ? "yes, all sha256 as in the manifest" : "no, see above"));
  page.set("repeat", rows);
  const auto version = run.manifest.versions.find("lazaret");
  page.set("version", version == run.manifest.versions.end() ? std::string() : version->second);
}

}  // namespace

void add_method(PageData& page, const Summary& s, const Run& run) {
  add_limits(page, s, run);
  add_repeat(page, s, run);
  PageData policy(PageData::type::list);
  for (const Parameter& row : parameters()) {
    PageData item = pair(std::string(row.name), value_of(row, run.scenario.policy));
    item.set("sentence", std::string(row.sentence)), item.set("changed", changed(row, run.scenario.policy));
    policy.push_back(item);
  }
  page.set("policy", policy);
  page.set("scenario_yaml", to_yaml(run.scenario));
}

}  // namespace lazaret
