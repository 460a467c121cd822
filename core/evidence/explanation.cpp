#include "core/evidence/explanation.hpp"

#include "core/evidence/phrases.hpp"

namespace lazaret {
namespace {

std::string belief_text(const Event& e) {
  return "log-odds of infection " + nats_text(e.observed) + ", limit " + nats_text(e.limit);
}

std::string later_text(const Event& e) {
  return e.later_left == 0 ? std::string("'later' is no longer offered")
                           : "'later' can be chosen " + counted_text(e.later_left, "more time");
}

std::string prefix_text(std::int64_t length) {
  return length == 128 ? std::string("an address") : "a prefix of length " + std::to_string(length);
}

std::string node_text(std::int64_t node) {
  return node == 0 ? std::string("none that is known") : "access node " + std::to_string(node);
}

std::string reason_text(const Event& e, const Policy& policy) {
  const std::string first = time_text(e.seen.first), last = time_text(e.seen.last);
  return seen_text(e, policy) + (first == last ? " (at " + first : " (between " + first + " and " + last) +
         (e.seen.source_port == 0 ? std::string() : "; last source port " + std::to_string(e.seen.source_port)) +
         "; score " + nats_text(e.observed) + ", certain from " + nats_text(e.limit) + ").";
}

std::string quarantined_text(const Event& e, const Policy& policy) {
  std::string text = e.from_probation ? "Quarantined again: 'already removed' did not hold" : "Quarantined";
  if (e.history > 1) text += "; it is the account's " + ordinal_text(e.history) + " quarantine";
  return text + ". " + closed_text(policy) + " On the page, " + later_text(e) + ".";
}

/// Why the choice was not open.
std::string refused_text(const Event& e, const Policy& policy) {
  const auto choice = static_cast<Choice>(e.observed);
  const std::string text = "The choice '" + std::string(name_of(choice)) + "' was not open to the account; ";
  if (choice == Choice::already && e.history > policy.quarantine_self_releases)
    return text + "after its " + ordinal_text(e.history) + " quarantine an operator has to release it.";
  if (choice == Choice::now && e.state == State::remediating) return text + "it is cleaning already.";
  return text + later_text(e) + ".";
}

std::string released_text(const Event& e) {
  std::string why;
  switch (static_cast<ReleaseReason>(e.observed)) {
    case ReleaseReason::cleaned:
      why = ": the infection is removed";
      break;
    case ReleaseReason::false_alarm:
      why = ": it was a false alarm";
      break;
    case ReleaseReason::appeal_upheld:
      why = ": the subscriber was right to dispute it";
      break;
    case ReleaseReason::hardship:
      why = ": a quarantine would do more harm than good";
      break;
    case ReleaseReason::other:
      break;
  }
  return "An operator released the account" + why + ".";
}

std::string classified_text(const Event& e, const Policy& policy) {
  const std::string grace = duration_text(policy.quarantine_business_grace_s);
  switch (static_cast<AccountClass>(e.observed)) {
    case AccountClass::ordinary:
      return "An operator made this an ordinary account.";
    case AccountClass::business:
      return "An operator made this a business account: its administrator is told, and has " + grace +
             ", before anything is closed.";
    case AccountClass::vulnerable:
      return "An operator marked this account as vulnerable: nothing is closed to it without an operator.";
    case AccountClass::exempt:
      return "An operator exempted the account from quarantine: it is not weighed.";
  }
  return {};
}

std::string fuse_text(const Event& e, const Policy& policy) {
  const std::string whose = e.node == 0 ? "The fuse" : "The fuse of " + node_text(e.node);
  return whose + " blew: " + counted_text(static_cast<std::uint64_t>(e.observed), "quarantine") + " within " +
         duration_text(policy.fuse_interval_s) + ", at most " + std::to_string(e.limit) +
         " are allowed. No further one" + (e.node == 0 ? "" : " there") + " until an operator resets it.";
}

/// What the ladder did of itself, or on the conductor's word.
std::string decided_text(const Event& e, const Policy& policy) {
  switch (e.kind) {
    case EventKind::watched:
      return "The traffic of this line looks suspicious (" + belief_text(e) +
             "); it is watched, nothing is restricted.";
    case EventKind::unwatched:
      return "The suspicion has passed (" + belief_text(e) + ").";
    case EventKind::reason:
      return reason_text(e, policy);
    case EventKind::notified:
      return "The traffic of this line looks as if a device were infected (" + belief_text(e) +
             "); the subscriber is told, nothing is restricted.";
    case EventKind::administrator_notified:
      return "The evidence is enough for quarantine (" + belief_text(e) +
             "); this is a business account, so its administrator is told first and has " +
             duration_text(policy.quarantine_business_grace_s) + ".";
    case EventKind::operator_asked:
      return "The evidence is enough for quarantine (" + belief_text(e) +
             "); people may depend on this line, so nothing is closed unless an operator decides it.";
    case EventKind::quarantine_proposed:
      return "The evidence is enough for quarantine (" + belief_text(e) + ")" +
             (e.from_probation ? ", under the stricter watch after 'already removed'." : ".");
    case EventKind::quarantined:
      return quarantined_text(e, policy);
    case EventKind::quarantine_held:
      return "The fuse holds this quarantine back; the evidence is weighed again in " +
             duration_text(policy.fuse_retry_s) + ".";
    case EventKind::remediation_lapsed:
      return "The time for removing the infection is over; the page asks again.";
    case EventKind::deferral_lapsed:
      return "The time of 'later' is over; quarantined again; " + later_text(e) + ".";
    case EventKind::probation_passed:
      return "Nothing suspicious during probation; the account is clear.";
    case EventKind::auto_released:
      return "No quarantine lasts longer than " + duration_text(policy.quarantine_max_s) +
             "; the account is on probation.";
    default:
      return {};
  }
}

/// What people decided: the subscriber at the page, an operator at the console.
std::string chosen_text(const Event& e, const Policy& policy) {
  switch (e.kind) {
    case EventKind::remediation_began:
      return "The subscriber chose 'now': " + duration_text(policy.quarantine_remediation_s) +
             " for removing the infection.";
    case EventKind::deferred:
      return "The subscriber chose 'later': the line is open for " + duration_text(policy.quarantine_later_s) + "; " +
             later_text(e) + ".";
    case EventKind::probation_began:
      return "The subscriber says that the infection is already removed: the line is open, and watched more strictly "
             "for " +
             duration_text(policy.quarantine_probation_s) + ".";
    case EventKind::choice_refused:
      return refused_text(e, policy);
    case EventKind::appealed:
      return "The subscriber disputes the quarantine; an operator has to look at it.";
    case EventKind::operator_released:
      return released_text(e);
    case EventKind::classified:
      return classified_text(e, policy);
    case EventKind::fuse_reset:
      return "An operator reset the fuse.";
    case EventKind::enforcement_stopped:
      return "An operator stopped enforcement: nothing is closed to anybody, and nobody new is quarantined.";
    case EventKind::names_uncounted:
      return "Failing names beyond a limit of the conductor's are left out of what very many accounts fail to find: " +
             std::to_string(e.observed) + " failures by now, the limit is " + std::to_string(e.limit) + ".";
    case EventKind::enforcement_resumed:
      return "An operator resumed enforcement: quarantines are in force again.";
    default:
      return {};
  }
}

}  // namespace

std::string closed_text(const Policy& policy) {
  switch (static_cast<Profile>(policy.quarantine_profile)) {
    case Profile::shadow:
      return "This is a trial: nothing is closed.";
    case Profile::notice:
      return "Nothing is closed; one in " + std::to_string(policy.quarantine_notice_one_in) +
             " new web pages shows the notice instead.";
    case Profile::smtp_only:
      return "Mail sending is closed; the web, mail reading, voice and everything else stay open.";
    case Profile::cipp:
      return "Mail sending and web are closed; mail reading, voice and everything else stay open.";
    case Profile::leaky:
      return "Mail sending, unencrypted web and the ports that scanners look for are closed; encrypted web, mail "
             "reading, voice and everything else stay open.";
    case Profile::strict:
      return "Everything is closed but mail reading, voice and emergency calls, a call in progress, and what is needed "
             "to remove the infection.";
  }
  return {};
}

std::string explain(const Event& e, const Policy& policy) {
  switch (e.kind) {
    case EventKind::bound:
      return "The account was given " + prefix_text(e.observed) + ".";
    case EventKind::unbound:
      return "The account gave back " + prefix_text(e.observed) + ".";
    case EventKind::node_joined:
      return "The account's line is on another access node: " + node_text(e.observed) +
             " (before: " + node_text(e.limit) + ").";
    case EventKind::name_failed:
      return "A domain that the account had not asked for before does not exist; how many accounts fail to find it is "
             "counted.";
    case EventKind::fuse_blown:
      return fuse_text(e, policy);
    default:
      break;
  }
  const std::string decided = decided_text(e, policy);
  return decided.empty() ? chosen_text(e, policy) : decided;
}

}  // namespace lazaret
