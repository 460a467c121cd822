// Whoever sits at the browser of a home: sees the portal's page instead of the web, thinks, chooses, cleans or only
// says so, or calls support. Ownership: borrows scenario, home, attempts and the home's infection. Threads: the simulator's.
#pragma once

#include <string>
#include <vector>

#include "sim/population/infection.hpp"

namespace lazaret {

class Person {
 public:
  /// `infection` may be null: a clean home, perhaps quarantined wrongly.
  Person(const Scenario&, const Plan&, const HomePlan&, Attempts&, Infection* infection);

  /// The page came instead of `host`.
  void see_page(DeviceKind, const std::string& host, const std::vector<Choice>& offered);

 private:
  void act(const char* what, Choice = Choice::none);
  void decide(DeviceKind, const std::string& host, const std::vector<Choice>& offered);
  /// None: nothing of what is offered would be chosen.
  [[nodiscard]] Choice pick(const std::vector<Choice>& offered);
  void choose(DeviceKind, const std::string& host, Choice);
  void clean(DeviceKind);
  void call_support();

  const PeoplePlan& people_;
  const Plan& plan_;
  const HomePlan& home_;
  Attempts& attempts_;
  Infection* infection_;
  Stream draw_, support_draw_;
  bool able_, inert_;
  bool busy_ = false;            ///< thinking, cleaning, waiting for support: a page seen meanwhile changes nothing
  bool believes_clean_ = false;  ///< has cleaned: the next page is answered with 'already removed'
};

}  // namespace lazaret
