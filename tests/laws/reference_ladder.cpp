// Section 13 of docs/semantics.md: the ladder, its commands and its deadlines.
#include <algorithm>

#include "tests/laws/reference.hpp"

namespace lazaret::laws {
namespace {

bool is_one_of(State state, std::initializer_list<State> states) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

}  // namespace

void Reference::weigh(AccountId id, Timestamp at) {
  Account& a = accounts_[id];
  if (a.account_class == AccountClass::exempt && !slips(Slip::exempt_weighed)) return;
  if (slips(Slip::decay_stored))
    for (Standing& s : a.evidence.standings) decay(s, sec(at));
  if (!is_one_of(a.state, {State::clear, State::watched, State::notified, State::probation})) return;
  const bool held = sec(at) < a.held_until && !slips(Slip::hold_forgotten);
  if (enough(a, at) && !held)
    convict(id, at);
  else if (a.state != State::probation)
    rank(id, at);
}

void Reference::reasons(AccountId id, Timestamp at) {
  const Account& a = accounts_[id];
  std::vector<Standing> standings = a.evidence.standings;
  std::sort(standings.begin(), standings.end(), [](const auto& x, const auto& y) { return x.channel < y.channel; });
  for (const Standing& s : standings) {
    const Score score = decayed(s, at);
    if (score <= 0) continue;
    Event e;
    e.at = at, e.account = id, e.kind = EventKind::reason, e.channel = s.channel;
    e.observed = score, e.limit = certain(a, s.channel), e.seen = s.seen;
    push(e);
  }
}

void Reference::convict(AccountId id, Timestamp at) {
  Account& a = accounts_[id];
  const Score observed = belief(a, at), limit = q(odds(policy_.evidence_quarantine));
  if (!slips(Slip::no_reasons)) reasons(id, at);
  AccountClass treated = a.account_class;
  if (treated == AccountClass::business && (a.told || slips(Slip::business_as_ordinary)))
    treated = AccountClass::ordinary;
  if (treated == AccountClass::vulnerable && slips(Slip::vulnerable_as_ordinary)) treated = AccountClass::ordinary;
  if (treated == AccountClass::business || treated == AccountClass::vulnerable) {
    const bool business = treated == AccountClass::business;
    if (business && !slips(Slip::never_told)) a.told = true;
    if (!slips(Slip::no_grace)) a.held_until = due_second(at, seconds(policy_.quarantine_business_grace_s));
    if (a.state != State::probation) a.state = State::notified;
    emit(at, id, business ? EventKind::administrator_notified : EventKind::operator_asked, observed, limit);
    return;
  }
  a.from_probation = a.state == State::probation;
  a.state = State::proposed;
  emit(at, id, EventKind::quarantine_proposed, observed, limit);
}

void Reference::rank(AccountId id, Timestamp at) {
  Account& a = accounts_[id];
  const Score now = belief(a, at), notify = q(odds(policy_.evidence_notify)), watch = q(odds(policy_.evidence_watch));
  const int level = now >= notify ? 2 : now >= watch ? 1 : 0;
  if (level == 2 && is_one_of(a.state, {State::clear, State::watched}) && !slips(Slip::nobody_notified)) {
    if (!slips(Slip::notices_unreasoned)) reasons(id, at);
    a.state = State::notified;
    emit(at, id, EventKind::notified, now, notify);
  } else if (level == 1 && a.state == State::clear) {
    a.state = State::watched;
    emit(at, id, EventKind::watched, now, watch);
  } else if (level == 1 && a.state == State::notified && slips(Slip::notice_withdrawn)) {
    a.state = State::watched;
    emit(at, id, EventKind::watched, now, watch);
  } else if (level == 0 && is_one_of(a.state, {State::watched, State::notified}) && !slips(Slip::watch_forever)) {
    a.state = State::clear;
    emit(at, id, EventKind::unwatched, now, watch);
  }
}

void Reference::clear_evidence(Account& a) {
  Evidence kept;
  if (slips(Slip::remembers)) kept.memory = a.evidence.memory, kept.hosts = a.evidence.hosts;
  if (slips(Slip::contacts_survive)) kept.contacts = a.evidence.contacts;
  if (slips(Slip::questions_survive)) kept.questions = a.evidence.questions;
  if (slips(Slip::rates_survive))
    kept.relay_count = a.evidence.relay_count, kept.relay_window = a.evidence.relay_window,
    kept.meter = a.evidence.meter;
  a.evidence = kept;
}

void Reference::back_to_clear(Account& a) {
  if (!slips(Slip::clearing_keeps_evidence)) clear_evidence(a);
  a.state = State::clear;
  a.told = a.from_probation = false;
  a.held_until = 0;
  a.deadline.reset();
  const std::int64_t spent = slips(Slip::history_costs_nothing) ? 0 : a.history;
  if (!slips(Slip::later_not_restored))
    a.later_left = static_cast<std::uint8_t>(std::max<std::int64_t>(0, policy_.quarantine_later_max - spent));
}

void Reference::enter_probation(Account& a, std::int64_t until) {
  a.state = State::probation;
  a.from_probation = false;
  a.held_until = 0;
  a.deadline = until;
}

void Reference::enter_quarantine(AccountId id, Timestamp at) {
  Account& a = accounts_[id];
  if (sec(at) - a.history_at > policy_.quarantine_history_s && !slips(Slip::history_for_ever)) a.history = 0;
  a.history = static_cast<std::uint8_t>(std::min(a.history + 1, 255));
  a.history_at = sec(at);
  a.state = State::quarantined;
  a.quarantined_s = sec(at);
  a.deadline = due_second(at, seconds(policy_.quarantine_max_s));
  emit(at, id, EventKind::quarantined, belief(a, at), q(odds(policy_.evidence_quarantine)));
}

void Reference::carry_out(const Command& c, Timestamp at) {
  const AccountId id = c.account;
  switch (c.kind) {
    case CommandKind::bind:
      return bind(c, at);
    case CommandKind::release:
      return release(c, at);
    case CommandKind::report:
      return report(c, at);
    case CommandKind::reset_fuse:
      return;
    case CommandKind::stop_enforcement:
      stopped_ = true;
      return;
    case CommandKind::resume_enforcement:
      stopped_ = slips(Slip::stopped_for_good) && stopped_;
      return;
    case CommandKind::popular:
      if (std::count(popular_.begin(), popular_.end(), c.key) > 0) return;
      popular_.push_back(c.key);
      if (popular_.size() > (slips(Slip::one_popular_name) ? 1 : kPopularNames)) popular_.erase(popular_.begin());
      return;
    default:
      break;
  }
  if (id == kNobody) {
    ++counters_.commands_ignored;
    return;
  }
  if (!admit(id)) return;
  Account& a = accounts_[id];
  if (c.kind == CommandKind::choose) return choose(id, c.choice, at);
  if (c.kind == CommandKind::appeal &&
      (is_one_of(a.state, {State::quarantined, State::remediating, State::deferred}) || slips(Slip::anybody_appeals)))
    return emit(at, id, EventKind::appealed);
  if (c.kind == CommandKind::approve && a.state == State::proposed) return enter_quarantine(id, at);
  if (c.kind == CommandKind::hold && a.state == State::proposed) {
    const Score observed = belief(a, at);
    a.held_until = due_second(at, seconds(policy_.fuse_retry_s));
    a.state = a.from_probation ? State::probation : slips(Slip::held_to_notified) ? State::notified : State::watched;
    return emit(at, id, EventKind::quarantine_held, observed, q(odds(policy_.evidence_quarantine)));
  }
  const bool guarded = a.account_class == AccountClass::exempt && !slips(Slip::operator_quarantines_exempt);
  if (c.kind == CommandKind::operator_quarantine && !guarded &&
      is_one_of(a.state, {State::clear, State::watched, State::notified, State::probation, State::proposed})) {
    a.from_probation = a.state == State::probation || (a.from_probation && !slips(Slip::operator_forgets_probation));
    return enter_quarantine(id, at);
  }
  if (c.kind == CommandKind::operator_quarantine && a.state == State::deferred &&
      !slips(Slip::operator_waits_for_deferral)) {
    a.state = State::quarantined;
    a.quarantined_s = sec(at);
    a.deadline = due_second(at, seconds(policy_.quarantine_max_s));
    return emit(at, id, EventKind::deferral_lapsed);
  }
  if (c.kind == CommandKind::operator_release && a.state != State::clear) {
    back_to_clear(a);
    return emit(at, id, EventKind::operator_released, static_cast<std::int64_t>(c.release_reason));
  }
  if (c.kind == CommandKind::classify && c.account_class != a.account_class) {
    a.account_class = c.account_class;
    if (!slips(Slip::classify_keeps_evidence)) back_to_clear(a);
    return emit(at, id, EventKind::classified, static_cast<std::int64_t>(c.account_class));
  }
  ++counters_.commands_ignored;
}

void Reference::choose(AccountId id, Choice choice, Timestamp at) {
  Account& a = accounts_[id];
  const bool open = is_one_of(a.state, {State::quarantined, State::remediating});
  const bool believed = a.history <= policy_.quarantine_self_releases || slips(Slip::self_releases_ignored);
  if (open && choice == Choice::now && a.state == State::quarantined) {
    a.state = State::remediating;
    a.deadline = due_second(at, seconds(policy_.quarantine_remediation_s));
    if (!slips(Slip::remediation_extends))
      a.deadline = std::min(*a.deadline, capped(a.quarantined_s + policy_.quarantine_max_s));
    emit(at, id, EventKind::remediation_began);
  } else if (open && choice == Choice::later && a.later_left > 0) {
    if (!slips(Slip::later_unlimited)) --a.later_left;
    a.state = State::deferred;
    a.deadline = due_second(at, seconds(policy_.quarantine_later_s));
    emit(at, id, EventKind::deferred, a.later_left);
  } else if (open && choice == Choice::already && believed) {
    if (!slips(Slip::already_keeps_evidence)) clear_evidence(a);
    enter_probation(a, due_second(at, seconds(policy_.quarantine_probation_s)));
    emit(at, id, EventKind::probation_began);
  } else {
    emit(at, id, EventKind::choice_refused, static_cast<std::int64_t>(choice));
  }
}

void Reference::deadline(AccountId id, Timestamp at) {
  Account& a = accounts_[id];
  const std::int64_t due = *a.deadline, end = capped(a.quarantined_s + policy_.quarantine_max_s);
  if (a.state == State::quarantined || (a.state == State::remediating && due >= end)) {
    if (!slips(Slip::cap_keeps_evidence)) clear_evidence(a);
    enter_probation(a, due_second(at, seconds(policy_.quarantine_probation_s)));
    emit(at, id, EventKind::auto_released);
  } else if (a.state == State::remediating) {
    a.state = State::quarantined;
    a.deadline = slips(Slip::quarantine_restarts) ? capped(due + policy_.quarantine_max_s) : end;
    emit(at, id, EventKind::remediation_lapsed);
  } else if (a.state == State::deferred) {
    a.state = State::quarantined;
    if (!slips(Slip::deferral_drains_nothing)) a.quarantined_s = due;
    a.deadline = capped(due + policy_.quarantine_max_s);
    emit(at, id, EventKind::deferral_lapsed);
  } else if (a.state == State::probation) {
    if (slips(Slip::probation_restarts)) {
      a.deadline = capped(due + policy_.quarantine_probation_s);
      return emit(at, id, EventKind::probation_passed);
    }
    back_to_clear(a);
    emit(at, id, EventKind::probation_passed);
  }
}

}  // namespace lazaret::laws
