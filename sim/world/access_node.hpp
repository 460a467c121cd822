// The access node (DSLAM, OLT): one port a home, one trunk to the gateway. It pushes the line's S- and C-VLAN on what
// comes from a home and pops them on the way back, so that a frame's line is a fact of the wiring that no home can
// forge. Ownership: owns its ports. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "sim/world/wire.hpp"

namespace lazaret {

class AccessNode : public FrameSink {
 public:
  explicit AccessNode(WireEnd trunk);
  ~AccessNode() override;
  void add_line(WireEnd home, std::uint16_t s_vlan, std::uint16_t c_vlan);
  void receive(FramePtr) override;  ///< from the trunk

 private:
  struct Line;
  WireEnd trunk_;
  std::unordered_map<std::uint32_t, std::unique_ptr<Line>> lines_;
};

}  // namespace lazaret
