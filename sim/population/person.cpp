#include "sim/population/person.hpp"

#include <algorithm>

#include "core/evidence/explanation.hpp"

namespace lazaret {

// A removal tool of the time.
constexpr std::uint32_t kToolOctets = 200'000;

Person::Person(const Scenario& scenario, const Plan& plan, const HomePlan& home, Attempts& attempts,
               Infection* infection)
    : people_(scenario.people),
      plan_(plan),
      home_(home),
      attempts_(attempts),
      infection_(infection),
      draw_(scenario.seed, Purpose::person, home.account.value),
      support_draw_(scenario.seed, Purpose::person, home.account.value, 1) {
  able_ = support_draw_.chance(people_.able_share);
  inert_ = support_draw_.chance(people_.inert_share);
}

void Person::act(const char* what, Choice choice) {
  const Timestamp now = attempts_.clock().now();
  attempts_.log().add(now, TruthAct{in_seconds(now), home_.account.value, what,
                                    choice == Choice::none ? std::string() : std::string(name_of(choice)),
                                    infection_ != nullptr && infection_->active()});
}

void Person::see_page(DeviceKind device, const std::string& host, const std::vector<Choice>& offered) {
  act("saw_page");
  if (busy_ || inert_ || offered.empty()) return;
  if (!believes_clean_ && draw_.chance(people_.ignore)) {
    act("ignored");
    return;
  }
  busy_ = true;
  attempts_.clock().after(from_seconds(draw_.exponential(people_.think_mean_s)),
                          [this, device, host, offered] { decide(device, host, offered); });
}

void Person::decide(DeviceKind device, const std::string& host, const std::vector<Choice>& offered) {
  if (!believes_clean_ && support_draw_.chance(people_.support_share)) return call_support();
  const Choice choice = pick(offered);
  if (choice != Choice::none) return choose(device, host, choice);
  if (people_.support_share > 0) return call_support();
  busy_ = false;
  act("ignored");
}

Choice Person::pick(const std::vector<Choice>& offered) {
  const auto open = [&](Choice c) { return std::find(offered.begin(), offered.end(), c) != offered.end(); };
  if (believes_clean_ && open(Choice::already)) return Choice::already;
  if (believes_clean_ && people_.support_share > 0) return Choice::none;  // is not taken at their word: must call
  const double weights[] = {open(Choice::now) ? people_.choose_now : 0, open(Choice::later) ? people_.choose_later : 0,
                            open(Choice::already) ? people_.choose_already : 0};
  const double sum = weights[0] + weights[1] + weights[2];
  if (sum <= 0) return Choice::none;
  double x = draw_.uniform(0, sum);
  for (unsigned i = 0; i < 3; ++i) {
    if (weights[i] > 0 && x < weights[i]) return static_cast<Choice>(i + 1);
    x -= weights[i];
  }
  return offered.back();
}

void Person::choose(DeviceKind device, const std::string& host, Choice choice) {
  // Some say 'already removed' because they did remove it, before or after the page.
  if (choice == Choice::already && !believes_clean_ && infection_ != nullptr && infection_->active() &&
      draw_.chance(people_.already_is_true) && able_) {
    act("cleaned");
    infection_->remove();
  }
  attempts_.make(home_, device, {}, Fetch{host, false, 0, choice_path(choice)}, Behaviour::portal,
                 [this, device, choice](const Done& done) {
                   busy_ = false;
                   if (done.result != Result::ok) return;  // the page will come again
                   act("chose", choice);
                   if (choice == Choice::already) believes_clean_ = false;
                   if (choice == Choice::now) clean(device);
                 });
}

void Person::clean(DeviceKind device) {
  busy_ = true;
  attempts_.make(home_, device, "remediation", Fetch{plan_.remediation_name, true, kToolOctets, {}},
                 Behaviour::cleaning, [this](const Done& done) {
                   if (done.result != Result::ok) {
                     busy_ = false;
                     act("cleaning_failed");
                     return;
                   }
                   attempts_.clock().after(from_seconds(draw_.exponential(people_.cleaning_mean_s)), [this] {
                     busy_ = false;
                     believes_clean_ = true;  // rightly or not
                     const bool succeeded = draw_.chance(people_.cleaning_succeeds) && able_;
                     if (infection_ == nullptr || !infection_->active()) return;
                     act(succeeded ? "cleaned" : "cleaning_failed");
                     if (succeeded) infection_->remove();
                   });
                 });
}

void Person::call_support() {
  busy_ = true;
  act("called_support");
  attempts_.clock().after(from_seconds(support_draw_.exponential(people_.support_mean_s)), [this] {
    busy_ = false;
    believes_clean_ = false;
    if (infection_ != nullptr && infection_->active() && support_draw_.chance(people_.support_cleans))
      infection_->remove();
    act("opened_by_support");
    Command release;
    release.kind = CommandKind::operator_release;
    release.account = home_.account;
    release.release_reason = ReleaseReason::cleaned;
    attempts_.order(release);
  });
}

}  // namespace lazaret
