#include "core/evidence/fusion.hpp"

#include <algorithm>
#include <cmath>

namespace lazaret {
namespace {

constexpr Score kCorroborates = 2 * kNat;  // what a family must show to count as a second one

unsigned index(Channel c) { return static_cast<unsigned>(c); }

}  // namespace

Score to_score(double nats) { return std::llround(nats * static_cast<double>(kNat)); }
Score log_odds(double p) { return to_score(std::log(p / (1 - p))); }

Fusion::Fusion(const Policy& policy)
    : prior_(log_odds(policy.evidence_prior)),
      prior_strict_(log_odds(policy.evidence_probation_prior)),
      watch_(log_odds(policy.evidence_watch)),
      quarantine_(log_odds(policy.evidence_quarantine)),
      certain_(to_score(policy.evidence_certain)),
      certain_strict_(to_score(policy.evidence_probation_certain)) {
  cap_.fill(to_score(policy.evidence_cap));
  cap_[index(Channel::scan_other)] = to_score(policy.scan_other_cap);
  cap_[index(Channel::spam_mx_query)] = to_score(policy.spam_mx_query_cap);
  for (unsigned c = 0; c < kChannels; ++c) {
    const bool scan = family_of(static_cast<Channel>(c)) == Family::scan;
    quantum_ns_[c] = (scan ? policy.scan_half_life_s : policy.spam_half_life_s) * kNsPerSecond / 64;
  }
  for (unsigned i = 0; i < 64; ++i) decay_[i] = std::llround(65536 * std::exp2(-static_cast<double>(i) / 64));
}

void Fusion::decay(ChannelState& c, Channel channel, Timestamp at) const {
  if (c.score == 0) {
    c.decayed_at = at;
    return;
  }
  const std::int64_t quantum = quantum_ns_[index(channel)];
  const std::int64_t steps = (at - c.decayed_at).ns / quantum;
  if (steps <= 0) return;
  c.score = steps / 64 >= 63 ? 0 : ((c.score >> (steps / 64)) * decay_[static_cast<unsigned>(steps % 64)]) >> 16;
  c.decayed_at.ns += steps * quantum;
}

Evidence Fusion::decayed(const Evidence& evidence, Timestamp at) const {
  Evidence e = evidence;
  for (unsigned c = 0; c < kChannels; ++c) decay(e.channels[c], static_cast<Channel>(c), at);
  return e;
}

void Fusion::observe(Evidence& e, const Observation& o, Timestamp at) const {
  ChannelState& c = e.channels[index(o.channel)];
  decay(c, o.channel, at);
  c.score = std::clamp(c.score + o.step, Score{0}, cap_[index(o.channel)]);
  ++c.seen.observations;
  if (!o.adverse) return;
  if (c.seen.adverse++ == 0) c.seen.first = at;
  c.seen.last = at;
  c.seen.port = o.port;
  c.seen.source_port = o.source_port;
}

Score Fusion::belief(const Evidence& e, Watch watch) const {
  Score sum = watch == Watch::strict ? prior_strict_ : prior_;
  for (const ChannelState& c : e.channels) sum += c.score;
  return sum;
}

bool Fusion::enough(const Evidence& e, Watch watch) const {
  if (belief(e, watch) < quarantine_) return false;
  bool agrees[kFamilies] = {};
  for (unsigned c = 0; c < kChannels; ++c) {
    if (e.channels[c].score >= certain(watch)) return true;
    if (e.channels[c].score >= kCorroborates) agrees[static_cast<unsigned>(family_of(static_cast<Channel>(c)))] = true;
  }
  return std::all_of(std::begin(agrees), std::end(agrees), [](bool a) { return a; });
}

}  // namespace lazaret
