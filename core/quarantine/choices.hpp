// Which of the three choices the ladder would accept now: what every portal offers. docs/semantics.md, 13.
// Ownership: values. Threads: pure.
#pragma once

#include "core/command.hpp"
#include "core/engine.hpp"
#include "core/policy.hpp"

namespace lazaret {

/// The line is inside the walled garden: its state has no way to the web.
[[nodiscard]] constexpr bool is_restricted(State state) {
  return state == State::quarantined || state == State::remediating;
}

[[nodiscard]] constexpr bool choice_open(const AccountStatus& status, Choice choice, const Policy& policy) {
  if (!is_restricted(status.state)) return false;
  switch (choice) {
    case Choice::now:
      return status.state == State::quarantined;
    case Choice::later:
      return status.later_left > 0;
    case Choice::already:
      return status.history <= policy.quarantine_self_releases;
    case Choice::none:
      return false;
  }
  return false;
}

}  // namespace lazaret
