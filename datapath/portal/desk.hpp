// The daemon's side of the control interface: says how a line stands, from the core's status and events, and hands
// choices on as commands. Keeps the reasons for as long as somebody may ask: scores decay, what was told does not.
// Ownership: owns what it remembers of suspicious accounts; borrows the core through CoreAccess. Threads: one at a time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>

#include "core/engine.hpp"
#include "datapath/portal/line.hpp"

namespace lazaret::portal {

/// What the desk needs of whoever drives the engines.
struct CoreAccess {
  std::function<AccountId(IpAddress)> holder;
  std::function<AccountStatus(AccountId)> status;
  /// Puts the command on stable storage and then into force. False: it could not be kept, and is not in force.
  std::function<bool(AccountId, Choice)> commit;
};

class Desk {
 public:
  Desk(CoreAccess, const Policy&);

  /// What the core told, in its order; after a restart, what was journalled.
  void note(std::span<const Event>);
  [[nodiscard]] Answer answer(const Ask&);
  /// Terms and choices are those of another policy from now on; deadlines that were told stay.
  void adopt(const Policy& policy) { policy_ = policy; }
  /// Accounts that something is remembered of.
  [[nodiscard]] std::size_t remembered() const { return dossiers_.size(); }

 private:
  struct Dossier {
    std::map<Channel, Event> reasons;  ///< the last of each
    Timestamp since, quarantined_at;
    std::optional<Timestamp> until;
    State state = State::clear;  ///< that `since` and `until` belong to
  };
  void note(const Event&);
  [[nodiscard]] Line line_of(AccountId) const;
  [[nodiscard]] Answer choose(AccountId, const AskChoice&);

  CoreAccess core_;
  Policy policy_;
  std::map<AccountId, Dossier> dossiers_;
};

}  // namespace lazaret::portal
