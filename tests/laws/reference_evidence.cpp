// Section 12 of docs/semantics.md: scores and belief.
#include <algorithm>
#include <cmath>

#include "tests/laws/reference.hpp"

namespace lazaret::laws {
namespace {

std::int64_t half_life_s(const Policy& p, Family family) {
  switch (family) {
    case Family::scan:
      return p.scan_half_life_s;
    case Family::spam:
      return p.spam_half_life_s;
    case Family::dns:
      return p.dns_half_life_s;
    case Family::flood:
      return p.flood_half_life_s;
    case Family::login:
      return p.login_half_life_s;
    case Family::c2:
      return p.c2_half_life_s;
    case Family::report:
      return p.report_half_life_s;
  }
  return 0;
}

double observations_per_day(const Policy& p, Family family) {
  switch (family) {
    case Family::scan:
      return p.scan_observations_per_day;
    case Family::spam:
      return p.spam_observations_per_day;
    case Family::dns:
      return p.dns_observations_per_day;
    case Family::flood:
      return p.flood_observations_per_day;
    case Family::login:
      return p.login_observations_per_day;
    case Family::c2:
      return p.c2_observations_per_day;
    case Family::report:
      return p.report_observations_per_day;
  }
  return 0;
}

double cap(const Policy& p, Channel channel) {
  if (channel == Channel::scan_other) return p.scan_other_cap;
  if (channel == Channel::scan_telnet) return p.scan_telnet_cap;
  if (channel == Channel::spam_mx_query) return p.spam_mx_query_cap;
  if (channel == Channel::spam_fanout) return p.spam_fanout_cap;
  if (channel == Channel::dns_tunnel) return p.dns_tunnel_cap;
  if (channel == Channel::flood_reply) return p.flood_reply_cap;
  if (channel == Channel::login_opaque) return p.login_opaque_cap;
  if (channel == Channel::c2_beacon) return p.c2_beacon_cap;
  if (channel == Channel::c2_client) return p.c2_client_cap;
  if (channel == Channel::c2_address || channel == Channel::c2_name) return p.c2_feed_cap;
  if (channel == Channel::report_abuse) return p.report_cap;
  return p.evidence_cap;
}

}  // namespace

void Reference::decay(Standing& s, std::int64_t second) const {
  if (slips(Slip::no_decay)) return;
  std::int64_t half_life = half_life_s(policy_, family_of(s.channel));
  if (slips(Slip::one_half_life)) half_life = policy_.scan_half_life_s;
  const std::int64_t quantum = std::max<std::int64_t>(1, half_life / 64);
  const std::int64_t steps = (second - s.decayed_at) / quantum;
  if (steps <= 0) return;
  const std::int64_t factor = std::llround(65536 * std::exp2(-static_cast<double>(steps % 64) / 64));
  s.score = steps / 64 >= 32 ? 0 : ((s.score >> (steps / 64)) * factor) >> 16;
  s.decayed_at += steps * quantum;
}

Score Reference::decayed(const Standing& s, Timestamp at) const {
  Standing copy = s;
  decay(copy, sec(at));
  return copy.score;
}

void Reference::observation(AccountId id, Channel channel, Score step, bool adverse, std::uint16_t port,
                            std::uint16_t source_port, Timestamp at) {
  note(accounts_[id], channel, step, adverse, port, source_port, sec(at));
  weigh(id, at);
}

void Reference::note(Account& a, Channel channel, Score step, bool adverse, std::uint16_t port,
                     std::uint16_t source_port, std::int64_t second) {
  std::vector<Standing>& standings = a.evidence.standings;
  auto s = std::find_if(standings.begin(), standings.end(), [&](const Standing& x) { return x.channel == channel; });
  if (s != standings.end()) {
    decay(*s, second);
  } else {
    if (step <= 0) return;
    if (standings.size() == kStandingsPerAccount && !slips(Slip::standings_unlimited)) {
      auto least = standings.end();
      Score least_score = 0;
      for (auto x = standings.begin(); x != standings.end(); ++x) {
        const Score score = decayed(*x, begin_of_second(second));
        const bool better = slips(Slip::greatest_evicted) ? score > least_score : score < least_score;
        if (least == standings.end() || better) least = x, least_score = score;
      }
      if (least_score >= step || slips(Slip::standings_never_evicted)) {
        ++counters_.evidence_crowded;
        return;
      }
      standings.erase(least);
    }
    standings.push_back({.channel = channel, .score = 0, .decayed_at = second, .seen = {}});
    s = standings.end() - 1;
  }
  s->score = std::max<Score>(s->score + step, 0);
  if (!slips(Slip::no_cap))
    s->score = std::min(s->score, q(slips(Slip::one_cap) ? policy_.evidence_cap : cap(policy_, channel)));
  Sighting& seen = s->seen;
  seen.observations = up_to_16_bits(seen.observations + 1U);
  if (adverse || slips(Slip::sightings_exonerated)) {
    if (seen.adverse == 0) seen.first = begin_of_second(second);
    seen.adverse = up_to_16_bits(seen.adverse + 1U);
    seen.last = begin_of_second(second);
    seen.port = slips(Slip::ports_swapped) ? source_port : port;
    seen.source_port = slips(Slip::ports_swapped) ? port : source_port;
  }
  if (s->score == 0 && !slips(Slip::empty_standings_stay)) standings.erase(s);
}

bool Reference::on_probation(const Account& a) const {
  if (slips(Slip::prior_on_probation)) return false;
  return a.state == State::probation || a.from_probation;
}

Score Reference::family_part(const Account& a, Family family, Timestamp at) const {
  Score greatest = 0, sum = 0;
  for (const Standing& s : a.evidence.standings) {
    if (family_of(s.channel) != family) continue;
    const Score score = decayed(s, at);
    greatest = std::max(greatest, score);
    sum += score;
  }
  const double weight = slips(Slip::correlated_fully) ? 1 : policy_.evidence_correlated;
  return greatest + (((sum - greatest) * std::llround(65536 * weight)) >> 16);
}

Score Reference::belief(const Account& a, Timestamp at) const {
  Score sum = q(odds(on_probation(a) ? policy_.evidence_probation_prior : policy_.evidence_prior));
  for (unsigned i = 0; i < kFamilies; ++i) sum += family_part(a, Family{static_cast<std::uint8_t>(i)}, at);
  return sum;
}

Score Reference::certain(const Account& a, Channel channel) const {
  const bool strict = on_probation(a) && !slips(Slip::certain_as_ordinary);
  const double accepted =
      strict ? policy_.evidence_probation_false_quarantines_per_day : policy_.evidence_false_quarantines_per_day;
  return q(std::log(observations_per_day(policy_, family_of(channel)) / accepted));
}

bool Reference::enough(const Account& a, Timestamp at) const {
  if (belief(a, at) < q(odds(policy_.evidence_quarantine))) return false;
  unsigned channels = 0, families = 0;
  for (const Standing& s : a.evidence.standings) {
    if (decayed(s, at) >= certain(a, s.channel) && !slips(Slip::nothing_certain)) return true;
    if (decayed(s, at) >= 2 * kNat) ++channels;
  }
  for (unsigned i = 0; i < kFamilies; ++i)
    if (family_part(a, Family{static_cast<std::uint8_t>(i)}, at) >= (slips(Slip::whispers_agree) ? 1 : 2 * kNat))
      ++families;
  if (slips(Slip::families_by_channel)) return channels >= 2;
  return families >= (slips(Slip::one_family) ? 1 : 2);
}

AccountStatus Reference::status(AccountId id, Timestamp now) const {
  const auto found = accounts_.find(id);
  if (found == accounts_.end()) return {};
  const Account& a = found->second;
  AccountStatus status;
  status.state = a.state, status.later_left = a.later_left, status.account_class = a.account_class;
  status.history = a.history, status.belief = belief(a, now);
  for (const Standing& s : a.evidence.standings) {
    status.scores[static_cast<unsigned>(s.channel)] = decayed(s, now);
    status.seen[static_cast<unsigned>(s.channel)] = s.seen;
  }
  return status;
}

}  // namespace lazaret::laws
