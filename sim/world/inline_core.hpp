// The device that hosts the core in line: between the access node's trunk and the gateway's routing half, with a third
// port to the walled garden. Every frame, tags included, goes to the core in both directions; its verdict is carried
// out for real. Ownership: owns the judge; borrows writer and wires. Threads: the simulator's.
#pragma once

#include "sim/gateway/judge.hpp"
#include "sim/world/wire.hpp"

namespace lazaret {

class InlineCore : public FrameSink {
 public:
  /// `trunk`: towards the access node. Answers to rejected packets come from the gateway's addresses.
  InlineCore(const Policy&, const Limits&, Seed, unsigned shards, RunWriter&, Gate, WireEnd trunk, IpAddress gateway4,
             IpAddress gateway6);
  ~InlineCore() override;
  void connect(FrameSink& core_side, FrameSink& garden_side);

  void receive(FramePtr) override;    ///< from the trunk: upstream
  void from_core(const FramePtr&);    ///< tagged, from the gateway's routing half
  void from_garden(const FramePtr&);  ///< tagged, from the portal

  void submit(const Command& command) { judge_.submit(command); }
  /// Time passes even where no packet does.
  void tick();
  /// Everything due until now, and the events of the open epoch.
  void finish();

  [[nodiscard]] AccountStatus status(AccountId) const;
  [[nodiscard]] const Judge& judge() const { return judge_; }

 private:
  void carry_out(const FramePtr&, Direction);
  void refuse(const FramePtr&, Direction);

  Judge judge_;
  WireEnd trunk_;
  IpAddress gateway4_, gateway6_;
  FrameSink* core_side_ = nullptr;
  FrameSink* garden_side_ = nullptr;
};

}  // namespace lazaret
