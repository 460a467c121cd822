#include "core/conductor/conductor.hpp"

#include <algorithm>
#include <cmath>

#include "core/conductor/ledger.hpp"

namespace lazaret {
namespace {

/// A share of n, rounded down.
constexpr std::uint64_t part_of(std::uint64_t n, std::uint64_t millionths) { return n * millionths / 1'000'000; }

}  // namespace

Timestamp epoch_end(const Policy& policy, Timestamp at) noexcept {
  const std::int64_t epoch = policy.conductor_epoch_ms * 1'000'000;
  return {(at.ns / epoch + 1) * epoch};
}

std::uint64_t Conductor::Ledger::millionths(double share) {
  return static_cast<std::uint64_t>(std::llround(share * 1e6));
}

Conductor::Ledger::Ledger(const Rules& r)
    : rules(r),
      approvals(r.most),
      nodes(kNodes),
      names(r.counted_names, {}),
      accounts_of_names(r.accounts, {}),
      counted(r.counted_names * kBitsPerName / 64) {
  commands.reserve(r.accounts + r.counted_names);
  events.reserve(kNodes + 3 + 64);  // a reset, the switch, the ISP's fuse, every node's, and what was not counted
}

void Conductor::Ledger::tell(Timestamp at, EventKind kind, std::size_t observed, std::size_t limit,
                             std::uint16_t node) {
  Event e;
  e.at = at;
  e.sequence = sequence++;
  e.kind = kind;
  e.node = node;
  e.observed = static_cast<std::int64_t>(observed);
  e.limit = static_cast<std::int64_t>(limit);
  events.push_back(e);
}

void Conductor::Ledger::order(Timestamp at, CommandKind kind, AccountId account, std::uint64_t key) {
  Command c;
  c.at = at;
  c.kind = kind;
  c.issuer = Issuer::conductor;
  c.account = account;
  c.key = key;
  commands.push_back(c);
}

/// A reset of fuses that are whole changes nothing, their counts included.
void Conductor::Ledger::mend(Timestamp boundary) {
  if (!reset) return;
  reset = false;
  if (!blown && std::none_of(nodes.begin(), nodes.end(), [](const Node& n) { return n.blown; })) return;
  blown = false;
  approvals.clear();
  for (Node& n : nodes) n.blown = false, n.approved = 0;
  tell(boundary, EventKind::fuse_reset, 0, 0, 0);
}

void Conductor::Ledger::switch_enforcement(Timestamp boundary) {
  if (enforce == enforcing) return;
  enforcing = enforce;
  tell(boundary, enforcing ? EventKind::enforcement_resumed : EventKind::enforcement_stopped, 0, 0, 0);
}

void Conductor::Ledger::forget_before(Timestamp boundary) {
  while (approvals.size() > 0 && approvals[0].at + rules.interval <= boundary) {
    --nodes[approvals[0].node].approved;
    approvals.pop();
  }
}

/// Events may have been lost (Limits::events), so a node may lose more accounts than it was seen to get.
void Conductor::Ledger::join(const Event& e) {
  const auto joined = static_cast<std::uint16_t>(e.observed), left = static_cast<std::uint16_t>(e.limit);
  if (joined != 0) ++nodes[joined].accounts;
  if (left != 0 && nodes[left].accounts > 0) --nodes[left].accounts;
}

bool Conductor::Ledger::approves(const Event& e, Timestamp boundary) {
  Node& node = nodes[e.node];
  if (!enforcing || blown || node.blown) return false;
  if (approvals.size() >= rules.most) {
    blown = true;
    tell(boundary, EventKind::fuse_blown, approvals.size() + 1, rules.most, 0);
    return false;
  }
  if (e.node != 0) {
    const std::size_t most = std::max<std::size_t>(rules.node_floor, part_of(node.accounts, rules.node_share));
    if (node.approved >= most) {
      node.blown = true;
      tell(boundary, EventKind::fuse_blown, node.approved + 1, most, e.node);
      return false;
    }
  }
  ++node.approved;
  approvals.push({boundary, e.node});
  return true;
}

void Conductor::Ledger::count_name(const Event& e, Timestamp boundary) {
  const std::uint32_t present = second_of(boundary) / static_cast<std::uint32_t>(rules.memory_window_s);
  if (present != window) forget_names();
  window = present;
  const auto key = static_cast<std::uint64_t>(e.observed);
  std::uint32_t* count = names.find(key);
  if (count != nullptr && *count == kTold) return;
  const std::uint64_t bit = mix(key, e.account.value) % (counted.size() * 64), mask = std::uint64_t{1} << bit % 64;
  if ((counted[bit / 64] & mask) != 0) return;
  std::uint32_t* share = accounts_of_names.find(e.account);
  if (share == nullptr ? accounts_of_names.full() : *share >= rules.names_per_account)
    return leave_uncounted(boundary, rules.names_per_account);
  if (count == nullptr && names.full()) return leave_uncounted(boundary, rules.counted_names);
  if (share == nullptr) share = &accounts_of_names.insert(e.account, 0);
  if (count == nullptr) count = &names.insert(key, 0);
  counted[bit / 64] |= mask;
  ++*share;
  if (++*count < std::max(rules.popular_accounts, part_of(accounts, rules.popular_share))) return;
  *count = kTold;
  order(boundary, CommandKind::popular, kNobody, key);
}

void Conductor::Ledger::forget_names() {
  if (names.size() > 0) {
    names.clear();
    accounts_of_names.clear();
    std::fill(counted.begin(), counted.end(), 0);
  }
  uncounted = 0;
}

/// Told at each power of two: soon, and not for ever.
void Conductor::Ledger::leave_uncounted(Timestamp boundary, std::size_t limit) {
  ++uncounted;
  if ((uncounted & (uncounted - 1)) == 0) tell(boundary, EventKind::names_uncounted, uncounted, limit, 0);
}

Conductor::Ledger::Rules Conductor::Ledger::rules_of(const Policy& p, const Limits& all) {
  return {static_cast<std::size_t>(p.fuse_max_quarantines),
          static_cast<std::size_t>(p.fuse_node_floor),
          seconds(p.fuse_interval_s),
          millionths(p.fuse_node_share),
          millionths(p.dns_popular_share),
          static_cast<std::uint64_t>(p.dns_popular_accounts),
          p.memory_window_s,
          all.accounts,
          all.counted_names,
          all.names_per_account};
}

Conductor::Conductor(const Policy& policy, const Limits& all)
    : ledger_(std::make_unique<Ledger>(Ledger::rules_of(policy, all))) {}
Conductor::~Conductor() = default;

Conductor::Answer Conductor::step(Timestamp boundary, std::span<const Event> events) noexcept {
  Ledger& l = *ledger_;
  l.commands.clear();
  l.events.clear();
  l.mend(boundary);
  l.switch_enforcement(boundary);
  l.forget_before(boundary);
  for (const Event& e : events) {
    if (e.sequence == 0) ++l.accounts;
    if (e.kind == EventKind::node_joined) {
      l.join(e);
    } else if (e.kind == EventKind::quarantine_proposed) {
      const CommandKind answer = l.approves(e, boundary) ? CommandKind::approve : CommandKind::hold;
      l.order(boundary, answer, e.account, 0);
    } else if (e.kind == EventKind::name_failed) {
      l.count_name(e, boundary);
    }
  }
  return {l.commands, l.events};
}

bool Conductor::apply(const Command& c) noexcept {
  switch (c.kind) {
    case CommandKind::reset_fuse:
      ledger_->reset = true;
      return true;
    case CommandKind::stop_enforcement:
    case CommandKind::resume_enforcement:
      ledger_->enforce = c.kind == CommandKind::resume_enforcement;
      return true;
    default:
      return false;
  }
}

bool Conductor::fuse_blown() const noexcept { return ledger_->blown; }
bool Conductor::fuse_blown(std::uint16_t node) const noexcept { return ledger_->nodes[node].blown; }
bool Conductor::enforcing() const noexcept { return ledger_->enforcing; }

}  // namespace lazaret
