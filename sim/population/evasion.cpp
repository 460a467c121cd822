#include "sim/population/evasion.hpp"

#include <algorithm>

namespace lazaret {

constexpr double kLooksPerS = 1.0 / 300;
constexpr std::uint32_t kPageOctets = 2000;

Evasion::Evasion(const Scenario& scenario, const InfectionPlan& what, const Plan& plan, const HomePlan& home,
                 Attempts& attempts, std::function<bool()> active)
    : what_(what),
      plan_(plan),
      home_(home),
      attempts_(attempts),
      active_(std::move(active)),
      looks_(attempts.clock(), Stream(scenario.seed, Purpose::evasion, home.account.value), kLooksPerS,
             from_seconds(home.infection->begins_s.value_or(0)), [this](Stream& draw) { look(draw); }) {}

bool Evasion::still() const { return what_.rests_s > 0 && (held_ || attempts_.clock().now() < still_until_); }

void Evasion::look(Stream& draw) {
  if (!active_()) return;
  const auto& sites = plan_.web_sites;
  const std::string& host =
      sites[static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(sites.size()) - 1))];
  attempts_.make(home_, home_.infection->device, {}, Fetch{host, false, kPageOctets, {}}, Behaviour::evasion,
                 [this, host](const Done& done) { hear(host, done); });
}

void Evasion::hear(const std::string& host, const Done& done) {
  if (done.result == Result::ok) {
    if (held_) still_until_ = attempts_.clock().now() + from_seconds(what_.rests_s);
    held_ = false;
    return;
  }
  if (done.result != Result::portal) return;  // whoever cannot tell changes nothing
  held_ = true;
  const auto press = [&](Choice choice) {
    if (std::find(done.offered.begin(), done.offered.end(), choice) == done.offered.end()) return false;
    attempts_.make(home_, home_.infection->device, {}, Fetch{host, false, 0, choice_path(choice)}, Behaviour::evasion);
    return true;
  };
  if (!active_()) return;
  if ((what_.answers & kAnswersLater) != 0 && press(Choice::later)) return;
  if ((what_.answers & kAnswersAlready) != 0) press(Choice::already);
}

}  // namespace lazaret
