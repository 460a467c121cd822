// Sections 9 and 10 of docs/semantics.md: floods, spoofed sources, calls; abuse reports.
#include <algorithm>

#include "core/hash.hpp"
#include "tests/laws/reference.hpp"

namespace lazaret::laws {
namespace {

bool amplifies(std::uint16_t port) {
  return port == 19 || port == 53 || port == 123 || port == 161 || port == 389 || port == 1900 || port == 11211;
}

std::uint32_t call_key(IpAddress a, std::uint16_t port, Seed seed) {
  return static_cast<std::uint32_t>(mix(seed.value + port, a.high ^ a.low));
}

/// Of UDP that may be a call.
bool may_be_call(std::uint16_t service_port) {
  return service_port != 53 && service_port != 123 && service_port != 443;
}

}  // namespace

// --- 9: rates

bool Reference::flooded(const Meter& m) const {
  return m.syn >= policy_.flood_syn_per_s || m.udp_up >= policy_.flood_udp_per_s ||
         m.replies >= policy_.flood_reply_per_s;
}

void Reference::judge_meter(AccountId id, Timestamp at) {
  Meter& m = accounts_[id].evidence.meter;
  const Meter old = m;
  m.syn = m.syn_ack = m.udp_up = m.udp_down = m.replies = 0;
  m.second = sec(at);
  const auto seen = [&](Channel channel, double score) { observation(id, channel, q(score), true, old.port, 0, at); };
  const bool answers_ignored = slips(Slip::meter_ratio_ignored);
  if (old.syn >= policy_.flood_syn_per_s && (5 * old.syn_ack < old.syn || answers_ignored))
    seen(Channel::flood_syn, policy_.flood_syn_score);
  if (old.udp_up >= policy_.flood_udp_per_s && (20 * old.udp_down < old.udp_up || answers_ignored))
    seen(Channel::flood_udp, policy_.flood_udp_score);
  if (old.replies >= policy_.flood_reply_per_s) seen(Channel::flood_reply, policy_.flood_reply_score);
}

void Reference::meter(AccountId id, const Facts& f, bool upstream, Timestamp at) {
  Meter& m = accounts_[id].evidence.meter;
  if (sec(at) != m.second) {
    if (slips(Slip::meter_waits) && flooded(m)) judge_meter(id, at);
    if (!slips(Slip::meter_never_emptied)) m.syn = m.syn_ack = m.udp_up = m.udp_down = m.replies = 0;
    m.second = sec(at);
  }
  if (f.transport == Transport::tcp) {
    ++(upstream ? m.syn : m.syn_ack);
    if (upstream) m.port = f.destination_port;
  } else if (!upstream) {
    ++m.udp_down;
  } else {
    ++m.udp_up;
    m.port = f.destination_port;
    const bool large = f.payload_length >= 400 || slips(Slip::small_replies_count);
    if ((amplifies(f.source_port) || slips(Slip::any_port_amplifies)) && large) {
      ++m.replies;
      m.port = f.source_port;
    }
  }
  const std::uint32_t most = std::max({m.syn, m.syn_ack, m.udp_up, m.udp_down, m.replies});
  if (most < 65535) return;
  if (slips(Slip::meter_saturates)) {
    for (std::uint32_t* n : {&m.syn, &m.syn_ack, &m.udp_up, &m.udp_down, &m.replies}) *n = up_to_16_bits(*n);
    return;
  }
  const Meter full = m;
  judge_meter(id, at);
  if (slips(Slip::meter_keeps_answers)) m.syn_ack = full.syn_ack, m.udp_down = full.udp_down % 65535;
}

void Reference::blame(AccountId id, const Facts& f, Timestamp at) {
  Account& a = accounts_[id];
  if (a.account_class == AccountClass::exempt && !slips(Slip::exempt_blamed)) return;
  if (!fresh(a, key(f.source, 65536 + 2), at) && !slips(Slip::spoof_repeats)) return;
  const bool ports = f.transport == Transport::tcp || f.transport == Transport::udp;
  observation(id, Channel::flood_spoof, q(policy_.flood_spoof_score), true, ports ? f.destination_port : 0,
              ports ? f.source_port : 0, at);
}

void Reference::call(Account& a, const Facts& f, bool upstream, Timestamp at) {
  const std::uint16_t port = upstream ? f.destination_port : f.source_port;
  if (!may_be_call(port) && !slips(Slip::any_port_calls)) return;
  const std::uint32_t peer = call_key(upstream ? f.destination : f.source, port, seed_);
  if (upstream) {
    const bool kept = restricted(a) && Profile{policy_.quarantine_profile} == Profile::strict;
    if (kept && !slips(Slip::call_taken_over)) return;
    if (sec(at) - a.call_second > 5) a.call_peer = peer, a.call_second = sec(at);
  } else if (peer == a.call_peer && !slips(Slip::call_never_refreshed)) {
    a.call_second = sec(at);
  }
}

bool Reference::in_call(const Account& a, const Facts& f, bool upstream, Timestamp at) const {
  const std::uint16_t port = upstream ? f.destination_port : f.source_port;
  if (!may_be_call(port) || slips(Slip::call_refused)) return false;
  const bool alive = sec(at) - a.call_second <= 10 || slips(Slip::call_endless);
  return alive && call_key(upstream ? f.destination : f.source, port, seed_) == a.call_peer;
}

// --- 10: abuse reports

void Reference::report(const Command& c, Timestamp at) {
  if (!accounts_.contains(c.account) && (c.account == kNobody || !slips(Slip::report_makes_account))) {
    ++counters_.commands_ignored;
    return;
  }
  if (!admit(c.account)) return;
  const Score step = slips(Slip::report_unclamped) ? c.step : std::clamp<Score>(c.step, 0, q(6));
  observation(c.account, Channel::report_abuse, step, true, slips(Slip::report_portless) ? std::uint16_t{0} : c.port, 0,
              at);
}

}  // namespace lazaret::laws
