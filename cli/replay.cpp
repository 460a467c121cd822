// lazaret replay CAPTURE: anybody's capture through the core; what was decided, and why.
#include "scenarios/replay.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "core/detect/contracts.hpp"
#include "core/evidence/explanation.hpp"

namespace {

using namespace lazaret;

constexpr int kDone = 0, kNotClean = 1, kBadInput = 2, kFailedInside = 3;

double nats(Score score) { return static_cast<double>(score) / static_cast<double>(kNat); }
double probability(Score log_odds) { return 1 / (1 + std::exp(-nats(log_odds))); }

/// A probability as a percentage that never rounds up to certainty.
std::string percent(double p) {
  if (p > 0.9999) return "over 99.99 %";
  if (p < 0.0001) return "under 0.01 %";
  return fmt::format("{:.3g} %", 100 * p);
}

/// One channel's evidence against one account.
struct Piece {
  Channel channel;
  Score score;
  std::string reason;
};

/// What stood in the proposal, where there was one; else what the channels hold at the end.
std::vector<Piece> evidence_of(const CaptureAccount& account, const Policy& policy) {
  std::vector<Piece> pieces;
  for (unsigned c = 0; c < kChannels; ++c) {
    const auto channel = static_cast<Channel>(c);
    Event shown;
    shown.kind = EventKind::reason;
    for (const Event& e : account.events)
      if (e.kind == EventKind::reason && e.channel == channel) shown = e;
    if (shown.account == kNobody) {
      if (account.status.seen[c].adverse == 0) continue;
      shown.channel = channel;
      shown.observed = account.status.scores[c];
      shown.limit = std::llround(certain_score(channel, policy) * static_cast<double>(kNat));
      shown.seen = account.status.seen[c];
    }
    pieces.push_back({channel, shown.observed, explain(shown, policy)});
  }
  return pieces;
}

nlohmann::ordered_json as_json(const std::string& capture, const CaptureReplay& replay, const Policy& policy) {
  using Json = nlohmann::ordered_json;
  Json accounts = Json::array();
  for (const CaptureAccount& a : replay.accounts) {
    Json evidence = Json::array(), events = Json::array();
    for (const Piece& p : evidence_of(a, policy))
      evidence.push_back({{"family", name_of(family_of(p.channel))},
                          {"channel", name_of(p.channel)},
                          {"score", nats(p.score)},
                          {"reason", p.reason},
                          {"remedy", remedy_hint(p.channel)}});
    for (const Event& e : a.events)
      events.push_back({{"at_s", static_cast<double>(e.at.ns) / 1e9},
                        {"rule", name_of(e.kind)},
                        {"state", name_of(e.state)},
                        {"observed", e.observed},
                        {"limit", e.limit},
                        {"reason", explain(e, policy)}});
    accounts.push_back({{"account", a.account.value},
                        {"address", a.address},
                        {"state", name_of(a.status.state)},
                        {"furthest_state", name_of(a.worst)},
                        {"belief", probability(a.status.belief)},
                        {"belief_log_odds_nat", nats(a.status.belief)},
                        {"evidence", std::move(evidence)},
                        {"events", std::move(events)}});
  }
  return {{"capture", capture},
          {"link_type", replay.report.link_type},
          {"packets", replay.report.judged},
          {"records", replay.report.records},
          {"skipped", replay.report.skipped},
          {"adjusted", replay.report.adjusted},
          {"between_subscribers", replay.report.between_subscribers},
          {"damage", replay.report.damage},
          {"unmatched_replies", replay.counters.unmatched_replies},
          {"policy_sha256", policy_digest(policy)},
          {"accounts", std::move(accounts)}};
}

std::string listed(const std::map<std::string, std::uint64_t>& causes) {
  std::string text;
  for (const auto& [cause, count] : causes) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", cause, count);
  return text;
}

bool remarkable(const CaptureAccount& a) {
  for (unsigned c = 0; c < kChannels; ++c)
    if (a.status.seen[c].adverse > 0) return true;
  return a.worst != State::clear;
}

void print_account(const CaptureAccount& a, const Policy& policy) {
  std::cout << fmt::format(
      "\n{} (account {}): {}{}; infected with probability {}\n", a.address, a.account.value, name_of(a.status.state),
      a.worst != a.status.state ? fmt::format(" at the end, {} before", name_of(a.worst)) : std::string(),
      percent(probability(a.status.belief)));
  const Timestamp first = a.events.empty() ? Timestamp{} : a.events.front().at;
  const Piece* strongest = nullptr;
  const std::vector<Piece> evidence = evidence_of(a, policy);
  for (const Piece& p : evidence) {
    std::cout << fmt::format("  evidence  {:<14} {:>6.1f} nat  {}\n", name_of(p.channel), nats(p.score), p.reason);
    if (strongest == nullptr || p.score > strongest->score) strongest = &p;
  }
  if (strongest != nullptr && a.worst != State::clear)
    std::cout << "  what helps  " << remedy_hint(strongest->channel) << "\n";
  for (const Event& e : a.events) {
    // Leases say nothing in a capture (but the first is when the account was first seen), nor does what is counted for
    // the conductor; and the evidence stands above.
    if (e.kind == EventKind::bound || e.kind == EventKind::unbound || e.kind == EventKind::node_joined ||
        e.kind == EventKind::name_failed || e.kind == EventKind::reason)
      continue;
    std::cout << fmt::format("  {:>+10.3f} s  {:<22} {}\n", static_cast<double>((e.at - first).ns) / 1e9,
                             name_of(e.kind), explain(e, policy));
  }
}

void print_table(const std::string& capture, const CaptureReplay& replay, const Policy& policy) {
  const CaptureReport& r = replay.report;
  std::cout << fmt::format("{} ({}): {} records, {} judged, {} skipped{}\n", capture, r.link_type, r.records, r.judged,
                           r.records - r.judged, r.skipped.empty() ? "" : " (" + listed(r.skipped) + ")");
  if (!r.adjusted.empty()) std::cout << fmt::format("time stamps adjusted: {}\n", listed(r.adjusted));
  if (2 * r.between_subscribers > r.judged)
    std::cout << fmt::format(
        "{} of the judged packets go from one subscriber to another: they count as sent, so no answer to them is seen "
        "and\n"
        "scans among them stay unjudged; name narrower --subscribers\n",
        r.between_subscribers);
  std::size_t quiet = 0, quarantined = 0, told = 0;
  for (const CaptureAccount& a : replay.accounts) {
    quarantined += a.worst == State::quarantined ? 1 : 0;
    told += a.worst == State::notified ? 1 : 0;
    if (remarkable(a))
      print_account(a, policy);
    else
      ++quiet;
  }
  for (const Event& e : replay.general) std::cout << fmt::format("\n{}: {}\n", name_of(e.kind), explain(e, policy));
  std::cout << fmt::format("\n{} account{}: {} quarantined, {} only told, {} with other evidence, {} with none\n",
                           replay.accounts.size(), replay.accounts.size() == 1 ? "" : "s", quarantined, told,
                           replay.accounts.size() - quarantined - told - quiet, quiet);
}

/// Why a capture gave nothing to judge, and what to try.
std::string nothing_judged(const std::string& capture, const CaptureReport& r) {
  if (r.records == 0) return capture + ": holds no packets";
  if (r.skipped.contains("link_type"))
    return fmt::format(
        "{}: its link type {} is none that can be judged; capture on an Ethernet, raw IP, loopback or Linux 'any' "
        "interface",
        capture, r.link_type);
  if (r.skipped.contains("not_subscriber"))
    return capture +
           ": no packet comes from or goes to an address within --subscribers; name the prefixes of the monitored side";
  return fmt::format("{}: nothing in it could be judged ({})", capture, listed(r.skipped));
}

int replay(const std::string& capture, const std::vector<std::string>& subscribers, const std::string& policy_file,
           bool expect_clean, bool json) {
  std::vector<Prefix> prefixes;
  for (const std::string& text : subscribers) {
    const auto prefix = parse_prefix(text);
    if (!prefix) {
      std::cerr << "lazaret replay: --subscribers: '" << text
                << "' is no prefix; write 192.168.0.0/16, 192.168.2.16 or 2001:db8::/32\n";
      return kBadInput;
    }
    prefixes.push_back(*prefix);
  }
  Policy policy;
  if (!policy_file.empty()) {
    auto loaded = load_policy(policy_file);
    if (const auto* errors = std::get_if<1>(&loaded)) {
      for (const ScenarioError& e : *errors) std::cerr << e.text() << "\n";
      return kBadInput;
    }
    policy = std::get<Policy>(loaded);
  }
  const auto result = replay_capture(capture, prefixes, policy);
  if (const auto* problem = std::get_if<Problem>(&result)) {
    std::cerr << "lazaret replay: " << problem->message << "\n";
    return kBadInput;
  }
  const auto& done = std::get<CaptureReplay>(result);
  if (json)
    std::cout << as_json(capture, done, policy).dump(2) << "\n";
  else
    print_table(capture, done, policy);
  if (!done.report.damage.empty())
    std::cerr << "lazaret replay: " << capture << ": reading ended early: " << done.report.damage
              << "; what came before it was judged\n";
  if (done.report.judged == 0) {
    std::cerr << "lazaret replay: " << nothing_judged(capture, done.report) << "\n";
    return kBadInput;
  }
  bool clean = true;
  for (const CaptureAccount& a : done.accounts) clean = clean && a.worst != State::quarantined;
  return expect_clean && !clean ? kNotClean : kDone;
}

}  // namespace

int main(int count, char** values) {
  CLI::App app("A pcap or pcapng capture through the core: who would have been quarantined, and why.",
               "lazaret replay");
  app.footer(
      "Each address within --subscribers is an account of its own (in IPv6 each /64). Nobody chooses at the portal, "
      "and the\n"
      "capture cannot react to what is blocked. What goes from one subscriber to another counts as sent only.\n\n"
      "Examples:\n"
      "  lazaret replay office.pcapng --subscribers 192.168.0.0/16,2001:db8::/32\n"
      "  lazaret replay scan.pcap --subscribers 192.168.2.16 --json\n"
      "  lazaret replay benign.pcap --subscribers 10.0.0.0/8 --policy strict.yaml --expect-clean\n\n"
      "Exit codes: 0 done; 1 somebody was quarantined and --expect-clean was given; 2 bad input, or nothing in it "
      "could be\n"
      "judged; 3 failed inside");
  std::string capture, policy;
  std::vector<std::string> subscribers;
  bool expect_clean = false, json = false;
  app.add_option("capture", capture, "a pcap or pcapng file")->required();
  app.add_option("--subscribers", subscribers, "prefixes of the monitored side, separated by commas")
      ->required()
      ->delimiter(',');
  app.add_option("--policy", policy,
                 "YAML file with keys of the policy table (docs/parameters.md); defaults for the rest");
  app.add_flag("--expect-clean", expect_clean, "exit with 1 if anybody is quarantined");
  app.add_flag("--json", json, "one JSON document on standard output");
  try {
    app.parse(count, values);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kBadInput;
  }
  try {
    return replay(capture, subscribers, policy, expect_clean, json);
  } catch (const std::exception& e) {
    std::cerr << "lazaret replay: failed inside: " << e.what() << "\n";
    return kFailedInside;
  }
}
