#include "core/evidence/fusion.hpp"

#include <algorithm>
#include <cmath>

namespace lazaret {
namespace {

constexpr unsigned index(Channel c) { return static_cast<unsigned>(c); }
constexpr unsigned index(Family f) { return static_cast<unsigned>(f); }

struct FamilyRow {
  double observations_per_day;
  std::int64_t half_life_s;
};
std::array<FamilyRow, kFamilies> family_rows(const Policy& p) {
  return {{{p.scan_observations_per_day, p.scan_half_life_s},
           {p.spam_observations_per_day, p.spam_half_life_s},
           {p.dns_observations_per_day, p.dns_half_life_s},
           {p.flood_observations_per_day, p.flood_half_life_s},
           {p.login_observations_per_day, p.login_half_life_s},
           {p.c2_observations_per_day, p.c2_half_life_s},
           {p.report_observations_per_day, p.report_half_life_s}}};
}

constexpr std::uint16_t one_more(std::uint16_t n) { return n == UINT16_MAX ? n : static_cast<std::uint16_t>(n + 1); }

}  // namespace

Score to_score(double nats) { return std::llround(nats * static_cast<double>(kNat)); }
Score log_odds(double p) { return to_score(std::log(p / (1 - p))); }
Steps::Steps(double clean, double bot)
    : adverse(to_score(std::log(bot / clean))), exonerating(to_score(std::log((1 - bot) / (1 - clean)))) {}

Fusion::Fusion(const Policy& p)
    : prior_{log_odds(p.evidence_prior), log_odds(p.evidence_probation_prior)},
      watch_(log_odds(p.evidence_watch)),
      notify_(log_odds(p.evidence_notify)),
      quarantine_(log_odds(p.evidence_quarantine)),
      correlated_(to_score(p.evidence_correlated)) {
  const auto rows = family_rows(p);
  for (unsigned f = 0; f < kFamilies; ++f) {
    const double n = rows[f].observations_per_day;
    certain_[0][f] = to_score(std::log(n / p.evidence_false_quarantines_per_day));
    certain_[1][f] = to_score(std::log(n / p.evidence_probation_false_quarantines_per_day));
    quantum_s_[f] = static_cast<Second>(std::max<std::int64_t>(1, rows[f].half_life_s / 64));
  }
  cap_.fill(to_score(p.evidence_cap));
  cap_[index(Channel::scan_other)] = to_score(p.scan_other_cap);
  cap_[index(Channel::scan_telnet)] = to_score(p.scan_telnet_cap);
  cap_[index(Channel::spam_mx_query)] = to_score(p.spam_mx_query_cap);
  cap_[index(Channel::spam_fanout)] = to_score(p.spam_fanout_cap);
  cap_[index(Channel::dns_tunnel)] = to_score(p.dns_tunnel_cap);
  cap_[index(Channel::flood_reply)] = to_score(p.flood_reply_cap);
  cap_[index(Channel::login_opaque)] = to_score(p.login_opaque_cap);
  cap_[index(Channel::c2_beacon)] = to_score(p.c2_beacon_cap);
  cap_[index(Channel::c2_client)] = to_score(p.c2_client_cap);
  cap_[index(Channel::c2_address)] = cap_[index(Channel::c2_name)] = to_score(p.c2_feed_cap);
  cap_[index(Channel::report_abuse)] = to_score(p.report_cap);
  for (unsigned i = 0; i < 64; ++i) decay_[i] = std::llround(65536 * std::exp2(-static_cast<double>(i) / 64));
}

void Fusion::decay(Standing& s, Second at) const {
  if (at <= s.decayed_at) return;
  const Second quantum = quantum_s_[index(family_of(s.channel()))];
  const Second steps = (at - s.decayed_at) / quantum;
  if (steps == 0) return;
  s.score = steps / 64 >= 32
                ? 0
                : static_cast<std::uint32_t>(((std::int64_t{s.score} >> (steps / 64)) * decay_[steps % 64]) >> 16) &
                      0xff'ffffU;
  s.decayed_at += steps * quantum;
}

Score Fusion::score(const Standing& standing, Second at) const {
  Standing s = standing;
  decay(s, at);
  return s.score;
}

Standing* Fusion::standing(Evidence& evidence, const Observation& o, Second at, Counters& counters) const {
  for (Standing& s : evidence) {
    if (s.channel() != o.channel) continue;
    decay(s, at);
    return &s;
  }
  if (o.step <= 0) return nullptr;
  if (evidence.full()) {
    Standing* least = evidence.begin();
    for (Standing& s : evidence)
      if (score(s, at) < score(*least, at)) least = &s;
    if (score(*least, at) >= o.step) {
      ++counters.evidence_crowded;
      return nullptr;
    }
    evidence.erase(least);
  }
  Standing fresh;
  fresh.number = index(o.channel) & 0xffU;
  fresh.decayed_at = at;
  evidence.push(fresh);
  return evidence.end() - 1;
}

void Fusion::observe(Evidence& evidence, const Observation& o, Second at, Counters& counters) const {
  Standing* s = standing(evidence, o, at, counters);
  if (s == nullptr) return;
  s->score =
      static_cast<std::uint32_t>(std::clamp(Score{s->score} + o.step, Score{0}, cap_[index(o.channel)])) & 0xff'ffffU;
  s->observations = one_more(s->observations);
  if (o.adverse) {
    if (s->adverse == 0) s->first = at;
    s->adverse = one_more(s->adverse);
    s->last = at;
    s->port = o.port;
    s->source_port = o.source_port;
  }
  if (s->score == 0) evidence.erase(s);
}

Weight Fusion::weigh(const Evidence& evidence, Second at, Watch watch) const {
  std::array<Score, kFamilies> greatest{}, sum{};
  bool certain_channel = false;
  for (const Standing& s : evidence) {
    const Score now = score(s, at);
    const unsigned f = index(family_of(s.channel()));
    greatest[f] = std::max(greatest[f], now);
    sum[f] += now;
    certain_channel |= now >= certain(s.channel(), watch);
  }
  Weight w{.belief = prior_[static_cast<unsigned>(watch)]};
  unsigned agree = 0;
  for (unsigned f = 0; f < kFamilies; ++f) {
    const Score part = greatest[f] + (((sum[f] - greatest[f]) * correlated_) >> 16);
    w.belief += part;
    agree += part >= kCorroborates ? 1 : 0;
  }
  w.enough = w.belief >= quarantine_ && (certain_channel || agree >= 2);
  return w;
}

}  // namespace lazaret
