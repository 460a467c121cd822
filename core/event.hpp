// What happened, as trivially copyable facts: who, when, which kind, observed against which limit, and what was seen.
// core/evidence/explanation.hpp turns an event into words.
// Ownership: values. Threads: none.
#pragma once

#include <compare>
#include <cstdint>

#include "core/subscriber/account.hpp"
#include "core/time.hpp"

namespace lazaret {

enum class EventKind : std::uint8_t {
  bound,                ///< a lease began; observed: prefix length (128-bit form)
  unbound,              ///< a lease ended
  watched,              ///< belief rose to the watch threshold; observed/limit: belief
  unwatched,            ///< belief fell below it again
  reason,               ///< one channel's evidence for the proposal that follows; observed: score, limit: certain score
  quarantine_proposed,  ///< observed/limit: belief; from_probation tells a relapse
  quarantined,          ///< the conductor approved; later_left says how many deferrals remain
  quarantine_held,      ///< the fuse held it back
  remediation_began,    ///< choice: now
  remediation_lapsed,   ///< the time for it is over; quarantined again
  deferred,             ///< choice: later; observed: later_left after it
  deferral_lapsed,      ///< quarantined again
  probation_began,      ///< choice: already removed
  probation_passed,     ///< back to clear
  choice_refused,       ///< observed: the Choice that was not open to the account
  auto_released,        ///< the cap on the length of a quarantine was reached; goes to probation
  operator_released,
  exempted,
  unexempted,
  fuse_blown,  ///< conductor; observed: quarantines in the interval, limit: the fuse
  fuse_reset,  ///< conductor
};

/// The state of an account's ladder.
enum class State : std::uint8_t {
  clear,
  watched,      ///< suspicious, unrestricted
  proposed,     ///< waits for the conductor, unrestricted
  quarantined,  ///< restricted by the profile
  remediating,  ///< chose now: restricted, cleaning with the remediation list's help
  deferred,     ///< chose later: unrestricted for a while
  probation,    ///< chose already: unrestricted, watched more strictly for a while
};

/// A stream of observations that is scored on its own. Its family is what corroboration counts.
enum class Channel : std::uint8_t {
  scan_ports,     ///< first contacts on ports that scanners look for
  scan_other,     ///< first contacts on other ports (corroborates, never convicts: peer-to-peer fails here too)
  scan_vertical,  ///< further ports of a host already contacted
  spam_delivery,  ///< outcomes of direct-to-MX mail sessions
  spam_mx_query,  ///< MX names asked for (corroborates)
};
constexpr unsigned kChannels = 5;

enum class Family : std::uint8_t { scan, spam };
constexpr unsigned kFamilies = 2;
constexpr Family family_of(Channel c) { return c <= Channel::scan_vertical ? Family::scan : Family::spam; }

/// Log-odds and scores are integers in 1/65536 nat, so that every machine computes the same.
using Score = std::int64_t;
constexpr Score kNat = 65536;

/// What a channel saw since the account was last clear: the facts behind an explanation.
struct Sighting {
  Timestamp first;                 ///< first adverse observation
  Timestamp last;                  ///< last adverse observation
  std::uint32_t observations = 0;  ///< adverse and exonerating together
  std::uint32_t adverse = 0;
  std::uint16_t port = 0;         ///< the port of the last adverse observation
  std::uint16_t source_port = 0;  ///< a device hint: the source port of the last adverse observation
  friend constexpr bool operator==(const Sighting&, const Sighting&) = default;
};

struct Event {
  Timestamp at;
  AccountId account;
  std::uint32_t sequence = 0;  ///< counts an account's events from 0; the conductor's own run under kNobody
  EventKind kind = EventKind::bound;
  State state = State::clear;             ///< after the event
  Channel channel = Channel::scan_ports;  ///< meaningful for EventKind::reason
  std::uint8_t later_left = 0;
  bool from_probation = false;
  std::int64_t observed = 0;
  std::int64_t limit = 0;
  Sighting seen;  ///< meaningful for EventKind::reason
  friend constexpr bool operator==(const Event&, const Event&) = default;
};

/// The one order in which events leave the core, however many engines made them: time, account, sequence.
constexpr bool in_canonical_order(const Event& a, const Event& b) {
  if (a.at != b.at) return a.at < b.at;
  if (a.account != b.account) return a.account < b.account;
  return a.sequence < b.sequence;
}

}  // namespace lazaret
