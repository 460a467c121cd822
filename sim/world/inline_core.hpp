// The device that hosts the core in line: between the access node's trunk and the gateway's routing half, with a third
// port to the walled garden. Every frame, tags included, goes to the core in both directions; its verdict is carried
// out for real. Whatever the core is handed and answers is written to the run directory as it happens. The truth tag is
// read only after the verdict. Ownership: owns the ensemble; borrows writer and wires. Threads: the simulator's.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/ensemble.hpp"
#include "scenarios/run_directory.hpp"
#include "scenarios/truth.hpp"
#include "sim/population/truth.hpp"
#include "sim/world/wire.hpp"

namespace lazaret {

class InlineCore : public FrameSink {
 public:
  /// `trunk`: towards the access node. Answers to rejected packets come from the gateway's addresses.
  InlineCore(const Policy&, const Limits&, Seed, unsigned shards, RunWriter&, WireEnd trunk, IpAddress gateway4,
             IpAddress gateway6);
  ~InlineCore() override;
  void connect(FrameSink& core_side, FrameSink& garden_side);

  void receive(FramePtr) override;    ///< from the trunk: upstream
  void from_core(const FramePtr&);    ///< tagged, from the gateway's routing half
  void from_garden(const FramePtr&);  ///< tagged, from the portal

  /// Handed to the core with the first packet, or tick, at or after its stamp. Stamps must not decrease.
  void submit(const Command&);
  /// Time passes even where no packet does.
  void tick();
  /// Everything due until now, and the events of the open epoch.
  void finish();

  [[nodiscard]] AccountStatus status(AccountId) const;
  [[nodiscard]] Counters counters() const { return ensemble_.counters(); }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  void write_passages(TruthWriter&) const;

 private:
  struct Passage {
    std::uint64_t packets = 0, octets = 0;
  };
  struct PassageKey {
    Truthful truth;
    Direction direction;
    Action action;
    friend auto operator<=>(const PassageKey&, const PassageKey&) = default;
  };
  void judge(const FramePtr&, Direction);
  [[nodiscard]] std::span<const Command> due(Timestamp now);
  void record(std::span<const Command> handed, const EnsembleOutcome&);
  void refuse(const FramePtr&, Direction);

  Ensemble ensemble_;
  RunWriter& writer_;
  WireEnd trunk_;
  IpAddress gateway4_, gateway6_;
  FrameSink* core_side_ = nullptr;
  FrameSink* garden_side_ = nullptr;
  std::vector<Command> waiting_;
  std::vector<Command> handed_;
  std::map<PassageKey, Passage> passages_;
  std::uint64_t packets_ = 0;
};

}  // namespace lazaret
