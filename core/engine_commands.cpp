// What an engine does on command: leases and lines, the ladder's commands, and those that concern every engine.
#include "core/engine_core.hpp"

namespace lazaret {

void Engine::Core::obey(const Command& c) {
  advance(c.at);
  switch (c.kind) {
    case CommandKind::bind:
      c.foreign ? let_go(c) : bind(c);
      return;
    case CommandKind::release:
      release(c);
      return;
    case CommandKind::popular:
      rules_->names.popular().add(c.key);
      return;
    case CommandKind::stop_enforcement:
    case CommandKind::resume_enforcement:
      enforcing_ = c.kind == CommandKind::resume_enforcement;
      restrains_ = enforcing_ && rules_->profiles.profile() != Profile::shadow;
      return;
    case CommandKind::reset_fuse:
      return;
    default:
      obey_for_account(c);
      return;
  }
}

void Engine::Core::obey_for_account(const Command& c) {
  // Whoever reports abuse makes no account.
  const std::uint32_t slot = c.kind == CommandKind::report ? roster_.find(c.account) : admit(c.account);
  if (slot == kNoHolder) {
    if (c.kind == CommandKind::report) ++counters_.commands_ignored;
    return;
  }
  rules_->ladder.obey(account(slot), c, clock_);
  rearm(slot);
}

std::uint32_t Engine::Core::admit(AccountId id) {
  if (id == kNobody) {
    ++counters_.commands_ignored;
    return kNoHolder;
  }
  if (const std::uint32_t slot = roster_.find(id); slot != kNoHolder) return slot;
  if (roster_.full()) {
    ++counters_.bindings_refused;
    return kNoHolder;
  }
  const auto slot = static_cast<std::uint32_t>(records_.size());
  Record& r = records_.emplace_back();
  dossiers_.emplace_back();
  r.account = id;
  rules_->ladder.admit(r);
  roster_.admit(slot);
  return slot;
}

void Engine::Core::bind(const Command& c) {
  if (c.account == kNobody || c.prefix.length == 0 || c.prefix.length > 128) {
    ++counters_.commands_ignored;
    return;
  }
  const std::uint32_t old = bindings_.exactly(c.prefix);
  const bool room = old != kNoHolder || !bindings_.full_for(c.prefix);
  if (!room) ++counters_.bindings_refused;
  const std::uint32_t slot = room ? admit(c.account) : kNoHolder;
  // Whoever has no room here has it nowhere else: the address and the line are nobody's then.
  if (slot == kNoHolder) return let_go(c);
  if (old != kNoHolder && old != slot) log_.add(records_[old], clock_, EventKind::unbound, c.prefix.length, 0);
  bindings_.bind(c.prefix, slot);
  const std::uint16_t node = node_of(records_[slot].line);
  const std::uint32_t loser = roster_.find(c.line);
  if (loser != kNoHolder && loser != slot) lose_line(loser);
  move_to_line(slot, c.line);
  Record& r = records_[slot];
  log_.add(r, clock_, EventKind::bound, c.prefix.length, 0);
  if (node_of(r.line) != node) log_.add(r, clock_, EventKind::node_joined, node_of(r.line), node);
}

void Engine::Core::release(const Command& c) {
  const bool good = c.prefix.length > 0 && c.prefix.length <= 128;
  const std::uint32_t holder = good ? bindings_.exactly(c.prefix) : kNoHolder;
  if (holder == kNoHolder) {
    ++counters_.commands_ignored;
    return;
  }
  log_.add(records_[holder], clock_, EventKind::unbound, c.prefix.length, 0);
  bindings_.erase(c.prefix);
}

/// Somebody else is to have it, here or in another engine: what this one held of it is no longer its own.
void Engine::Core::let_go(const Command& c) {
  if (c.account == kNobody || c.prefix.length == 0 || c.prefix.length > 128) return;
  if (const std::uint32_t holder = bindings_.exactly(c.prefix); holder != kNoHolder) {
    log_.add(records_[holder], clock_, EventKind::unbound, c.prefix.length, 0);
    bindings_.erase(c.prefix);
  }
  const std::uint32_t loser = roster_.find(c.line);
  if (loser != kNoHolder && records_[loser].account != c.account) lose_line(loser);
}

void Engine::Core::move_to_line(std::uint32_t slot, LineId line) {
  if (records_[slot].line == line) return;
  roster_.leave_line(slot);
  records_[slot].line = line;
  roster_.take_line(slot);
}

void Engine::Core::lose_line(std::uint32_t slot) {
  Record& r = records_[slot];
  const std::uint16_t node = node_of(r.line);
  roster_.leave_line(slot);
  r.line = kLostLine;
  if (node != 0) log_.add(r, clock_, EventKind::node_joined, 0, node);
}

}  // namespace lazaret
