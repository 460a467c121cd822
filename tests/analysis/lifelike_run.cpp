// A run made up at random: a ladder and people in a few lines, so that the report can be looked at without a simulator.
#include <algorithm>
#include <random>

#include "tests/analysis/made_run.hpp"

namespace lazaret::made {
namespace {

using Random = std::mt19937_64;

constexpr double kEnd_s = 3600;
constexpr std::uint32_t kHomes = 220;

double uniform(Random& random, double from, double to) { return std::uniform_real_distribution<>(from, to)(random); }
double waiting(Random& random, double mean) { return std::exponential_distribution<>(1 / mean)(random); }

struct Home {
  std::uint32_t account;
  std::string behaviour;  ///< empty: clean
  double from_s = 0, until_s = kEnd_s;
  std::vector<std::pair<double, double>> restricted;
  [[nodiscard]] bool held(double t) const {
    return std::any_of(restricted.begin(), restricted.end(),
                       [t](const auto& r) { return t >= r.first && t < r.second; });
  }
};

void evidence(Making& making, const Home& home, double from, double t) {
  Event e;
  e.at = {static_cast<std::int64_t>((t - 1) * 1e9)};
  e.account = {home.account};
  e.kind = EventKind::reason;
  e.state = State::watched;
  e.channel = home.behaviour == "scanner" ? Channel::scan_ports : Channel::spam_delivery;
  e.observed = 18 * kNat, e.limit = 17 * kNat;
  e.seen = {{static_cast<std::int64_t>(from * 1e9)},
            e.at,
            26,
            24,
            static_cast<std::uint16_t>(home.behaviour == "scanner" ? 2323 : 25),
            49152};
  making.run.events.push_back(e);
}

/// What one infected home goes through from `t`, when evidence has added up.
void live(Making& making, Home& home, Random& random) {
  double t = home.from_s + waiting(random, home.behaviour == "scanner" ? 14 : 45) + 8;
  std::uint8_t later = 2;
  bool relapse = false, again = true;
  making.event(home.account, std::max(home.from_s, t - 8), EventKind::watched, State::watched, later, false, -2 * kNat);
  while (t < kEnd_s && t < home.until_s) {
    if (again) evidence(making, home, home.from_s, t), making.quarantine(home.account, t, later, relapse);
    double page = t + waiting(random, 110);
    making.act(home.account, std::min(page, kEnd_s - 1), "saw_page", "", true);
    if (uniform(random, 0, 1) < 0.15 && page + 200 < kEnd_s) {
      making.act(home.account, page + 5, "ignored", "", true);
      page += 150;
      making.act(home.account, page, "saw_page", "", true);
    }
    const double chose = page + waiting(random, 30);
    home.restricted.emplace_back(t, std::min(chose, kEnd_s));
    if (chose >= kEnd_s) return;
    const double luck = uniform(random, 0, 1);
    if (luck < 0.34) {
      making.act(home.account, chose, "chose", "now", true);
      making.event(home.account, chose, EventKind::remediation_began, State::remediating, later);
      const double clean = chose + waiting(random, 240), back = clean + waiting(random, 60);
      home.restricted.emplace_back(chose, std::min(back, kEnd_s));
      if (clean >= kEnd_s) return;
      const bool cleaned = uniform(random, 0, 1) < 0.7;
      making.act(home.account, clean, cleaned ? "cleaned" : "cleaning_failed", "", !cleaned);
      if (cleaned) home.until_s = clean;
      if (back >= kEnd_s) return;
      making.act(home.account, back, "chose", "already", !cleaned);
      making.event(home.account, back, EventKind::probation_began, State::probation, later);
      t = back + 5 + waiting(random, 20), relapse = true, again = true;
    } else if (luck < 0.67) {
      making.act(home.account, chose, "chose", "later", true);
      if (later == 0) {
        making.event(home.account, chose, EventKind::choice_refused, State::quarantined, 0, false, 2);
        t = chose, again = false;
        continue;
      }
      --later;
      making.event(home.account, chose, EventKind::deferred, State::deferred, later, false, later);
      t = chose + 300, again = false;
      if (t < kEnd_s) making.event(home.account, t, EventKind::deferral_lapsed, State::quarantined, later);
    } else {
      const bool honest = uniform(random, 0, 1) < 0.3;
      if (honest) home.until_s = chose - 1;
      making.act(home.account, chose, "chose", "already", !honest);
      making.event(home.account, chose, EventKind::probation_began, State::probation, later);
      t = chose + 5 + waiting(random, 20), relapse = true, again = true;
    }
  }
}

void attempt(Making& making, const Home& home, Random& random, const std::string& service, double per_hour, double took,
             double success) {
  for (double t = waiting(random, 3600 / per_hour); t < kEnd_s; t += waiting(random, 3600 / per_hour)) {
    const bool held = home.held(t);
    std::string result = uniform(random, 0, 1) < success ? "ok" : "timeout";
    if (held && service == "web_http") result = "portal";
    if (held && (service == "web_https" || service == "relay_smtp")) result = "refused";
    making.outcome(home.account, t, held && result != "ok" ? 0.03 : waiting(random, took), service, result);
  }
}

void attack(Making& making, const Home& home, Random& random) {
  const bool spam = home.behaviour == "spam_bot";
  const double mean = spam ? 2.0 : 1.5;
  for (double t = home.from_s + waiting(random, mean); t < std::min(home.until_s, kEnd_s); t += waiting(random, mean)) {
    const bool held = spam && home.held(t), ok = uniform(random, 0, 1) < (spam ? 0.4 : 0.02);
    making.outcome(home.account, t, 0.2, spam ? "direct_smtp" : "probe",
                   held ? "refused"
                   : ok ? "ok"
                        : "timeout",
                   true);
  }
}

}  // namespace

Run lifelike(std::uint64_t seed) { return lifelike_making(seed).run; }

Making lifelike_making(std::uint64_t seed) {
  Random random(seed);
  Making making(kHomes, kEnd_s);
  Run& run = making.run;
  run.scenario.name = "cipp_2007";
  run.scenario.title = "Customer Internet Protection Program, 2007";
  run.scenario.description =
      "220 homes, 12 with a spam bot and 8 with a scanner; the programme's days are compressed to minutes.";
  run.scenario.infections = {{.behaviour = "spam_bot", .homes = 12, .rate_per_min = 30},
                             {.behaviour = "scanner", .homes = 8, .rate_per_min = 40}};
  run.scenario.policy.quarantine_later_s = 300;
  run.scenario.policy.quarantine_later_max = 2;
  run.scenario.policy.quarantine_probation_s = 900;
  run.manifest.seed = seed;
  run.manifest.world = "made up, not simulated";
  run.manifest.metrics = {{"wall_s", 42}};
  run.manifest.versions = {{"lazaret", "0.1.0"}};
  run.manifest.files = {{"journal.pcapng", {std::string(64, 'a'), 1}}, {"events.jsonl", {std::string(64, 'b'), 1}}};
  run.manifest.policy_sha256 = std::string(64, 'c');
  for (std::uint32_t account = 1; account <= kHomes; ++account) {
    Home home{account, account % 18 == 1 ? "spam_bot" : account % 27 == 5 ? "scanner" : "", 0, kEnd_s, {}};
    making.event(account, 0, EventKind::bound, State::clear, 2, false, 128);
    if (!home.behaviour.empty()) {
      home.from_s = uniform(random, 120, 900);
      live(making, home, random);
      const bool cleaned = home.until_s < kEnd_s;
      making.infect(account, home.from_s, cleaned ? std::optional(home.until_s) : std::nullopt, home.behaviour);
      attack(making, home, random);
    }
    attempt(making, home, random, "web_http", 12, 0.5, 0.998),
        attempt(making, home, random, "web_https", 8, 0.5, 0.998);
    attempt(making, home, random, "pop3", 8, 0.3, 0.999), attempt(making, home, random, "relay_smtp", 2, 0.6, 0.995);
    attempt(making, home, random, "voip", 1, 20, 0.997), attempt(making, home, random, "dns", 6, 0.05, 0.999);
    attempt(making, home, random, "probe", 2, 4, 0.05);
  }
  run.truth.passages = {{0, "web", false, "upstream", "pass", 40123, 5123456},
                        {0, "spam_bot", true, "upstream", "reject", 9001, 540060},
                        {0, "spam_bot", true, "upstream", "pass", 12000, 1540060},
                        {0, "scanner", true, "upstream", "pass", 17000, 900000}};
  making.run = making.done();
  return making;
}

}  // namespace lazaret::made
