// A program on one device of a home that does what its owner never asked for, from the moment of infection until
// somebody removes it: docs/simulation.md has the behaviours. Ownership: borrows plan, scenario and attempts. Threads:
// the simulator's.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "sim/population/attempts.hpp"
#include "sim/population/evasion.hpp"
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
  struct Kind {
    std::string_view name;
    Purpose purpose;
    void (Infection::*act)(Stream&);
  };
  [[nodiscard]] static const Kind& kind_of(std::string_view behaviour);
  void send_mail(Stream&);
  void scan(Stream&);
  void look_for_controller(Stream&);
  void send_by_relay(Stream&);
  void guess_password(Stream&);
  void attack(Stream&);
  void do_anything(Stream&);
  void flood(const Burst& second, double seconds_left);
  /// One session more, if the bot's engine has one to spare.
  void begin_session(std::string_view service, Intent, Behaviour);

  const Scenario& scenario_;
  const InfectionPlan& what_;
  const Plan& plan_;
  const HomePlan& home_;
  Attempts& attempts_;
  std::unique_ptr<Evasion> evasion_;  ///< none, where it does not mind being held
  std::optional<double> until_s_;
  int under_way_ = 0;
  std::unique_ptr<PoissonProcess> process_;
};

}  // namespace lazaret
