// Where infections go from home to home, between ISPs too: once a second, while no lane runs, whoever was reached by a bot
// is drawn and, if it can, catches it. Mass action: every home of the Internet is as likely to be reached as any other
// (docs/simulation.md). What comes of it depends on the contacts alone, not on who ran them.
// Ownership: borrows all. Threads: one, while no lane runs.
#pragma once

#include <cstdint>
#include <deque>

#include "sim/population/household.hpp"

namespace lazaret {

class Exchange {
 public:
  /// `lanes` and `households`: all there are; the n-th household is account n + 1.
  Exchange(const Scenario&, std::deque<Attempts>& lanes, std::deque<Household>& households);
  /// Contacts since the last call.
  void spread();
  [[nodiscard]] std::uint64_t caught() const { return caught_; }

 private:
  const Scenario& scenario_;
  std::deque<Attempts>& lanes_;
  std::deque<Household>& households_;
  std::uint64_t caught_ = 0;
};

}  // namespace lazaret
