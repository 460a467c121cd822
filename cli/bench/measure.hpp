// Engine against floor, taking turns: a shared machine changes its pace for seconds at a time, so that only neighbours in
// time may be compared. Each chunk of the engine is divided by the mean of the floor's chunks right before and after it.
// Ownership: values; subject, floor and stream are borrowed for a call. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "cli/bench/cache_misses.hpp"
#include "cli/bench/floor.hpp"
#include "cli/bench/subject.hpp"

namespace lazaret::bench {

/// What a packet cost in one stretch of time.
struct Chunk {
  double ns = 0;
  double cache_misses = 0;
  double disturbed = 0;  ///< share of the time that others' use of the processor spoiled, and that is left out
};

/// Takes so many bursts of kBurst packets.
using Bursts = std::function<void(unsigned count)>;
/// What a packet costs in at least `ms` of slices in which nobody else had the processor; in all slices where that takes
/// too long. An eighth of it goes before, unmeasured, to warm the caches.
[[nodiscard]] Chunk measure(const Bursts&, double ms, const CacheMisses&);

struct Turn {
  Chunk engine, floor;
};

/// Medians over the turns; `ratio` is the median of the turns' ratios, which need not be the ratio of the medians.
struct Figures {
  Chunk engine, floor;
  double ratio = 0;
  double ratio_low = 0, ratio_high = 0;  ///< of all turns
};
/// REQUIRES one value at least.
[[nodiscard]] double median_of(std::vector<double>);
/// REQUIRES at least one turn.
[[nodiscard]] Figures summarize(std::span<const Turn>);

struct Settings {
  unsigned repeat = 7;   ///< turns
  double chunk_ms = 20;  ///< of each measured chunk
};

/// REQUIRES repeat >= 1. Sends enough of the stream through the engine first that every reply has its request before it.
[[nodiscard]] Figures compare(Subject&, Floor&, const Stream&, const Settings&, const CacheMisses&);

}  // namespace lazaret::bench
