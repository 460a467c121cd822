// The account's state machine: suspicion, notice, quarantine with its three choices, probation, release.
//
//   clear <-> watched, notified -> proposed -(conductor)-> quarantined -> remediating (now) -+
//                ^                                             |  ^                          |
//                |                                             |  +-- deferred (later, n times)
//                +------------------------- probation <- already removed, from either -------+
//
// Ownership: borrows the log; the standing lives in the account's Record. Threads: as the engine.
// Exact rules: docs/semantics.md, 13.
#pragma once

#include "core/command.hpp"
#include "core/event_log.hpp"
#include "core/evidence/fusion.hpp"
#include "core/policy.hpp"

namespace lazaret {

class Ladder {
 public:
  Ladder(const Policy&, EventLog&, Counters&);

  /// A new account's standing.
  void admit(Record&) const;
  /// What a detector saw; the account is weighed with it.
  void observe(Account, const Observation&, Timestamp);
  /// A command that concerns the ladder. REQUIRES it names this account.
  void obey(Account, const Command&, Timestamp);
  /// The ladder's deadline has come.
  void deadline(Account, Timestamp);
  /// When that will be, or kNoSecond.
  [[nodiscard]] static Second due(const Record& r) { return r.state == State::proposed ? kNoSecond : r.deadline; }
  [[nodiscard]] static Watch watch_of(const Record& r) {
    return r.state == State::probation || r.from_probation ? Watch::strict : Watch::ordinary;
  }
  [[nodiscard]] const Fusion& fusion() const { return fusion_; }

 private:
  void weigh(Account, Timestamp);
  void convict(Account, const Weight&, Timestamp);
  void tell_reasons(Account, Timestamp);
  void choose(Account, Choice, Timestamp);
  void enter_quarantine(Account, Timestamp);
  void enter_probation(Account, Timestamp, EventKind);
  void enter_clear(Account, Timestamp, EventKind, std::int64_t observed);
  void hold(Account, Timestamp);
  [[nodiscard]] bool past_cap(const Record&, Timestamp) const;
  static void forget_evidence(Account);

  Fusion fusion_;
  EventLog* log_;
  Counters* counters_;
  std::int64_t later_max_, self_releases_, history_s_;
  Duration later_, remediation_, probation_, max_, retry_, grace_;
};

}  // namespace lazaret
