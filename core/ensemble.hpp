// N engines and one conductor behind one process(): what a single-threaded world drives (ns-3, plain replay).
// The DPDK world builds the same from Steering, Engine and Conductor with one thread per engine.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/conductor/conductor.hpp"
#include "core/engine.hpp"
#include "core/steering.hpp"

namespace lazaret {

/// Same contract as Engine::process, with two differences: events come out when their epoch closes, in canonical order
/// over all engines and the conductor; and `decided` holds the conductor's commands of the epochs this call closed.
struct EnsembleOutcome {
  std::span<const Verdict> verdicts;
  std::span<const Event> events;
  std::span<const Command> decided;
};

/// Owns everything it needs; allocates in its constructor (and grows its buffers only when an epoch outdoes all before it).
/// One thread at a time.
class Ensemble {
 public:
  /// REQUIRES shards >= 1. `limits` are per engine.
  Ensemble(const Policy&, const Limits&, Seed, unsigned shards);
  ~Ensemble();

  [[nodiscard]] EnsembleOutcome process(const Batch&);
  /// Everything that is due up to and including `end`, and the events of the epoch that is still open.
  [[nodiscard]] EnsembleOutcome finish(Timestamp end);

  /// Every engine's intelligence feed from now on; nullptr: none. Not part of a snapshot.
  void load(const std::shared_ptr<const Feed>&);

  /// All that outlives a call: the engines, the conductor, who holds what, and the events of the open epoch, which have not
  /// been handed out. What the last call handed out is not in it. May be taken whenever process() has returned, and not
  /// after finish().
  [[nodiscard]] std::vector<std::uint8_t> snapshot() const;
  /// Becomes what was kept; nullptr: good. REQUIRES a new ensemble under the same policy, limits, seed and number of
  /// engines. Otherwise, or when the octets are no snapshot of this version: says why, and is a new ensemble still (one
  /// that has worked already stays as it is).
  [[nodiscard]] const char* restore(std::span<const std::uint8_t>);

  [[nodiscard]] AccountStatus status(AccountId, Timestamp now) const;
  [[nodiscard]] Counters counters() const;  ///< summed over the engines

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lazaret
