// The account's state machine: suspicion, quarantine with its three choices, probation, release.
//
//   clear <-> watched -> proposed -(conductor)-> quarantined -> remediating (now) -+
//                ^                                   |  ^                          |
//                |                                   |  +-- deferred (later, n times)
//                +-------------- probation <- already removed, from either --------+
//
// Ownership: immutable; the standing lives in the account's Record. Threads: as the engine. Exact rules: docs/semantics.md, 8.
#pragma once

#include "core/command.hpp"
#include "core/event_log.hpp"
#include "core/policy.hpp"
#include "core/subscriber/record.hpp"

namespace lazaret {

class Ladder {
 public:
  explicit Ladder(const Policy&);

  /// A new account's standing.
  void admit(Record&) const;
  /// After each observation: watch, propose, or let be.
  void weigh(Record&, Timestamp, EventLog&, Counters&) const;
  /// A command that concerns the ladder. REQUIRES it names this account.
  void obey(Record&, const Command&, Timestamp, EventLog&, Counters&) const;
  /// The ladder's deadline has come.
  void deadline(Record&, Timestamp, EventLog&, Counters&) const;
  /// When that will be, or kNever.
  [[nodiscard]] static Timestamp due(const Record& r) { return r.state == State::proposed ? kNever : r.deadline; }
  [[nodiscard]] static Watch watch_of(const Record& r) {
    return r.state == State::probation || r.from_probation ? Watch::strict : Watch::ordinary;
  }
  [[nodiscard]] const Fusion& fusion() const { return fusion_; }

 private:
  void propose(Record&, const Evidence& present, Timestamp, EventLog&, Counters&) const;
  void choose(Record&, Choice, Timestamp, EventLog&, Counters&) const;
  void enter_probation(Record&, Timestamp, EventKind, EventLog&, Counters&) const;
  void enter_clear(Record&, Timestamp, EventKind, EventLog&, Counters&) const;
  static void forget_evidence(Record&);

  Fusion fusion_;
  std::uint8_t later_max_;
  Duration later_, remediation_, probation_, max_, retry_;
};

}  // namespace lazaret
