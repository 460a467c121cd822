#include "sim/world/access_node.hpp"

#include "sim/world/subscriber_lines.hpp"

namespace lazaret {

struct AccessNode::Line : FrameSink {
  WireEnd home, trunk;
  std::uint16_t s_vlan = 0, c_vlan = 0;

  void receive(FramePtr packet) override {
    std::optional<Frame> frame = Frame::take(packet);
    // A home may not bring tags of its own.
    if (!frame || frame->length < kEthernetOctets) return;
    if (const std::uint16_t type = get16(frame->octets(), 12); type == kEtherSTag || type == kEtherCTag) return;
    push_tags(*frame, s_vlan, c_vlan);
    trunk.send(frame->packet());
  }
};

AccessNode::AccessNode(WireEnd trunk) : trunk_(trunk) { trunk_.attach(*this); }
AccessNode::~AccessNode() = default;

void AccessNode::add_line(WireEnd home, std::uint16_t s_vlan, std::uint16_t c_vlan) {
  auto line = std::make_unique<Line>();
  line->home = home;
  line->trunk = trunk_;
  line->s_vlan = s_vlan;
  line->c_vlan = c_vlan;
  home.attach(*line);
  lines_[std::uint32_t{s_vlan} << 16 | c_vlan] = std::move(line);
}

void AccessNode::receive(FramePtr packet) {
  std::optional<Frame> frame = Frame::take(packet);
  std::uint16_t s_vlan = 0, c_vlan = 0;
  if (!frame || !pop_tags(*frame, s_vlan, c_vlan)) return;
  const auto it = lines_.find(std::uint32_t{s_vlan} << 16 | c_vlan);
  if (it != lines_.end()) it->second->home.send(frame->packet());
}

}  // namespace lazaret
