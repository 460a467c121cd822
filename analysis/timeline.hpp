// Events and truth laid along time: in which state each account was, when it was restricted, when it was infected.
// Times are seconds of simulated time. Ownership: values. Threads: immutable once made.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/run.hpp"
#include "core/event.hpp"
#include "scenarios/attempt_counts.hpp"

namespace lazaret {

struct StateSpan {
  double from_s = 0, to_s = 0;
  State state = State::clear;
};

struct InfectionSpan {
  double from_s = 0, to_s = 0;
  bool cleaned = false;  ///< ended within the run; else still there at its end
  std::string behaviour, device;
};

/// A moment at which the conductor put an account into quarantine anew.
struct Entry {
  double at_s = 0;
  bool relapse = false;   ///< from probation
  bool infected = false;  ///< at that moment, in truth
};

struct AccountLine {
  std::vector<StateSpan> states;          ///< without gaps, from 0 to the end of the run
  std::vector<InfectionSpan> infections;  ///< by begin
  std::vector<Entry> entries;

  [[nodiscard]] bool infected_at(double t) const;
  [[nodiscard]] bool restricted_at(double t) const;
  /// Was ever put into quarantine.
  [[nodiscard]] bool quarantined() const { return !entries.empty(); }
  /// Seconds in which the account was infected or not, and restricted or not, as asked.
  [[nodiscard]] double seconds(bool infected, bool restricted) const;
};

class Timeline {
 public:
  explicit Timeline(const Run&);

  [[nodiscard]] const std::map<std::uint32_t, AccountLine>& accounts() const { return lines_; }
  /// An account that neither truth nor events named has a line of its own: clear throughout.
  [[nodiscard]] const AccountLine& of(std::uint32_t account) const;
  [[nodiscard]] double end_s() const { return end_s_; }

 private:
  double end_s_;
  AccountLine nobody_;
  std::map<std::uint32_t, AccountLine> lines_;
};

}  // namespace lazaret
