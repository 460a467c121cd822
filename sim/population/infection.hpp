// A program on one device of a home that does what its owner never asked for, from the moment of infection until
// somebody removes it or it ends by itself; it may come back: docs/simulation.md has the behaviours. Ownership: borrows
// plan, scenario and attempts. Threads: the simulator's.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/population/attempts.hpp"
#include "sim/population/evasion.hpp"
#include "sim/population/process.hpp"

namespace lazaret {

class Infection {
 public:
  /// REQUIRES home.infection.
  Infection(const Scenario&, const Plan&, const HomePlan&, Attempts&);

  [[nodiscard]] bool active() const;
  /// It begins now, unless it is there already or will be. True: it does.
  bool come_back();
  [[nodiscard]] std::size_t entry() const { return home_.infection->entry; }
  /// It is gone, until it comes back.
  void remove();
  /// For the ground truth, at the end: each time that it began.
  void record(TruthWriter&) const;

 private:
  struct Kind {
    std::string_view name;
    Purpose purpose;
    void (Infection::*act)(Stream&);
  };
  /// From its beginning to its end; a stopped process stays, because its next moment is scheduled.
  struct Spell {
    double from_s = 0;
    std::optional<double> until_s;
    std::unique_ptr<PoissonProcess> process;
  };
  void begin(Duration from_now);
  void in_course(double per_day, Duration from_now, std::function<void()>);
  [[nodiscard]] static const Kind& kind_of(std::string_view behaviour);
  void send_mail(Stream&);
  void scan(Stream&);
  void look_for_controller(Stream&);
  void send_by_relay(Stream&);
  void guess_password(Stream&);
  void attack(Stream&);
  void do_anything(Stream&);
  void flood(const Burst& second, double seconds_left);
  /// Somebody was reached.
  void pass_on(const Done&);
  /// One session more, if the bot's engine has one to spare.
  void begin_session(std::string_view service, Intent, Behaviour);

  const Scenario& scenario_;
  const InfectionPlan& what_;
  const Plan& plan_;
  const HomePlan& home_;
  Attempts& attempts_;
  std::unique_ptr<Evasion> evasion_;  ///< none, where it does not mind being held
  Stream course_;                     ///< when it ends by itself and comes back
  std::vector<Spell> spells_;
  int under_way_ = 0;
};

}  // namespace lazaret
