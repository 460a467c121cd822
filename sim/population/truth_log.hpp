// Ground truth as it happens, until it is written: one log for all homes that live in one thread. Written together, logs
// give the same rows in the same order, however homes are spread over them.
// Ownership: owns its entries. Threads: one; write() when nobody else uses the logs.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "scenarios/truth.hpp"

namespace lazaret {

class TruthLog {
 public:
  void add(Timestamp now, TruthOutcome outcome) { outcomes_.emplace_back(now, std::move(outcome)); }
  void add(Timestamp now, TruthAct act) { acts_.emplace_back(now, std::move(act)); }
  /// What was noted before `until`, by that moment, then by account; the logs keep the rest.
  static void write(std::span<TruthLog* const>, TruthWriter&, Timestamp until);

 private:
  std::vector<std::pair<Timestamp, TruthOutcome>> outcomes_;
  std::vector<std::pair<Timestamp, TruthAct>> acts_;
};

}  // namespace lazaret
