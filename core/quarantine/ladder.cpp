#include "core/quarantine/ladder.hpp"

#include <algorithm>

namespace lazaret {

Ladder::Ladder(const Policy& p)
    : fusion_(p),
      later_max_(static_cast<std::uint8_t>(p.quarantine_later_max)),
      later_(seconds(p.quarantine_later_s)),
      remediation_(seconds(p.quarantine_remediation_s)),
      probation_(seconds(p.quarantine_probation_s)),
      max_(seconds(p.quarantine_max_s)),
      retry_(seconds(p.fuse_retry_s)) {}

void Ladder::admit(Record& r) const { r.later_left = later_max_; }

void Ladder::forget_evidence(Record& r) {
  r.evidence = {};
  ScanDetector::forget(std::get<0>(r.watching));
  SpamDetector::forget(std::get<1>(r.watching));
}

void Ladder::enter_probation(Record& r, Timestamp at, EventKind kind, EventLog& log, Counters& counters) const {
  forget_evidence(r);
  r.state = State::probation;
  r.from_probation = false;
  r.deadline = at + probation_;
  log.add(r, at, kind, 0, 0, counters);
}

void Ladder::enter_clear(Record& r, Timestamp at, EventKind kind, EventLog& log, Counters& counters) const {
  forget_evidence(r);
  r.state = State::clear;
  r.from_probation = false;
  r.later_left = later_max_;
  r.deadline = kNever;
  log.add(r, at, kind, 0, 0, counters);
}

void Ladder::weigh(Record& r, Timestamp at, EventLog& log, Counters& counters) const {
  if (r.exempt) return;
  if (r.state != State::clear && r.state != State::watched && r.state != State::probation) return;
  const Evidence present = fusion_.decayed(r.evidence, at);
  if (at >= r.held_until && fusion_.enough(present, watch_of(r))) {
    propose(r, present, at, log, counters);
    return;
  }
  if (r.state == State::probation) return;
  const Score belief = fusion_.belief(present, watch_of(r));
  const bool suspicious = belief >= fusion_.watch_threshold();
  if (suspicious == (r.state == State::watched)) return;
  r.state = suspicious ? State::watched : State::clear;
  log.add(r, at, suspicious ? EventKind::watched : EventKind::unwatched, belief, fusion_.watch_threshold(), counters);
}

void Ladder::propose(Record& r, const Evidence& present, Timestamp at, EventLog& log, Counters& counters) const {
  const Watch watch = watch_of(r);
  for (unsigned c = 0; c < kChannels; ++c) {
    const ChannelState& channel = present.channels[c];
    if (channel.score == 0) continue;
    if (Event* e = log.add(r, at, EventKind::reason, channel.score, fusion_.certain(watch), counters)) {
      e->channel = static_cast<Channel>(c);
      e->seen = channel.seen;
    }
  }
  r.from_probation = r.state == State::probation;
  r.state = State::proposed;
  Event* e = log.add(r, at, EventKind::quarantine_proposed, fusion_.belief(present, watch),
                     fusion_.quarantine_threshold(), counters);
  if (e != nullptr) e->from_probation = r.from_probation;
}

void Ladder::obey(Record& r, const Command& c, Timestamp at, EventLog& log, Counters& counters) const {
  switch (c.kind) {
    case CommandKind::approve:
    case CommandKind::hold: {
      if (r.state != State::proposed) break;
      const Score belief = fusion_.belief(fusion_.decayed(r.evidence, at), watch_of(r));
      const bool relapse = r.from_probation;
      const bool approved = c.kind == CommandKind::approve;
      if (approved) {
        r.state = State::quarantined;
        r.quarantined_at = at;
        r.deadline = at + max_;
      } else {
        r.held_until = at + retry_;
        r.state = relapse ? State::probation : State::watched;
        r.deadline = relapse ? std::max(r.deadline, at) : kNever;
        r.from_probation = false;
      }
      Event* e = log.add(r, at, approved ? EventKind::quarantined : EventKind::quarantine_held, belief,
                         fusion_.quarantine_threshold(), counters);
      if (e != nullptr) e->from_probation = relapse;
      return;
    }
    case CommandKind::choose:
      choose(r, c.choice, at, log, counters);
      return;
    case CommandKind::operator_release:
      if (r.state == State::clear) break;
      enter_clear(r, at, EventKind::operator_released, log, counters);
      return;
    case CommandKind::exempt:
      if (r.exempt) break;
      r.exempt = true;
      enter_clear(r, at, EventKind::exempted, log, counters);
      return;
    case CommandKind::unexempt:
      if (!r.exempt) break;
      r.exempt = false;
      enter_clear(r, at, EventKind::unexempted, log, counters);
      return;
    case CommandKind::bind:
    case CommandKind::release:
    case CommandKind::reset_fuse:
      return;
  }
  ++counters.commands_ignored;
}

void Ladder::choose(Record& r, Choice choice, Timestamp at, EventLog& log, Counters& counters) const {
  if (restricted(r)) {
    if (choice == Choice::now && r.state == State::quarantined) {
      r.state = State::remediating;
      r.deadline = std::min(at + remediation_, r.quarantined_at + max_);
      log.add(r, at, EventKind::remediation_began, 0, 0, counters);
      return;
    }
    if (choice == Choice::later && r.later_left > 0) {
      --r.later_left;
      r.state = State::deferred;
      r.deadline = at + later_;
      log.add(r, at, EventKind::deferred, r.later_left, 0, counters);
      return;
    }
    if (choice == Choice::already) {
      enter_probation(r, at, EventKind::probation_began, log, counters);
      return;
    }
  }
  log.add(r, at, EventKind::choice_refused, static_cast<std::int64_t>(choice), 0, counters);
}

void Ladder::deadline(Record& r, Timestamp at, EventLog& log, Counters& counters) const {
  const bool capped = at >= r.quarantined_at + max_;
  switch (r.state) {
    case State::quarantined:
      enter_probation(r, at, EventKind::auto_released, log, counters);
      return;
    case State::remediating:
      if (capped) {
        enter_probation(r, at, EventKind::auto_released, log, counters);
        return;
      }
      r.state = State::quarantined;
      r.deadline = r.quarantined_at + max_;
      log.add(r, at, EventKind::remediation_lapsed, 0, 0, counters);
      return;
    case State::deferred:
      r.state = State::quarantined;
      r.quarantined_at = at;
      r.deadline = at + max_;
      log.add(r, at, EventKind::deferral_lapsed, 0, 0, counters);
      return;
    case State::probation:
      enter_clear(r, at, EventKind::probation_passed, log, counters);
      return;
    case State::clear:
    case State::watched:
    case State::proposed:
      r.deadline = kNever;
      return;
  }
}

}  // namespace lazaret
