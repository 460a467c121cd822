// Every attempt of anybody at anything goes through here, so that the ground truth knows how it went.
// Ownership: owns the log of what happened; borrows renderer and clock. Threads: the simulator's.
#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "sim/population/intent.hpp"
#include "sim/population/truth_log.hpp"

namespace lazaret {

class Attempts {
 public:
  Attempts(Renderer& renderer, Clock& clock, std::function<void(const Command&)> order)
      : renderer_(renderer), clock_(clock), order_(std::move(order)) {}

  /// `service` as in TruthOutcome; empty for what no service figure should count.
  void make(const HomePlan&, DeviceKind, std::string_view service, Intent, Behaviour,
            std::function<void(const Done&)> done = {});
  /// The operator's word about an account, to the core.
  void order(const Command& command) { order_(command); }
  [[nodiscard]] Clock& clock() const { return clock_; }
  [[nodiscard]] TruthLog& log() { return log_; }

 private:
  Renderer& renderer_;
  Clock& clock_;
  std::function<void(const Command&)> order_;
  TruthLog log_;
};

}  // namespace lazaret
