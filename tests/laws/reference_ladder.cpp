// Section 8 of docs/semantics.md: the ladder, its commands and its deadlines.
#include <algorithm>
#include <cmath>

#include "tests/laws/reference.hpp"

namespace lazaret::laws {
namespace {

Score q(double nats) { return std::llround(nats * 65536); }
Score q_odds(double p) { return q(std::log(p / (1 - p))); }

}  // namespace

void Reference::weigh(AccountId id, Timestamp at) {
  Account& a = accounts_[id];
  if (a.exempt && !slips(Slip::exempt_weighed)) return;
  if (slips(Slip::decay_stored))
    for (unsigned i = 0; i < kChannels; ++i) decay(a.channels[i], Channel{static_cast<std::uint8_t>(i)}, at);
  if (a.state != State::clear && a.state != State::watched && a.state != State::probation) return;
  const bool probation = on_probation(a);
  const Score certain_score = q(probation ? policy_.evidence_probation_certain : policy_.evidence_certain);
  const Score quarantine = q_odds(policy_.evidence_quarantine), watch = q_odds(policy_.evidence_watch);
  const Score now = belief(a, at);
  Score scores[kChannels];
  bool certain = false, corroborates[kFamilies] = {};
  for (unsigned i = 0; i < kChannels; ++i) {
    const Channel channel{static_cast<std::uint8_t>(i)};
    scores[i] = decayed(a.channels[i], channel, at);
    if (scores[i] >= certain_score) certain = true;
    if (scores[i] >= 2 * kNat) corroborates[static_cast<unsigned>(family_of(channel))] = true;
  }
  const bool agree = (corroborates[0] && corroborates[1]) || slips(Slip::one_family);
  const bool free = at >= a.held_until || slips(Slip::hold_forgotten);
  if (now >= quarantine && (certain || agree) && free) {
    for (unsigned i = 0; i < kChannels; ++i) {
      if (scores[i] <= 0 || slips(Slip::no_reasons)) continue;
      Event e;
      e.at = at, e.account = id, e.kind = EventKind::reason, e.channel = Channel{static_cast<std::uint8_t>(i)};
      e.observed = scores[i], e.limit = certain_score, e.seen = a.channels[i].seen;
      push(e);
    }
    a.from_probation = a.state == State::probation;
    a.state = State::proposed;
    emit(at, id, EventKind::quarantine_proposed, now, quarantine, a.from_probation);
  } else if (a.state == State::clear && now >= watch) {
    a.state = State::watched;
    emit(at, id, EventKind::watched, now, watch);
  } else if (a.state == State::watched && now < watch && !slips(Slip::watch_forever)) {
    a.state = State::clear;
    emit(at, id, EventKind::unwatched, now, watch);
  }
}

void Reference::clear_evidence(Account& a) {
  for (Channels& c : a.channels) c = {};
  a.contacts.clear();
  a.sessions.clear();
  if (slips(Slip::remembers)) return;
  a.hosts.clear();
  for (Bitmap* map : {&a.destinations, &a.peers, &a.names}) map->present.clear(), map->previous.clear();
}

void Reference::back_to_clear(Account& a) {
  clear_evidence(a);
  a.state = State::clear;
  a.deadline = kNever;
  if (!slips(Slip::later_not_restored)) a.later_left = static_cast<std::uint8_t>(policy_.quarantine_later_max);
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

void Reference::carry_out(const Command& c, Timestamp at) {
  if (c.kind == CommandKind::reset_fuse) return;
  if (c.kind == CommandKind::bind) return bind(c, at);
  if (c.kind == CommandKind::release) return release(c, at);
  const AccountId id = c.account;
  if (id == kNobody) {
    ++counters_.commands_ignored;
    return;
  }
  if (!admit(id)) return;
  Account& a = accounts_[id];
  if (c.kind == CommandKind::choose) return choose(id, c.choice, at);
  if (c.kind == CommandKind::approve && a.state == State::proposed) {
    const Score observed = belief(a, at);
    a.state = State::quarantined;
    a.quarantined_at = at;
    a.deadline = at + seconds(policy_.quarantine_max_s);
    return emit(at, id, EventKind::quarantined, observed, q_odds(policy_.evidence_quarantine), a.from_probation);
  }
  if (c.kind == CommandKind::hold && a.state == State::proposed) {
    const Score observed = belief(a, at);
    a.held_until = at + seconds(policy_.fuse_retry_s);
    a.state = a.from_probation ? State::probation : State::watched;
    if (a.from_probation) a.deadline = std::max(a.deadline, at);
    return emit(at, id, EventKind::quarantine_held, observed, q_odds(policy_.evidence_quarantine), a.from_probation);
  }
  if (c.kind == CommandKind::operator_release && a.state != State::clear) {
    back_to_clear(a);
    return emit(at, id, EventKind::operator_released);
  }
  if ((c.kind == CommandKind::exempt && !a.exempt) || (c.kind == CommandKind::unexempt && a.exempt)) {
    back_to_clear(a);
    a.exempt = !a.exempt;
    return emit(at, id, a.exempt ? EventKind::exempted : EventKind::unexempted);
  }
  ++counters_.commands_ignored;
}

void Reference::choose(AccountId id, Choice choice, Timestamp at) {
  Account& a = accounts_[id];
  const bool open = a.state == State::quarantined || a.state == State::remediating;
  if (open && choice == Choice::now && a.state == State::quarantined) {
    a.state = State::remediating;
    a.deadline = at + seconds(policy_.quarantine_remediation_s);
    if (!slips(Slip::remediation_extends))
      a.deadline = std::min(a.deadline, a.quarantined_at + seconds(policy_.quarantine_max_s));
    emit(at, id, EventKind::remediation_began);
  } else if (open && choice == Choice::later && a.later_left > 0) {
    if (!slips(Slip::later_unlimited)) --a.later_left;
    a.state = State::deferred;
    a.deadline = at + seconds(policy_.quarantine_later_s);
    emit(at, id, EventKind::deferred, a.later_left);
  } else if (open && choice == Choice::already) {
    if (!slips(Slip::already_keeps_evidence)) clear_evidence(a);
    a.state = State::probation;
    a.deadline = at + seconds(policy_.quarantine_probation_s);
    emit(at, id, EventKind::probation_began);
  } else {
    emit(at, id, EventKind::choice_refused, static_cast<std::int64_t>(choice));
  }
}

void Reference::deadline(AccountId id, Timestamp at) {
  Account& a = accounts_[id];
  const Duration max = seconds(policy_.quarantine_max_s);
  const bool over = a.state == State::quarantined || (a.state == State::remediating && at >= a.quarantined_at + max);
  if (over) {
    clear_evidence(a);
    a.state = State::probation;
    a.deadline = at + seconds(policy_.quarantine_probation_s);
    emit(at, id, EventKind::auto_released);
  } else if (a.state == State::remediating) {
    a.state = State::quarantined;
    a.deadline = (slips(Slip::quarantine_restarts) ? at : a.quarantined_at) + max;
    emit(at, id, EventKind::remediation_lapsed);
  } else if (a.state == State::deferred) {
    a.state = State::quarantined;
    a.deadline = at + max;
    a.quarantined_at = at;
    emit(at, id, EventKind::deferral_lapsed);
  } else if (a.state == State::probation) {
    if (slips(Slip::probation_restarts)) {
      a.deadline = at + seconds(policy_.quarantine_probation_s);
      return emit(at, id, EventKind::probation_passed);
    }
    back_to_clear(a);
    emit(at, id, EventKind::probation_passed);
  }
}

}  // namespace lazaret::laws
