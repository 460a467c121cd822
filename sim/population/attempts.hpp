// Every attempt of anybody at anything goes through here, so that the ground truth knows how it went.
// Ownership: owns the log of what happened; borrows renderer and clock. Threads: the simulator's.
#pragma once

#include <functional>
#include <string_view>

#include "sim/population/intent.hpp"
#include "sim/population/truth_log.hpp"

namespace lazaret {

class Attempts {
 public:
  Attempts(Renderer& renderer, Clock& clock) : renderer_(renderer), clock_(clock) {}

  /// `service` as in TruthOutcome; empty for what no service figure should count.
  void make(const HomePlan&, DeviceKind, std::string_view service, Intent, Behaviour,
            std::function<void(const Done&)> done = {});
  [[nodiscard]] Clock& clock() const { return clock_; }
  [[nodiscard]] TruthLog& log() { return log_; }

 private:
  Renderer& renderer_;
  Clock& clock_;
  TruthLog log_;
};

}  // namespace lazaret
