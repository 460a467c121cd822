// Runs made by hand, for tests that know the answer; and one made up at random that looks like a real one.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/run.hpp"

namespace lazaret::made {

/// A run of `homes` accounts (1..homes) and `end_s` seconds, to which a test adds what happened, in any order.
class Making {
 public:
  Making(std::uint32_t homes, double end_s);

  Making& infect(std::uint32_t account, double from_s, std::optional<double> until_s = {},
                 std::string behaviour = "spam_bot");
  /// The event that the ladder would tell; `state` is the one after it.
  Making& event(std::uint32_t account, double at_s, EventKind, State, std::uint8_t later_left = 0,
                bool from_probation = false, std::int64_t observed = 0);
  /// Proposed and quarantined a second later.
  Making& quarantine(std::uint32_t account, double at_s, std::uint8_t later_left = 3, bool from_probation = false);
  Making& outcome(std::uint32_t account, double at_s, double took_s, std::string service, std::string result,
                  bool malicious = false);
  Making& act(std::uint32_t account, double at_s, std::string what, std::string choice = "", bool infected = false);

  /// Events in canonical order, truth by time.
  [[nodiscard]] Run done();

  Run run;
  std::vector<TruthOutcome> outcomes;  ///< by time once done; the run holds their counts
};

/// 220 homes, one hour, 12 spam bots and 8 scanners, every choice and its consequence: the shape of cipp_2007.
[[nodiscard]] Making lifelike_making(std::uint64_t seed);
[[nodiscard]] Run lifelike(std::uint64_t seed);

}  // namespace lazaret::made
