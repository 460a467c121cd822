// The core as a gateway hosts it, whatever renders the packets: commands wait for their stamp, packets are judged one by
// one, whatever the core is handed and answers is written to the run directory as it happens, and passages are counted
// by the truth about each packet, which is read only after the verdict.
// Ownership: owns the ensemble; borrows the writer. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/ensemble.hpp"
#include "scenarios/run_directory.hpp"
#include "sim/gateway/gate.hpp"
#include "sim/gateway/passages.hpp"
#include "sim/population/truth.hpp"
#include "sim/topology/plan.hpp"

namespace lazaret {

class Judge {
 public:
  Judge(const Policy&, const Limits&, Seed, unsigned shards, RunWriter&, Gate);

  /// Stamps must not decrease, from call to call of judge, tick and finish.
  [[nodiscard]] Verdict judge(const PacketView&, const std::optional<Truthful>&);
  /// Handed to the core with the first packet, or tick, at or after its stamp. Stamps must not decrease.
  void submit(const Command&);
  /// Time passes even where no packet does.
  void tick(Timestamp now);
  /// Everything due until now, and the events of the open epoch.
  void finish(Timestamp now);

  [[nodiscard]] AccountStatus status(AccountId account, Timestamp now) const {
    return ensemble_ ? ensemble_->status(account, now) : AccountStatus{};
  }
  [[nodiscard]] Counters counters() const { return ensemble_ ? ensemble_->counters() : Counters{}; }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  [[nodiscard]] const Passages& passages() const { return passages_; }

 private:
  [[nodiscard]] std::span<const Command> due(Timestamp now);
  void record(std::span<const Command> handed, const EnsembleOutcome&);
  [[nodiscard]] Verdict ask(const PacketView&);

  std::optional<Ensemble> ensemble_;  ///< none behind an open gate
  RunWriter& writer_;
  std::vector<Command> waiting_;  ///< from next_ on
  std::size_t next_ = 0;
  Passages passages_;
  std::uint64_t packets_ = 0;
};

/// The commands that tell the core which addresses a home holds, and on which line, from time 0 on.
[[nodiscard]] std::vector<Command> leases_of(const HomePlan&);

}  // namespace lazaret
