// Sections 1, 2 and 15 of docs/semantics.md: order, bindings and lines, counters.
#include "tests/laws/reference.hpp"

#include <algorithm>

namespace lazaret::laws {

Reference::Reference(const Policy& policy, const Limits& limits, Seed seed, Slip slip)
    : policy_(policy), limits_(limits), seed_(seed), slip_(slip) {}

// --- 1: order

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
    if (command)
      carry_out(batch.commands[c++], at);
    else
      verdicts_.push_back(take(batch.packets[p++], at));
  }
  const Timestamp now = std::max(batch.now, clock_);
  run_timers(now);
  clock_ = now;
  return {verdicts_, events_};
}

Verdict Reference::take(const PacketView& packet, Timestamp at) {
  const Facts facts = decode(packet.frame);
  ++counters_.packets;
  counters_.octets += packet.wire_length;
  if (facts.parse == Parse::ip && facts.transport == Transport::fragment) ++counters_.fragments;
  if (facts.parse == Parse::ip && facts.transport == Transport::malformed) ++counters_.malformed;
  const Verdict verdict = judge(packet, facts, at);
  const auto account = accounts_.find(verdict.account);
  if (account == accounts_.end()) return verdict;
  if (packet.direction == Direction::downstream) account->second.reverse = true;
  const bool good = facts.transport == Transport::tcp || facts.transport == Transport::udp ||
                    facts.transport == Transport::icmp || facts.transport == Transport::icmp_error;
  const bool observed = good && (verdict.action == Action::pass || slips(Slip::closed_observed));
  if (!observed) return verdict;
  if (packet.direction == Direction::upstream) observe_upstream(verdict.account, facts, at);
  if (packet.direction == Direction::downstream) observe_downstream(verdict.account, facts, at);
  if (packet.direction == Direction::from_garden && slips(Slip::garden_observed))
    observe_downstream(verdict.account, facts, at);
  return verdict;
}

Timestamp Reference::due(const Account& a) const {
  Timestamp first = kNever;
  if (a.deadline && a.state != State::proposed) first = begin_of_second(*a.deadline);
  for (const Contact& c : a.evidence.contacts) first = std::min(first, begin_of_second(c.due));
  for (const Session& s : a.evidence.sessions) first = std::min(first, begin_of_second(s.due));
  if (flooded(a.evidence.meter) && !slips(Slip::meter_waits))
    first = std::min(first, begin_of_second(capped(a.evidence.meter.second + 1)));
  return first;
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
      const Timestamp d = std::max(due(account), clock_);  // what is late runs now
      if (d < t || (slips(Slip::timers_by_reverse_account) && d == t && t != kNever)) t = d, first = id;
    }
    if (t == kNever || t > until) return;
    clock_ = t;
    run_timer(first, t);
  }
}

void Reference::run_timer(AccountId id, Timestamp at) {
  Account& a = accounts_[id];
  const auto is_due = [at](const auto& item) { return begin_of_second(item.due) <= at; };
  const auto run_contacts = [&] {
    std::vector<Contact>& contacts = a.evidence.contacts;
    for (;;) {
      const auto found = std::find_if(contacts.begin(), contacts.end(), is_due);
      if (found == contacts.end()) return;
      const Contact contact = *found;
      contacts.erase(found);
      if (a.reverse || slips(Slip::silence_always_adverse)) refused(id, contact, at);
    }
  };
  const auto run_sessions = [&] {
    std::vector<Session>& sessions = a.evidence.sessions;
    for (;;) {
      const auto found = std::find_if(sessions.begin(), sessions.end(), is_due);
      if (found == sessions.end()) return;
      end_session(id, static_cast<std::size_t>(found - sessions.begin()), at);
    }
  };
  if (slips(Slip::timer_order)) run_sessions();
  run_contacts();
  run_sessions();
  const Meter& m = a.evidence.meter;
  if (flooded(m) && begin_of_second(capped(m.second + 1)) <= at && !slips(Slip::meter_waits)) judge_meter(id, at);
  if (a.state != State::proposed && a.deadline && begin_of_second(*a.deadline) <= at) deadline(id, at);
}

void Reference::emit(Timestamp at, AccountId id, EventKind kind, std::int64_t observed, std::int64_t limit) {
  Event e;
  e.at = at, e.account = id, e.kind = kind, e.observed = observed, e.limit = limit;
  push(e);
}

void Reference::push(Event e) {
  Account& a = accounts_[e.account];
  e.sequence = a.events++;
  e.state = a.state;
  e.later_left = a.later_left;
  e.history = a.history;
  e.node = a.node();
  if (e.kind == EventKind::quarantine_proposed || e.kind == EventKind::quarantined ||
      e.kind == EventKind::quarantine_held)
    e.from_probation = a.from_probation;
  if (events_.size() == limits_.events)
    ++counters_.events_lost;
  else
    events_.push_back(e);
}

bool Reference::admit(AccountId id) {
  if (accounts_.contains(id)) return true;
  if (accounts_.size() == limits_.accounts) {
    ++counters_.bindings_refused;
    return false;
  }
  accounts_[id].later_left = static_cast<std::uint8_t>(policy_.quarantine_later_max);
  return true;
}

// --- 2: bindings and lines

bool Reference::has_room_for(const Prefix& prefix) const {
  enum class Kind : std::uint8_t { v4_address, v6_net, other };
  const auto kind_of = [](const Prefix& p) {
    if (p.length == 128 && p.address.is_v4()) return Kind::v4_address;
    return p.length <= 64 ? Kind::v6_net : Kind::other;
  };
  const Kind kind = kind_of(prefix);
  std::size_t taken = 0;
  for (const auto& [other, account] : bindings_)
    if (kind_of(other) == kind || slips(Slip::kinds_share_room)) ++taken;
  return taken < (kind == Kind::other ? limits_.other_prefixes : limits_.bindings);
}

void Reference::bind(const Command& c, Timestamp at) {
  const unsigned length = c.prefix.length;
  if (c.account == kNobody || length == 0 || length > 128) {
    if (!c.foreign) ++counters_.commands_ignored;
    return;
  }
  if (c.foreign) {
    if (!slips(Slip::foreign_ignored)) bind_elsewhere(c, at);
    return;
  }
  const Prefix prefix{truncate(c.prefix.address, length), c.prefix.length};
  const auto bound = bindings_.find(prefix);
  const bool full = bound == bindings_.end() && !has_room_for(prefix);
  if (full) ++counters_.bindings_refused;
  if (full || !admit(c.account)) {
    if (!slips(Slip::refused_takes_nothing)) bind_elsewhere(c, at);
    return;
  }

  const AccountId old = bound == bindings_.end() ? c.account : bound->second;
  bindings_[prefix] = c.account;
  if (old != c.account && !slips(Slip::unbound_silently)) emit(at, old, EventKind::unbound, length);
  if (owner(c.line) != c.account) lose_line(c.line, at);
  Account& a = accounts_[c.account];
  const std::uint16_t node_before = a.node();
  a.line = c.line;
  a.lost_line = false;
  emit(at, c.account, EventKind::bound, length);
  if (a.node() != node_before && !slips(Slip::nodes_silent))
    emit(at, c.account, EventKind::node_joined, a.node(), node_before);
}

void Reference::bind_elsewhere(const Command& c, Timestamp at) {
  const auto bound = bindings_.find({truncate(c.prefix.address, c.prefix.length), c.prefix.length});
  if (bound != bindings_.end()) {
    const AccountId old = bound->second;
    bindings_.erase(bound);
    emit(at, old, EventKind::unbound, c.prefix.length);
  }
  if (owner(c.line) != c.account) lose_line(c.line, at);
}

void Reference::lose_line(LineId line, Timestamp at) {
  const AccountId loser = owner(line);
  if (loser == kNobody || slips(Slip::line_shared)) return;
  const std::uint16_t node = accounts_[loser].node();
  accounts_[loser].lost_line = true;
  if (node != 0 && !slips(Slip::nodes_silent)) emit(at, loser, EventKind::node_joined, 0, node);
}

void Reference::release(const Command& c, Timestamp at) {
  const auto bound = bindings_.find({truncate(c.prefix.address, c.prefix.length), c.prefix.length});
  if (bound == bindings_.end()) {
    ++counters_.commands_ignored;
    return;
  }
  const AccountId old = bound->second;
  bindings_.erase(bound);
  emit(at, old, EventKind::unbound, c.prefix.length);
}

AccountId Reference::holder(IpAddress address) const {
  AccountId best;
  int best_length = -1;
  for (const auto& [prefix, account] : bindings_) {
    if (!contains(prefix, address)) continue;
    const bool better =
        slips(Slip::shortest_prefix) ? best_length < 0 || prefix.length < best_length : prefix.length > best_length;
    if (better) best = account, best_length = prefix.length;
  }
  return best;
}

AccountId Reference::owner(LineId line) const {
  if (line.value == 0) return kNobody;
  for (const auto& [id, account] : accounts_)
    if (account.line == line && !account.lost_line) return id;
  return kNobody;
}

}  // namespace lazaret::laws
