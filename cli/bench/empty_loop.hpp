// What the events of a wire run cost when nothing is done in them: the same queue, and the same events coming and going.
// Ownership: the trace is borrowed for a call. Threads: one.
#pragma once

#include <cstdint>
#include <span>

#include "core/time.hpp"

namespace lazaret::bench {

struct LoopCost {
  double cpu_s = 0;
  std::uint64_t events = 0;  ///< taken out, of all queues
};

/// As many queues as the run had lanes, each given the events that `trace` (WireClock::trace) has of one lane, all of
/// them up to the end of an epoch before any goes on to the next.
[[nodiscard]] LoopCost run_empty(std::span<const std::int64_t> trace, unsigned lanes, Duration epoch);

}  // namespace lazaret::bench
