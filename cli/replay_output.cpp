#include "cli/replay_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/detect/contracts.hpp"
#include "core/evidence/explanation.hpp"

namespace lazaret {
namespace {

double nats(Score score) { return static_cast<double>(score) / static_cast<double>(kNat); }
double probability(Score log_odds) { return 1 / (1 + std::exp(-nats(log_odds))); }

/// A probability as a percentage that never rounds up to certainty.
std::string percent(double p) {
  if (p > 0.9999) return "over 99.99 %";
  if (p < 0.0001) return "under 0.01 %";
  return fmt::format("{:.3g} %", 100 * p);
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
  const EvidencePiece* strongest = nullptr;
  const std::vector<EvidencePiece> evidence = evidence_of(a, policy);
  for (const EvidencePiece& p : evidence) {
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

}  // namespace

std::vector<EvidencePiece> evidence_of(const CaptureAccount& account, const Policy& policy) {
  std::vector<EvidencePiece> pieces;
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

nlohmann::ordered_json replay_json(const std::string& file, const CaptureReplay& replay, const Policy& policy) {
  using Json = nlohmann::ordered_json;
  Json accounts = Json::array();
  for (const CaptureAccount& a : replay.accounts) {
    Json evidence = Json::array(), events = Json::array();
    for (const EvidencePiece& p : evidence_of(a, policy))
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
  return {{"capture", file},
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

void print_json(const std::string& file, const CaptureReplay& replay, const Policy& policy) {
  std::cout << replay_json(file, replay, policy).dump(2) << "\n";
}

std::string listed(const std::map<std::string, std::uint64_t>& causes) {
  std::string text;
  for (const auto& [cause, count] : causes) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", cause, count);
  return text;
}

void print_accounts(const CaptureReplay& replay, const Policy& policy) {
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

bool nobody_quarantined(const CaptureReplay& replay) {
  return std::none_of(replay.accounts.begin(), replay.accounts.end(),
                      [](const CaptureAccount& a) { return a.worst == State::quarantined; });
}

}  // namespace lazaret
