#include "sim/population/attempts.hpp"

namespace lazaret {

const char* name_of(Result r) {
  constexpr const char* kNames[] = {"ok", "portal", "refused", "timeout", "failed"};
  return kNames[static_cast<unsigned>(r)];
}

std::string choice_path(Choice c) {
  constexpr const char* kPaths[] = {"", "/choose/now", "/choose/later", "/choose/already"};
  return kPaths[static_cast<unsigned>(c)];
}

void Attempts::make(const HomePlan& home, DeviceKind device, std::string_view service, Intent intent,
                    Behaviour behaviour, std::function<void(const Done&)> done) {
  TruthOutcome outcome;
  outcome.at_s = in_seconds(clock_.now());
  outcome.account = home.account.value;
  outcome.device = name_of(device);
  outcome.service = service;
  outcome.malicious = malicious(behaviour);
  renderer_.render(home, device, intent, behaviour,
                   [this, outcome = std::move(outcome), done = std::move(done)](const Done& how) mutable {
                     if (!outcome.service.empty()) {
                       outcome.took_s = in_seconds(clock_.now()) - outcome.at_s;
                       outcome.result = name_of(how.result);
                       log_.add(clock_.now(), std::move(outcome));
                     }
                     if (done) done(how);
                   });
}

}  // namespace lazaret
