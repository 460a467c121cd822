// Section 3 of docs/semantics.md: verdicts.
#include <algorithm>

#include "tests/laws/reference.hpp"

namespace lazaret::laws {
namespace {

Verdict answer(Action action, Rule rule, AccountId account = kNobody) { return {action, rule, 0, account}; }

constexpr Prefix v4_prefix(std::uint32_t address, std::uint8_t length) {
  return {IpAddress::v4(address), static_cast<std::uint8_t>(96 + length)};
}

/// What a host may send before it has an address, or only to its neighbours.
bool names_nobody(IpAddress a) {
  return a == IpAddress{} || a == IpAddress::v4(0) || contains(v4_prefix(0xa9fe0000, 16), a) ||
         contains({{0xfe80ULL << 48, 0}, 10}, a);
}

bool is_private(IpAddress a) {
  return contains(v4_prefix(0x0a000000, 8), a) || contains(v4_prefix(0xac100000, 12), a) ||
         contains(v4_prefix(0xc0a80000, 16), a) || contains(v4_prefix(0x64400000, 10), a) ||
         contains({{0xfc00ULL << 48, 0}, 7}, a);
}

}  // namespace

Verdict Reference::judge(const PacketView& packet, const Facts& f, Timestamp at) {
  if (f.parse == Parse::not_ip) {
    ++counters_.not_ip;
    return answer(Action::pass, Rule::not_ip);
  }
  if (f.parse == Parse::malformed) {
    ++counters_.malformed;
    return answer(Action::pass, Rule::malformed);
  }
  if (packet.direction == Direction::upstream) return judge_upstream(f, at);
  const AccountId id = holder(f.destination);
  if (id == kNobody) ++counters_.unbound;
  if (packet.direction == Direction::from_garden) return answer(Action::pass, Rule::garden_return, id);
  return id == kNobody ? answer(Action::pass, Rule::unbound) : judge_account(f, false, id, at);
}

Verdict Reference::judge_upstream(const Facts& f, Timestamp at) {
  const AccountId h = holder(f.source), l = owner(f.line);
  if (h != kNobody && slips(Slip::any_line)) return judge_account(f, true, h, at);
  bool unbound = false;
  if (l != kNobody) {
    const bool own = std::any_of(bindings_.begin(), bindings_.end(),
                                 [&](const auto& b) { return b.second == l && contains(b.first, f.source); });
    if (own) return judge_account(f, true, l, at);
    unbound = names_nobody(f.source) && !slips(Slip::link_local_spoofed);
  } else if (h != kNobody) {
    const Account& a = accounts_[h];
    const bool guarded = a.line.value == 0 && !a.lost_line;
    if (guarded || (a.lost_line && slips(Slip::lost_line_open))) return judge_account(f, true, h, at);
  } else {
    unbound = true;
  }
  if (unbound) {
    ++counters_.unbound;
    return answer(Action::pass, Rule::unbound);
  }
  ++counters_.spoofed;
  const Verdict verdict =
      sacred(f, true, nullptr, at) ? answer(Action::pass, Rule::sacred) : answer(Action::drop, Rule::spoofed_source);
  const bool hidden_by_a_router = is_private(f.source) && !slips(Slip::private_blamed);
  if (l != kNobody && !hidden_by_a_router) {
    if (!slips(Slip::holder_blamed)) blame(l, f, at);
    if (slips(Slip::holder_blamed) && h != kNobody) blame(h, f, at);
  }
  return verdict;
}

bool Reference::restricted(const Account& a) const {
  const bool closed = a.state == State::quarantined || a.state == State::remediating;
  const bool shadow = Profile{policy_.quarantine_profile} == Profile::shadow && !slips(Slip::restricted_shadow);
  return closed && !shadow && (!stopped_ || slips(Slip::stop_ignored));
}

Verdict Reference::judge_account(const Facts& f, bool upstream, AccountId id, Timestamp at) {
  const Account& a = accounts_[id];
  if (!restricted(a)) return answer(Action::pass, Rule::clear, id);
  if (sacred(f, upstream, &a, at)) return answer(Action::pass, Rule::sacred, id);
  return profile(f, upstream, id, at);
}

bool Reference::sacred(const Facts& f, bool upstream, const Account* account, Timestamp at) const {
  if (slips(Slip::nothing_sacred)) return false;
  const IpAddress other = upstream ? f.destination : f.source;
  if (!slips(Slip::sacred_ports_only) &&
      (policy_.services_voice.covers(other) || policy_.services_emergency.covers(other) ||
       policy_.services_remediation.covers(other) || policy_.services_portal.covers(other)))
    return true;
  if (account != nullptr && !slips(Slip::learned_ignored)) {
    const std::uint32_t tag = low(key(other, 65536 + 4));
    for (const Learned& l : account->learned)
      if (l.tag == tag && (sec(at) < l.until || (l.until > 0 && slips(Slip::learned_forever)))) return true;
  }
  const bool tcp = f.transport == Transport::tcp, udp = f.transport == Transport::udp;
  if (!tcp && !udp) return false;
  const std::uint16_t port = upstream || slips(Slip::ports_unswapped) ? f.destination_port : f.source_port;
  if (port == 53) return policy_.services_resolvers.covers(other) || slips(Slip::any_resolver_sacred);
  if (port == 5060 || port == 5061) return true;
  if (udp) return port == 123;
  return port == 110 || port == 143 || port == 993 || port == 995;
}

bool Reference::draining(const Account& a, Timestamp at) const {
  if (slips(Slip::drain_ignored)) return false;
  if (slips(Slip::drain_endless)) return true;
  return sec(at) < a.quarantined_s + policy_.quarantine_drain_s;
}

Verdict Reference::profile(const Facts& f, bool upstream, AccountId id, Timestamp at) {
  const Account& a = accounts_[id];
  const Profile profile{policy_.quarantine_profile};
  const bool tcp = f.transport == Transport::tcp, udp = f.transport == Transport::udp;
  const std::uint16_t port = upstream || slips(Slip::ports_unswapped) ? f.destination_port : f.source_port;
  const auto pass = [&](Rule rule) { return answer(Action::pass, rule, id); };
  const auto closed = [&](Rule rule) { return answer(upstream ? Action::reject : Action::drop, rule, id); };

  if (profile == Profile::notice) {
    const bool shown =
        key(f.destination, f.source_port) % static_cast<std::uint64_t>(policy_.quarantine_notice_one_in) == 0;
    if (tcp && upstream && port == 80 && (shown || slips(Slip::notice_all)))
      return answer(Action::garden, Rule::web_to_garden, id);
    return pass(Rule::open);
  }

  const bool hidden =
      f.transport == Transport::tiny_fragment || (upstream && f.protocol == 6 && f.transport == Transport::malformed);
  if (hidden && !slips(Slip::fragments_judged)) return answer(Action::drop, Rule::tiny_fragment, id);
  if (tcp && (port == 25 || port == 465 || port == 587)) return closed(Rule::mail_closed);
  if (profile == Profile::smtp_only) return pass(Rule::open);
  if (tcp && port == 80) return web(f, upstream, id, at);

  const bool drains = draining(a, at);
  const bool drained = tcp && drains && (!opens(f) || slips(Slip::openings_drain));
  if (profile == Profile::leaky) {
    if (upstream && opens(f) && scanners_look_for(port) && !slips(Slip::leaky_scans)) return closed(Rule::scan_closed);
    return pass(Rule::open);
  }
  if (profile == Profile::cipp) {
    if (port != 443 || (!tcp && !udp)) return pass(Rule::open);
    if (tcp) return drained ? pass(Rule::draining) : closed(Rule::web_closed);
    const bool short_header = !f.payload.empty() && ((f.payload[0] & 0x80) == 0 || slips(Slip::quic_openings_drain));
    return drains && (!upstream || short_header) ? pass(Rule::draining) : closed(Rule::web_closed);
  }
  // strict
  if (udp && in_call(a, f, upstream, at)) return pass(Rule::call);
  if (drained) return pass(Rule::draining);
  if (f.transport == Transport::icmp || f.transport == Transport::icmp_error) return pass(Rule::open);
  return closed(Rule::strict_closed);
}

Verdict Reference::web(const Facts& f, bool upstream, AccountId id, Timestamp at) {
  Account& a = accounts_[id];
  const Verdict garden = answer(Action::garden, Rule::web_to_garden, id);
  if (!upstream)
    return draining(a, at) ? answer(Action::pass, Rule::draining, id) : answer(Action::drop, Rule::web_closed, id);
  const std::uint64_t web_key = key(f.destination, (2U << 16) + f.source_port);
  if (opens(f)) {
    if (!slips(Slip::garden_forgotten)) (void)fresh(a, web_key, at);
    return garden;
  }
  turn(a.evidence.memory, at);
  if (draining(a, at) && !remembered(a.evidence.memory, web_key)) return answer(Action::pass, Rule::draining, id);
  return garden;
}

}  // namespace lazaret::laws
