// Who was caught, who was missed, who was held wrongly, and how soon: truth against the `quarantined` events.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/intervals.hpp"
#include "analysis/survival.hpp"
#include "analysis/timeline.hpp"

namespace lazaret {

/// An infected account that was never quarantined while infected.
struct Missed {
  std::uint32_t account = 0;
  std::string behaviour;
  double from_s = 0;
  double followed_s = 0;  ///< how long there was to catch it
  bool cleaned = false;   ///< the infection ended first, not the run
};

/// One behaviour; an account that carries two counts under each.
struct BehaviourScore {
  std::string behaviour;
  Share share;       ///< accounts caught of accounts infected
  Survival waiting;  ///< time to detect, per infection, censored where it ended uncaught
  std::optional<double> median_s, p90_s;
  std::optional<double> median_low_s, median_high_s;
};

struct WrongEntry {
  std::uint32_t account = 0;
  double at_s = 0;
  bool ever_infected = false;  ///< infected at another time: cleaned before, or not yet
};

struct FalsePositives {
  std::vector<WrongEntry> entries;   ///< quarantined while not infected, by time
  std::uint64_t accounts = 0;        ///< distinct accounts among them
  std::uint64_t clean_accounts = 0;  ///< never infected in the run
  std::uint64_t clean_accounts_held = 0;
  double exposure_days = 0;  ///< account-days spent neither infected nor restricted: the time at risk
  double per_account_day = 0;
  Interval interval;                ///< Garwood, per account-day
  double upper95 = 0;               ///< one-sided; with no event it is the rule of three, 3/exposure
  double hours_never_infected = 0;  ///< restricted hours of accounts that never were infected
  double hours_after_cleaning = 0;  ///< restricted hours of others, while not infected
};

struct Detection {
  std::uint64_t accounts = 0, infected = 0;
  std::uint64_t caught = 0;  ///< infected accounts quarantined while infected
  Share share;
  std::vector<BehaviourScore> behaviours;  ///< by name
  BehaviourScore all;                      ///< every infection, whatever its behaviour
  std::vector<Missed> missed;              ///< by account
  FalsePositives wrong;
};

[[nodiscard]] Detection score_detection(const Timeline&);

}  // namespace lazaret
