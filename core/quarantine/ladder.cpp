#include "core/quarantine/ladder.hpp"

#include <algorithm>

namespace lazaret {

Ladder::Ladder(const Policy& p, EventLog& log, Counters& counters)
    : fusion_(p),
      log_(&log),
      counters_(&counters),
      later_max_(p.quarantine_later_max),
      self_releases_(p.quarantine_self_releases),
      history_s_(p.quarantine_history_s),
      later_(seconds(p.quarantine_later_s)),
      remediation_(seconds(p.quarantine_remediation_s)),
      probation_(seconds(p.quarantine_probation_s)),
      max_(seconds(p.quarantine_max_s)),
      retry_(seconds(p.fuse_retry_s)),
      grace_(seconds(p.quarantine_business_grace_s)) {}

void Ladder::admit(Record& r) const { r.later_left = static_cast<std::uint8_t>(later_max_); }

void Ladder::forget_evidence(Account a) {
  a.dossier.forget();
  a.record.meter = {};
  a.record.expecting = false;
}

void Ladder::enter_probation(Account a, Timestamp at, EventKind kind) {
  forget_evidence(a);
  a.record.state = State::probation;
  a.record.from_probation = false;
  a.record.held_until = 0;
  a.record.deadline = due_after(at, probation_);
  log_->add(a.record, at, kind, 0, 0);
}

void Ladder::enter_clear(Account a, Timestamp at, EventKind kind, std::int64_t observed) {
  forget_evidence(a);
  Record& r = a.record;
  r.state = State::clear;
  r.from_probation = r.told = false;
  r.held_until = 0;
  r.later_left = static_cast<std::uint8_t>(std::max<std::int64_t>(0, later_max_ - r.history));
  r.deadline = kNoSecond;
  log_->add(r, at, kind, observed, 0);
}

void Ladder::observe(Account a, const Observation& o, Timestamp at) {
  fusion_.observe(a.dossier.standings, o, second_of(at), *counters_);
  weigh(a, at);
}

void Ladder::weigh(Account a, Timestamp at) {
  Record& r = a.record;
  if (r.account_class == AccountClass::exempt) return;
  const bool open = r.state == State::clear || r.state == State::watched || r.state == State::notified;
  if (!open && r.state != State::probation) return;
  const Weight weight = fusion_.weigh(a.dossier.standings, second_of(at), watch_of(r));
  if (weight.enough && second_of(at) >= r.held_until) {
    convict(a, weight, at);
    return;
  }
  if (!open) return;
  if (weight.belief >= fusion_.notify_threshold()) {
    if (r.state == State::notified) return;
    tell_reasons(a, at);
    r.state = State::notified;
    log_->add(r, at, EventKind::notified, weight.belief, fusion_.notify_threshold());
  } else if (weight.belief >= fusion_.watch_threshold()) {
    if (r.state != State::clear) return;
    r.state = State::watched;
    log_->add(r, at, EventKind::watched, weight.belief, fusion_.watch_threshold());
  } else if (r.state != State::clear) {
    r.state = State::clear;
    log_->add(r, at, EventKind::unwatched, weight.belief, fusion_.watch_threshold());
  }
}

void Ladder::tell_reasons(Account a, Timestamp at) {
  for (unsigned c = 0; c < kChannels; ++c)
    for (const Standing& s : a.dossier.standings) {
      const Score score = fusion_.score(s, second_of(at));
      if (s.channel() != static_cast<Channel>(c) || score == 0) continue;
      const Score certain = fusion_.certain(s.channel(), watch_of(a.record));
      if (Event* e = log_->add(a.record, at, EventKind::reason, score, certain)) {
        e->channel = s.channel();
        e->seen = s.sighting();
      }
    }
}

/// The evidence is enough: what that means depends on who it is.
void Ladder::convict(Account a, const Weight& weight, Timestamp at) {
  Record& r = a.record;
  tell_reasons(a, at);
  const bool ask_first =
      r.account_class == AccountClass::vulnerable || (r.account_class == AccountClass::business && !r.told);
  if (ask_first) {
    const bool business = r.account_class == AccountClass::business;
    r.told |= business;
    r.held_until = due_after(at, grace_);
    if (r.state != State::probation) r.state = State::notified;
    log_->add(r, at, business ? EventKind::administrator_notified : EventKind::operator_asked, weight.belief,
              fusion_.quarantine_threshold());
    return;
  }
  r.from_probation = r.state == State::probation;
  r.state = State::proposed;
  Event* e = log_->add(r, at, EventKind::quarantine_proposed, weight.belief, fusion_.quarantine_threshold());
  if (e != nullptr) e->from_probation = r.from_probation;
}

void Ladder::enter_quarantine(Account a, Timestamp at) {
  Record& r = a.record;
  const Second now = second_of(at);
  const Score belief = fusion_.weigh(a.dossier.standings, now, watch_of(r)).belief;
  if (std::int64_t{now} - r.history_at > history_s_) r.history = 0;
  if (r.history < UINT8_MAX) ++r.history;
  r.history_at = r.quarantined_at = now;
  r.state = State::quarantined;
  r.deadline = due_after(at, max_);
  Event* e = log_->add(r, at, EventKind::quarantined, belief, fusion_.quarantine_threshold());
  if (e != nullptr) e->from_probation = r.from_probation;
}

void Ladder::hold(Account a, Timestamp at) {
  Record& r = a.record;
  const Score belief = fusion_.weigh(a.dossier.standings, second_of(at), watch_of(r)).belief;
  const bool relapse = r.from_probation;
  r.state = relapse ? State::probation : State::watched;
  r.from_probation = false;
  r.held_until = due_after(at, retry_);
  Event* e = log_->add(r, at, EventKind::quarantine_held, belief, fusion_.quarantine_threshold());
  if (e != nullptr) e->from_probation = relapse;
}

void Ladder::obey(Account a, const Command& c, Timestamp at) {
  Record& r = a.record;
  const bool confined = restricted(r) || r.state == State::deferred;
  switch (c.kind) {
    case CommandKind::approve:
      if (r.state != State::proposed) break;
      enter_quarantine(a, at);
      return;
    case CommandKind::hold:
      if (r.state != State::proposed) break;
      hold(a, at);
      return;
    case CommandKind::operator_quarantine:
      if (r.state == State::deferred) return deadline(a, at);  // which this one has been given until now
      if (confined || r.account_class == AccountClass::exempt) break;
      r.from_probation |= r.state == State::probation;
      enter_quarantine(a, at);
      return;
    case CommandKind::choose:
      choose(a, c.choice, at);
      return;
    case CommandKind::appeal:
      if (!confined) break;
      log_->add(r, at, EventKind::appealed, 0, 0);
      return;
    case CommandKind::operator_release:
      if (r.state == State::clear) break;
      enter_clear(a, at, EventKind::operator_released, static_cast<std::int64_t>(c.release_reason));
      return;
    case CommandKind::classify:
      if (r.account_class == c.account_class) break;
      r.account_class = c.account_class;
      enter_clear(a, at, EventKind::classified, static_cast<std::int64_t>(c.account_class));
      return;
    case CommandKind::report:
      observe(a, {Channel::report_abuse, true, std::clamp(c.step, Score{0}, 6 * kNat), c.port, 0}, at);
      return;
    default:
      break;
  }
  ++counters_->commands_ignored;
}

void Ladder::choose(Account a, Choice choice, Timestamp at) {
  Record& r = a.record;
  if (restricted(r)) {
    if (choice == Choice::now && r.state == State::quarantined) {
      r.state = State::remediating;
      r.deadline = std::min(due_after(at, remediation_), due_after(begin_of(r.quarantined_at), max_));
      log_->add(r, at, EventKind::remediation_began, 0, 0);
      return;
    }
    if (choice == Choice::later && r.later_left > 0) {
      --r.later_left;
      r.state = State::deferred;
      r.deadline = due_after(at, later_);
      log_->add(r, at, EventKind::deferred, r.later_left, 0);
      return;
    }
    if (choice == Choice::already && r.history <= self_releases_) {
      enter_probation(a, at, EventKind::probation_began);
      return;
    }
  }
  log_->add(r, at, EventKind::choice_refused, static_cast<std::int64_t>(choice), 0);
}

bool Ladder::past_cap(const Record& r, Timestamp at) const {
  return second_of(at) >= due_after(begin_of(r.quarantined_at), max_);
}

void Ladder::deadline(Account a, Timestamp at) {
  Record& r = a.record;
  switch (r.state) {
    case State::quarantined:
      enter_probation(a, at, EventKind::auto_released);
      return;
    case State::remediating:
      if (past_cap(r, at)) {
        enter_probation(a, at, EventKind::auto_released);
        return;
      }
      r.state = State::quarantined;
      r.deadline = due_after(begin_of(r.quarantined_at), max_);
      log_->add(r, at, EventKind::remediation_lapsed, 0, 0);
      return;
    case State::deferred:
      r.state = State::quarantined;
      r.quarantined_at = second_of(at);
      r.deadline = due_after(at, max_);
      log_->add(r, at, EventKind::deferral_lapsed, 0, 0);
      return;
    case State::probation:
      enter_clear(a, at, EventKind::probation_passed, 0);
      return;
    case State::clear:
    case State::watched:
    case State::notified:
    case State::proposed:
      r.deadline = kNoSecond;
      return;
  }
}

}  // namespace lazaret
