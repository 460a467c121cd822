// Time to an event when some cases are never seen to have it: the Kaplan-Meier estimate with Greenwood's log-log band.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/intervals.hpp"

namespace lazaret {

/// One case: how long it was followed, and whether the event came then (else it was lost from sight: censored).
struct Followed {
  double for_s = 0;
  bool event = false;
};

struct SurvivalStep {
  double at_s = 0;
  std::uint64_t at_risk = 0, events = 0, censored = 0;
  double survival = 1;  ///< after this time
  Interval band{1, 1};  ///< 95 %, pointwise
};

struct Survival {
  std::vector<SurvivalStep> steps;  ///< one for each distinct time, increasing
  /// The first time by which the share still waiting is at most 1 - q; nothing where too few had the event.
  [[nodiscard]] std::optional<double> quantile(double q) const;
  /// Brookmeyer and Crowley's interval for it: where the band crosses; an end that is not reached is nothing.
  [[nodiscard]] std::optional<double> quantile_low(double q) const;
  [[nodiscard]] std::optional<double> quantile_high(double q) const;
};

[[nodiscard]] Survival kaplan_meier(std::vector<Followed>);

}  // namespace lazaret
