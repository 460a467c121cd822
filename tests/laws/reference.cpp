// Sections 1 to 3 of docs/semantics.md: order, bindings, verdicts.
#include "tests/laws/reference.hpp"

#include <algorithm>

namespace lazaret::laws {
namespace {

Verdict answer(Action action, Rule rule, AccountId account = kNobody) { return {action, rule, 0, account}; }

}  // namespace

Reference::Reference(const Policy& policy, const Limits& limits, Seed seed, Slip slip)
    : policy_(policy), limits_(limits), seed_(seed), slip_(slip) {}

Outcome Reference::process(const Batch& batch) {
  verdicts_.clear();
  events_.clear();
  std::size_t c = 0, p = 0;
  while (c < batch.commands.size() || p < batch.packets.size()) {
    bool command =
        c < batch.commands.size() && (p == batch.packets.size() || batch.commands[c].at <= batch.packets[p].at);
    if (slips(Slip::commands_last) && p < batch.packets.size() && c < batch.commands.size())
      command = batch.commands[c].at < batch.packets[p].at;
    Timestamp at = command ? batch.commands[c].at : batch.packets[p].at;
    if (slips(Slip::batch_stamps)) at = batch.now;
    at = std::max(at, clock_);
    if (slips(Slip::timers_last))
      run_timers({at.ns - 1});
    else if (!slips(Slip::late_timers))
      run_timers(at);
    clock_ = at;
    if (command) {
      carry_out(batch.commands[c++], at);
      continue;
    }
    const PacketView& packet = batch.packets[p++];
    const Facts facts = decode(packet.frame);
    ++counters_.packets;
    counters_.octets += packet.wire_length;
    if (facts.parse == Parse::ip && facts.transport == Transport::fragment) ++counters_.fragments;
    if (facts.parse == Parse::ip && facts.transport == Transport::malformed) ++counters_.malformed;
    const Verdict verdict = judge(packet, facts, at);
    verdicts_.push_back(verdict);
    const auto account = accounts_.find(verdict.account);
    if (account == accounts_.end()) continue;
    if (packet.direction == Direction::downstream) account->second.reverse = true;
    const bool good = facts.transport == Transport::tcp || facts.transport == Transport::udp ||
                      facts.transport == Transport::icmp || facts.transport == Transport::icmp_error;
    if (!good || verdict.action != Action::pass) continue;
    if (packet.direction == Direction::upstream) observe_upstream(verdict.account, facts, at);
    if (packet.direction == Direction::downstream) observe_downstream(verdict.account, facts, at);
    if (packet.direction == Direction::from_garden && slips(Slip::garden_observed))
      observe_downstream(verdict.account, facts, at);
  }
  run_timers(batch.now);
  clock_ = std::max(clock_, batch.now);
  return {verdicts_, events_};
}

Timestamp Reference::due(const Account& a) const {
  Timestamp t = a.state == State::proposed ? kNever : a.deadline;
  for (const Contact& c : a.contacts) t = std::min(t, c.due);
  for (const Session& s : a.sessions) t = std::min(t, s.due);
  return t;
}

Timestamp Reference::next_due() const {
  Timestamp t = kNever;
  for (const auto& [id, account] : accounts_) t = std::min(t, due(account));
  return t;
}

void Reference::run_timers(Timestamp until) {
  for (;;) {
    AccountId first;
    Timestamp t = kNever;
    for (const auto& [id, account] : accounts_) {
      const Timestamp d = due(account);
      if (d < t || (slips(Slip::timers_by_reverse_account) && d == t && t != kNever)) t = d, first = id;
    }
    if (t == kNever || t > until) return;
    clock_ = std::max(clock_, t);
    run_timer(first, t);
  }
}

void Reference::run_timer(AccountId id, Timestamp now) {
  Account& a = accounts_[id];
  const auto run_contacts = [&] {
    for (std::size_t i = 0; i < a.contacts.size();) {
      if (a.contacts[i].due > now) {
        ++i;
        continue;
      }
      const Contact contact = a.contacts[i];
      a.contacts.erase(a.contacts.begin() + static_cast<std::ptrdiff_t>(i));
      if (a.reverse || slips(Slip::silence_always_adverse)) contact_result(id, contact, true, now);
    }
  };
  const auto run_sessions = [&] {
    for (std::size_t i = 0; i < a.sessions.size();) {
      if (a.sessions[i].due > now) {
        ++i;
        continue;
      }
      const Session session = a.sessions[i];
      a.sessions.erase(a.sessions.begin() + static_cast<std::ptrdiff_t>(i));
      if (!session.open && a.reverse) mail_result(id, session.source_port, Mail::rejected, now);
    }
  };
  if (slips(Slip::timer_order)) run_sessions();
  run_contacts();
  run_sessions();
  if (a.state != State::proposed && a.deadline <= now) deadline(id, now);
}

void Reference::emit(Timestamp at, AccountId id, EventKind kind, std::int64_t observed, std::int64_t limit,
                     bool from_probation) {
  Event e;
  e.at = at, e.account = id, e.kind = kind, e.observed = observed, e.limit = limit, e.from_probation = from_probation;
  push(e);
}

void Reference::push(Event e) {
  Account& a = accounts_[e.account];
  e.sequence = a.events++;
  e.state = a.state;
  e.later_left = a.later_left;
  if (events_.size() == limits_.events)
    ++counters_.events_lost;
  else
    events_.push_back(e);
}

// --- 2: bindings

void Reference::bind(const Command& c, Timestamp at) {
  const unsigned length = c.prefix.length;
  if (c.account == kNobody || length == 0 || length > 128) {
    ++counters_.commands_ignored;
    return;
  }
  const Prefix prefix{truncate(c.prefix.address, length), c.prefix.length};
  const auto bound = bindings_.find(prefix);
  if (bound == bindings_.end() && bindings_.size() == limits_.bindings) {
    ++counters_.bindings_refused;
    return;
  }
  if (!admit(c.account)) return;
  if (bound != bindings_.end() && bound->second.account != c.account && !slips(Slip::unbound_silently))
    emit(at, bound->second.account, EventKind::unbound, length);
  bindings_[prefix] = {c.account, c.line};
  emit(at, c.account, EventKind::bound, length);
}

void Reference::release(const Command& c, Timestamp at) {
  const auto bound = bindings_.find({truncate(c.prefix.address, c.prefix.length), c.prefix.length});
  if (bound == bindings_.end()) {
    ++counters_.commands_ignored;
    return;
  }
  const AccountId old = bound->second.account;
  bindings_.erase(bound);
  emit(at, old, EventKind::unbound, c.prefix.length);
}

const Reference::Binding* Reference::holder(IpAddress address) const {
  const Binding* best = nullptr;
  int best_length = -1;
  for (const auto& [prefix, binding] : bindings_) {
    if (!contains(prefix, address)) continue;
    const bool better =
        slips(Slip::shortest_prefix) ? best == nullptr || prefix.length < best_length : prefix.length > best_length;
    if (better) best = &binding, best_length = prefix.length;
  }
  return best;
}

AccountId Reference::holder_account(IpAddress address) const {
  const Binding* binding = holder(address);
  return binding == nullptr ? kNobody : binding->account;
}

// --- 3: verdicts

bool Reference::sacred(const Facts& f, bool upstream) const {
  if (slips(Slip::nothing_sacred)) return false;
  const IpAddress other = upstream ? f.destination : f.source;
  if (!slips(Slip::sacred_ports_only) &&
      (policy_.services_voice.covers(other) || policy_.services_emergency.covers(other) ||
       policy_.services_remediation.covers(other) || policy_.services_portal.covers(other)))
    return true;
  const bool tcp = f.transport == Transport::tcp, udp = f.transport == Transport::udp;
  if (!tcp && !udp) return false;
  const std::uint16_t port = upstream || slips(Slip::ports_unswapped) ? f.destination_port : f.source_port;
  if (port == 53) return policy_.services_resolvers.covers(other);
  if (port == 5060 || port == 5061) return true;
  if (udp) return port == 123;
  return port == 110 || port == 143 || port == 993 || port == 995;
}

Verdict Reference::judge(const PacketView& packet, const Facts& f, Timestamp) {
  if (f.parse == Parse::not_ip) {
    ++counters_.not_ip;
    return answer(Action::pass, Rule::not_ip);
  }
  if (f.parse == Parse::malformed) {
    ++counters_.malformed;
    return answer(Action::pass, Rule::malformed);
  }
  const bool upstream = packet.direction == Direction::upstream;
  const Binding* binding = holder(upstream ? f.source : f.destination);
  if (binding == nullptr) ++counters_.unbound;
  if (packet.direction == Direction::from_garden)
    return answer(Action::pass, Rule::garden_return, binding == nullptr ? kNobody : binding->account);
  if (binding == nullptr) return answer(Action::pass, Rule::unbound);
  if (upstream && binding->line.value != 0 && binding->line != f.line && !slips(Slip::any_line)) {
    ++counters_.spoofed;
    if (sacred(f, upstream)) return answer(Action::pass, Rule::sacred);
    return answer(Action::drop, Rule::spoofed_source);
  }
  const AccountId id = binding->account;
  const Account& a = accounts_[id];
  const bool closed = a.state == State::quarantined || a.state == State::remediating;
  const bool shadow = policy_.quarantine_profile == static_cast<std::int64_t>(Profile::shadow);
  if (!closed || (shadow && !slips(Slip::restricted_shadow))) return answer(Action::pass, Rule::clear, id);
  if (sacred(f, upstream)) return answer(Action::pass, Rule::sacred, id);
  return restricted(f, upstream, id);
}

Verdict Reference::restricted(const Facts& f, bool upstream, AccountId id) const {
  const bool hidden =
      f.transport == Transport::tiny_fragment || (upstream && f.protocol == 6 && f.transport == Transport::malformed);
  if (hidden && !slips(Slip::fragments_judged)) return answer(Action::drop, Rule::tiny_fragment, id);
  const bool tcp = f.transport == Transport::tcp, udp = f.transport == Transport::udp;
  const std::uint16_t port = upstream || slips(Slip::ports_unswapped) ? f.destination_port : f.source_port;
  if (tcp && (port == 25 || port == 465 || port == 587))
    return answer(upstream ? Action::reject : Action::drop, Rule::mail_closed, id);
  if (tcp && port == 80) {
    if (upstream) return answer(Action::garden, Rule::web_to_garden, id);
    return answer(Action::drop, Rule::web_closed, id);
  }
  if ((tcp || udp) && port == 443) return answer(upstream ? Action::reject : Action::drop, Rule::web_closed, id);
  return answer(Action::pass, Rule::open, id);
}

}  // namespace lazaret::laws
