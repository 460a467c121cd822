#include "sim/world/portal_link.hpp"

namespace lazaret {

PortalLink::PortalLink(const SubscriberLines& lines, WireEnd portal, std::uint64_t portal_mac, Back back)
    : lines_(lines), portal_(portal), portal_mac_(portal_mac), back_(std::move(back)) {
  return_.link = this;
  portal_.attach(return_);
}

void PortalLink::receive(FramePtr packet) {
  std::optional<Frame> frame = Frame::take(packet);
  std::uint16_t s_vlan = 0, c_vlan = 0;
  if (!frame || !pop_tags(*frame, s_vlan, c_vlan)) return;
  set_macs(*frame, portal_mac_, kGatewayMac);
  portal_.send(frame->packet());
}

void PortalLink::Return::receive(FramePtr packet) {
  std::optional<Frame> frame = Frame::take(packet);
  const auto ends = frame ? ip_ends(*frame) : std::nullopt;
  const SubscriberLine* line = ends ? link->lines_.find(ends->destination) : nullptr;
  if (line == nullptr) return;
  set_macs(*frame, line->router_mac, kGatewayMac);
  push_tags(*frame, line->s_vlan, line->c_vlan);
  link->back_(frame->packet());
}

}  // namespace lazaret
