// Every attempt of anybody at anything goes through here, so that the ground truth knows how it went.
// Ownership: owns the log of what happened; borrows renderer and clock. Threads: the simulator's.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/population/intent.hpp"
#include "sim/population/truth_log.hpp"

namespace lazaret {

/// A contact of a bot that spreads has succeeded: nobody refused it on its way.
struct Contact {
  Timestamp at;
  AccountId from;
  std::size_t entry = 0;  ///< of the scenario's infections
};

class Attempts {
 public:
  Attempts(Renderer& renderer, Clock& clock, std::function<void(const Command&)> order)
      : renderer_(renderer), clock_(clock), order_(std::move(order)) {}

  /// `service` as in TruthOutcome; empty for what no service figure should count.
  void make(const HomePlan&, DeviceKind, std::string_view service, Intent, Behaviour,
            std::function<void(const Done&)> done = {});
  /// The operator's word about an account, to the core.
  void order(const Command& command) { order_(command); }
  /// A bot reached somebody; Exchange decides whom.
  void contact(const Contact& contact) { contacts_.push_back(contact); }
  [[nodiscard]] std::vector<Contact> take_contacts() { return std::exchange(contacts_, {}); }
  [[nodiscard]] Clock& clock() const { return clock_; }
  [[nodiscard]] TruthLog& log() { return log_; }

 private:
  Renderer& renderer_;
  Clock& clock_;
  std::function<void(const Command&)> order_;
  std::vector<Contact> contacts_;
  TruthLog log_;
};

}  // namespace lazaret
