// Attempts counted instead of listed: what services and bots achieved, by minute and by how the account stood. The one
// place where the rule lives, so that a run may count while it goes on and a report over a list says the same.
// Ownership: a value. Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/event.hpp"
#include "scenarios/truth.hpp"

namespace lazaret {

[[nodiscard]] constexpr bool is_restricted(State s) { return s == State::quarantined || s == State::remediating; }

class AttemptCounts {
 public:
  /// Events in canonical order.
  void hear(const Event&);
  /// Every event up to the attempt's end has been heard; later ones may have been.
  void count(const TruthOutcome&);
  /// By minute, service, malice, result, standing. Attempts sum up to all that were counted.
  [[nodiscard]] std::vector<TruthCount> rows() const;

  /// How the account stood when the attempt began, and whether it was restricted or freed before its end.
  [[nodiscard]] std::pair<Phase, bool> standing(std::uint32_t account, double from_s, double to_s) const;

 private:
  struct Change {
    double at_s = 0;
    bool restricted = false;
  };
  struct Account {
    std::vector<Change> changes;  ///< alternating, the first one restricts
    double first_held_s = 0;      ///< valid where held
    bool held = false;
  };
  std::unordered_map<std::uint32_t, Account> accounts_;  ///< looked up only; those that were restricted or held
  std::map<std::tuple<std::uint32_t, std::string, bool, std::string, Phase, bool>, std::uint64_t> counts_;
};

}  // namespace lazaret
