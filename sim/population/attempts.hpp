// Every attempt of anybody at anything goes through here, so that the ground truth knows how it went.
// Ownership: borrows renderer, clock and truth. Threads: the simulator's.
#pragma once

#include <functional>
#include <string_view>

#include "scenarios/truth.hpp"
#include "sim/population/intent.hpp"

namespace lazaret {

class Attempts {
 public:
  Attempts(Renderer& renderer, Clock& clock, TruthWriter& truth) : renderer_(renderer), clock_(clock), truth_(truth) {}

  /// `service` as in TruthOutcome; empty for what no service figure should count.
  void make(const HomePlan&, DeviceKind, std::string_view service, Intent, Behaviour,
            std::function<void(const Done&)> done = {});
  [[nodiscard]] Clock& clock() const { return clock_; }
  [[nodiscard]] TruthWriter& truth() const { return truth_; }

 private:
  Renderer& renderer_;
  Clock& clock_;
  TruthWriter& truth_;
};

}  // namespace lazaret
