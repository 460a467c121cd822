// A program on one device of a home that does what its owner never asked for, from the moment of infection until
// somebody removes it: a spam bot that delivers straight to mail exchangers, or a scanner that looks for further
// victims. Ownership: borrows plan, scenario and attempts. Threads: the simulator's.
#pragma once

#include <memory>
#include <optional>

#include "sim/population/attempts.hpp"
#include "sim/population/process.hpp"

namespace lazaret {

class Infection {
 public:
  /// REQUIRES home.infection.
  Infection(const Scenario&, const Plan&, const HomePlan&, Attempts&);

  [[nodiscard]] bool active() const;
  /// Somebody removed it.
  void remove();
  /// For the ground truth, at the end; nothing if it never began.
  [[nodiscard]] std::optional<TruthInfection> record() const;

 private:
  void send_mail(Stream&);
  void scan(Stream&);

  const InfectionPlan& what_;
  const Plan& plan_;
  const HomePlan& home_;
  Attempts& attempts_;
  std::optional<double> until_s_;
  int under_way_ = 0;
  std::unique_ptr<PoissonProcess> process_;
};

}  // namespace lazaret
