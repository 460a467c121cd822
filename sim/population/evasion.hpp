// A bot that knows about quarantine: it asks for a plain web page now and then, and so learns whether its line is led to the
// garden; it keeps still while that is so and for a while after, and may answer the page itself.
// Ownership: borrows scenario, plan, home and attempts; part of an infection. Threads: the simulator's.
#pragma once

#include <functional>
#include <string>

#include "sim/population/attempts.hpp"
#include "sim/population/process.hpp"

namespace lazaret {

class Evasion {
 public:
  [[nodiscard]] static bool wanted(const InfectionPlan& plan) {
    return plan.rests_s > 0 || plan.answers != kAnswersNothing;
  }
  Evasion(const Scenario&, const InfectionPlan&, const Plan&, const HomePlan&, Attempts&, std::function<bool()> active);

  /// It does nothing else just now.
  [[nodiscard]] bool still() const;

 private:
  void look(Stream&);
  void hear(const std::string& host, const Done&);

  const InfectionPlan& what_;
  const Plan& plan_;
  const HomePlan& home_;
  Attempts& attempts_;
  std::function<bool()> active_;
  bool held_ = false;
  Timestamp still_until_;
  PoissonProcess looks_;  // last: begins at once
};

}  // namespace lazaret
