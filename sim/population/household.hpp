// A home's people and programs: web, mail, calls, look-ups, names that do not exist, old bookmarks, peers, what else looks
// suspicious (household_habits.cpp), whoever reads the portal's page, and perhaps an infection. Rates come from the scenario; every behaviour draws from its own stream.
// Ownership: owns its behaviours; borrows scenario, plan and attempts. Must outlive the simulation. Threads: the
// simulator's.
#pragma once

#include <memory>
#include <vector>

#include "sim/population/infection.hpp"
#include "sim/population/person.hpp"
#include "sim/population/process.hpp"

namespace lazaret {

class Household {
 public:
  Household(const Scenario&, const Plan&, const HomePlan&, Attempts&);
  Household(const Household&) = delete;
  Household& operator=(const Household&) = delete;

  /// Somebody passed that infection on to this home; true if it caught it.
  bool catch_it(std::size_t entry) { return infection_ && infection_->entry() == entry && infection_->come_back(); }
  /// Writes what is only known at the end: the infection.
  void finish(TruthWriter&) const;

 private:
  /// Programs run at all hours alike.
  enum class Whose : std::uint8_t { peoples, programs };
  void start(Purpose, double per_h, std::function<void(Stream&)> act, Whose = Whose::peoples);
  void start_habits();
  [[nodiscard]] bool has(double share, Purpose) const;
  void browse(Stream&);
  void fetch(Stream&, std::string_view service, const Fetch&, Behaviour);
  void call(Stream&);
  void fail_to_resolve(Stream&);
  void contact_peer(Stream&);
  void post_to_list(Stream&);
  void look_over(const Probe& first, std::int64_t ports_left);
  void poll(Stream&);
  void visit_the_place(std::int64_t visit);
  void test_speed(Stream&);
  void send_datagrams(const Burst& second, int seconds_left);

  const Scenario& scenario_;
  const Plan& plan_;
  const HomePlan& home_;
  Attempts& attempts_;
  const Rhythm rhythm_;
  std::unique_ptr<Infection> infection_;
  Person person_;
  std::vector<std::unique_ptr<PoissonProcess>> processes_;
  bool on_the_phone_ = false, polls_again_ = false;
};

}  // namespace lazaret
