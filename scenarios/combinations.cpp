// What each key allows by itself and all together do not.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/detect/contracts.hpp"
#include "core/evidence/names.hpp"
#include "scenarios/loading.hpp"
#include "scenarios/schema.hpp"
#include "scenarios/wording.hpp"

namespace lazaret {

// Each has hosts of its own.
constexpr std::int64_t kStackHomes = 100'000;

void Loading::check_combinations(bool whole_scenario) {
  if (whole_scenario) {
    check_scenario();
    check_infections();
  }
  check_policy();
}

void Loading::check_scenario() {
  const std::string& name = scenario_.name;
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (!name.empty() && (!plain || name.size() > 100 || name.front() == '-'))
    add(given("name"), "'name' wants up to 100 of a-z, 0-9, '_' and '-': it names run directories");

  if (scenario_.fidelity == kStack && scenario_.isp.homes > kStackHomes)
    add(last_given({"isp.homes", "fidelity"}),
        fmt::format("fidelity stack carries up to {} homes, and isp.homes is {}; fidelity: wire carries them",
                    kStackHomes, scenario_.isp.homes));

  if (scenario_.internet.isps > 1 && (scenario_.fidelity != kWire || scenario_.journal != 0))
    add(last_given({"internet.isps", "fidelity", "journal"}),
        "several ISPs want fidelity: wire and journal: off; a journal is replayed under one policy");
  if (scenario_.internet.isps > scenario_.isp.homes)
    add(last_given({"internet.isps", "isp.homes"}),
        fmt::format("{} ISPs want a home each, and there are {} (isp.homes)", scenario_.internet.isps,
                    scenario_.isp.homes));

  const PeoplePlan& p = scenario_.people;
  const double sum = p.choose_now + p.choose_later + p.choose_already;
  if (std::abs(sum - 1) > 1e-9)
    add(last_given({"people.choose_now", "people.choose_later", "people.choose_already"}),
        fmt::format("choose_now, choose_later and choose_already add up to {:.6g}; they must add up to 1", sum));
}

void Loading::check_infections() {
  std::int64_t homes = 0;
  std::vector<std::string> known;
  for (const Behaviour& b : behaviours()) known.emplace_back(b.name);
  for (std::size_t i = 0; i < scenario_.infections.size(); ++i) {
    const InfectionPlan& plan = scenario_.infections[i];
    const std::string prefix = fmt::format("infections.{}.", i);
    const bool named = places_.contains(prefix + "behaviour");
    const bool is_known = std::find(known.begin(), known.end(), plan.behaviour) != known.end();
    if (named && !is_known) {
      const auto near = nearest(plan.behaviour, known);
      add(given(prefix + "behaviour"),
          fmt::format("unknown behaviour '{}'; {}the behaviours are {}", plan.behaviour,
                      near ? "did you mean '" + *near + "'? " : std::string(), join_words(known)));
    }
    for (const ScenarioKey& row : infection_keys())
      if (is_known && !knows(plan.behaviour, row) && places_.contains(prefix + std::string(row.name)))
        add(given(prefix + std::string(row.name)),
            fmt::format("'{}' means nothing to a {}; only a {} knows it", row.name, plan.behaviour, knowers(row)));
    if (plan.begins_from_s > plan.begins_to_s)
      add(last_given({prefix + "begins_from_s", prefix + "begins_to_s"}),
          fmt::format("begins_from_s {} comes after begins_to_s {}", plan.begins_from_s, plan.begins_to_s));
    else if (plan.begins_to_s > scenario_.duration_s)
      add(last_given({prefix + "begins_to_s", "duration_s"}),
          fmt::format("begins_to_s {} comes after the end of the run (duration_s {})", plan.begins_to_s,
                      scenario_.duration_s));
    const bool fitted = homes <= scenario_.isp.homes;
    homes += std::max<std::int64_t>(plan.homes,
                                    std::llround(plan.vulnerable_share * static_cast<double>(scenario_.isp.homes)));
    if (fitted && homes > scenario_.isp.homes)
      add(last_given({prefix + "homes", "isp.homes"}),
          fmt::format(
              "the infections up to this entry need {} homes, and there are {} (isp.homes); entries never share a home",
              homes, scenario_.isp.homes));
  }
}

void Loading::check_policy() {
  const Policy& p = scenario_.policy;
  const auto below = [&](const char* low, double low_value, const char* high, double high_value, const char* why) {
    if (low_value < high_value) return;
    const std::string a = fmt::format("policy.{}", low), b = fmt::format("policy.{}", high);
    add(last_given({a, b}),
        fmt::format("{} ({}) must be below {} ({}): {}", spelled(a), low_value, spelled(b), high_value, why));
  };
  const char* const inverted = "otherwise clean behaviour would count as guilt";
  below("scan.clean_failure", p.scan_clean_failure, "scan.bot_failure", p.scan_bot_failure, inverted);
  below("scan.other_clean_failure", p.scan_other_clean_failure, "scan.other_bot_failure", p.scan_other_bot_failure,
        inverted);
  below("scan.vertical_clean_failure", p.scan_vertical_clean_failure, "scan.vertical_bot_failure",
        p.scan_vertical_bot_failure, inverted);
  below("spam.clean_rejected", p.spam_clean_rejected, "spam.bot_rejected", p.spam_bot_rejected, inverted);
  below("spam.clean_new_peer", p.spam_clean_new_peer, "spam.bot_new_peer", p.spam_bot_new_peer, inverted);
  below("dns.clean_failure", p.dns_clean_failure, "dns.bot_failure", p.dns_bot_failure, inverted);
  below("login.clean_failure", p.login_clean_failure, "login.bot_failure", p.login_bot_failure, inverted);
  below("login.opaque_clean_short", p.login_opaque_clean_short, "login.opaque_bot_short", p.login_opaque_bot_short,
        inverted);
  below("evidence.watch", p.evidence_watch, "evidence.notify", p.evidence_notify,
        "an account is watched before its subscriber is told");
  below("evidence.notify", p.evidence_notify, "evidence.quarantine", p.evidence_quarantine,
        "a subscriber is told before quarantine");
  check_caps();

  // The rest of a probability is for accepted mail to known peers, and needs room.
  const auto shares = [&](const char* a, double a_value, const char* b, double b_value) {
    if (a_value + b_value < 1) return;
    const std::string x = fmt::format("policy.{}", a), y = fmt::format("policy.{}", b);
    add(last_given({x, y}),
        fmt::format("{} and {} add up to {:.6g}; together they must stay below 1, the rest is mail to known peers",
                    spelled(x), spelled(y), a_value + b_value));
  };
  shares("spam.clean_rejected", p.spam_clean_rejected, "spam.clean_new_peer", p.spam_clean_new_peer);
  shares("spam.bot_rejected", p.spam_bot_rejected, "spam.bot_new_peer", p.spam_bot_new_peer);
}

void Loading::check_caps() {
  const Policy& p = scenario_.policy;
  // Whichever watch accepts more wrong quarantines, probation's as a rule, is certain sooner.
  const bool probation = p.evidence_probation_false_quarantines_per_day > p.evidence_false_quarantines_per_day;
  Policy sooner = p;
  if (probation) sooner.evidence_false_quarantines_per_day = p.evidence_probation_false_quarantines_per_day;
  std::string_view last;
  for (const Contract& c : contracts()) {
    const double cap = cap_of(c.channel, p), certain = certain_score(c.channel, sooner);
    if (c.convicts || cap < certain || c.cap == last) continue;
    last = c.cap;  // two channels share one
    const std::string name = fmt::format("policy.{}", c.cap), per_day = fmt::format("policy.{}", c.per_day);
    const std::string accepted =
        probation ? "policy.evidence.probation_false_quarantines_per_day" : "policy.evidence.false_quarantines_per_day";
    add(last_given({name, per_day, accepted}),
        fmt::format("{} ({}) must be below {:.4g}, the score from which {} would be certain by itself, ln({} / {}): it "
                    "may corroborate, never convict",
                    spelled(name), cap, certain, name_of(c.channel), spelled(per_day), spelled(accepted)));
  }
}

}  // namespace lazaret
