#include "sim/world/wire.hpp"

#include <ns3/simulator.h>

#include <algorithm>
#include <cmath>

namespace lazaret {

// Preamble, start delimiter, FCS and inter-frame gap also occupy the wire (IEEE 802.3).
constexpr std::uint32_t kFramingOctets = 24;

Wire::Wire(WireSpeed a_to_b, WireSpeed b_to_a) {
  const WireSpeed speeds[2] = {a_to_b, b_to_a};
  for (unsigned i = 0; i < 2; ++i) {
    lane_[i].ns_per_octet = 8000.0 / speeds[i].mbps;
    lane_[i].delay_ns = std::llround(speeds[i].delay_ms * 1e6);
    lane_[i].queue_ns = std::llround(lane_[i].ns_per_octet * speeds[i].queue_octets);
  }
}

void Wire::send(unsigned side, const FramePtr& frame) {
  Lane& lane = lane_[side];
  const std::int64_t now = ns3::Simulator::Now().GetNanoSeconds();
  const std::int64_t start = std::max(now, lane.free_at_ns);
  if (start - now > lane.queue_ns || lane.sink == nullptr) {
    ++lane.lost;
    return;
  }
  lane.free_at_ns = start + std::llround(lane.ns_per_octet * (frame->GetSize() + kFramingOctets));
  ns3::Simulator::Schedule(ns3::NanoSeconds(lane.free_at_ns + lane.delay_ns - now), &FrameSink::receive, lane.sink,
                           frame);
}

void WireEnd::send(const FramePtr& frame) const { wire_->send(side_, frame); }
void WireEnd::attach(FrameSink& sink) const { wire_->lane_[1 - side_].sink = &sink; }

}  // namespace lazaret
