#include "sim/world/inline_core.hpp"

#include <ns3/simulator.h>

#include <array>

#include "sim/world/octets.hpp"
#include "sim/world/reject.hpp"

namespace lazaret {
namespace {

Timestamp sim_now() { return {ns3::Simulator::Now().GetNanoSeconds()}; }

}  // namespace

InlineCore::InlineCore(const Policy& policy, const Limits& limits, Seed seed, unsigned shards, RunWriter& writer,
                       Gate gate, WireEnd trunk, IpAddress gateway4, IpAddress gateway6)
    : judge_(policy, limits, seed, shards, writer, gate), trunk_(trunk), gateway4_(gateway4), gateway6_(gateway6) {
  trunk_.attach(*this);
}
InlineCore::~InlineCore() = default;

void InlineCore::connect(FrameSink& core_side, FrameSink& garden_side) {
  core_side_ = &core_side;
  garden_side_ = &garden_side;
}

void InlineCore::receive(FramePtr frame) { carry_out(frame, Direction::upstream); }
void InlineCore::from_core(const FramePtr& frame) { carry_out(frame, Direction::downstream); }
void InlineCore::from_garden(const FramePtr& frame) { carry_out(frame, Direction::from_garden); }

void InlineCore::carry_out(const FramePtr& frame, Direction direction) {
  std::array<std::uint8_t, kJudgedMost> seen;
  const std::uint32_t length = frame->CopyData(seen.data(), seen.size());
  const PacketView view{sim_now(), {seen.data(), length}, frame->GetSize(), direction};
  const Verdict verdict = judge_.judge(view, truth_of(frame));
  switch (verdict.action) {
    case Action::pass:
      if (direction == Direction::upstream)
        core_side_->receive(frame);
      else
        trunk_.send(frame);
      break;
    case Action::garden:
      // Only what comes up a line can be led to the garden.
      if (direction == Direction::upstream) garden_side_->receive(frame);
      break;
    case Action::reject:
      refuse(frame, direction);
      break;
    case Action::drop:
      break;
  }
}

void InlineCore::refuse(const FramePtr& packet, Direction direction) {
  const std::optional<Frame> frame = Frame::take(packet);
  const auto answer = frame ? rejection(*frame, gateway4_, gateway6_) : std::nullopt;
  if (!answer) return;
  // The answer is this device's own: no packet that the core would have to judge.
  if (direction == Direction::upstream)
    trunk_.send(answer->packet());
  else if (direction == Direction::downstream)
    core_side_->receive(answer->packet());
}

void InlineCore::tick() { judge_.tick(sim_now()); }
void InlineCore::finish() { judge_.finish(sim_now()); }
AccountStatus InlineCore::status(AccountId account) const { return judge_.status(account, sim_now()); }

}  // namespace lazaret
