// All that an engine keeps of one account: who it is, where its ladder stands, what was seen.
// Ownership: a value in the engine's table, sized once. Threads: as the engine.
#pragma once

#include <tuple>

#include "core/detect/scan.hpp"
#include "core/detect/spam.hpp"
#include "core/event.hpp"
#include "core/evidence/fusion.hpp"

namespace lazaret {

/// What every packet needs stands in the first cache line.
struct alignas(64) Record {
  AccountId account;
  std::uint32_t sequence = 0;  ///< of its next event
  State state = State::clear;
  std::uint8_t later_left = 0;
  bool exempt = false;
  bool from_probation = false;  ///< of a proposal and the quarantine that follows it
  bool reverse = false;         ///< packets towards it were seen
  bool expecting = false;       ///< a detector has something pending
  Timestamp deadline = kNever;  ///< of the ladder
  Timestamp quarantined_at;
  Timestamp held_until;
  Evidence evidence;
  std::tuple<ScanDetector::State, SpamDetector::State> watching;
};

[[nodiscard]] constexpr bool restricted(const Record& r) {
  return r.state == State::quarantined || r.state == State::remediating;
}

}  // namespace lazaret
