// A home's people and programs: web, mail, calls, look-ups, names that do not exist, old bookmarks,
// peers, whoever reads the portal's page, and perhaps
// an infection. Rates come from the scenario; every behaviour draws from its own stream.
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
  void start(Purpose, double per_h, std::function<void(Stream&)> act);
  void browse(Stream&);
  void fetch(Stream&, std::string_view service, const Fetch&, Behaviour);
  void call(Stream&);
  void fail_to_resolve(Stream&);
  void contact_peer(Stream&);

  const Scenario& scenario_;
  const Plan& plan_;
  const HomePlan& home_;
  Attempts& attempts_;
  std::unique_ptr<Infection> infection_;
  Person person_;
  std::vector<std::unique_ptr<PoissonProcess>> processes_;
  bool on_the_phone_ = false;
};

}  // namespace lazaret
