#include "sim/world/gateway_router.hpp"

#include "sim/population/random.hpp"

namespace lazaret {
namespace {

std::uint64_t key_of(IpAddress a) { return mix(a.high) ^ a.low; }

}  // namespace

struct GatewayRouter::Port : FrameSink {
  GatewayRouter* router = nullptr;
  WireEnd wire;
  std::uint64_t mac = 0;
  void receive(FramePtr packet) override {
    std::optional<Frame> frame = Frame::take(packet);
    if (frame) router->down(*frame);
  }
};

GatewayRouter::GatewayRouter(const SubscriberLines& lines, FrameSink& subscribers)
    : lines_(lines), subscribers_(subscribers) {}
GatewayRouter::~GatewayRouter() = default;

std::size_t GatewayRouter::add_port(WireEnd wire, std::uint64_t mac) {
  auto port = std::make_unique<Port>();
  port->router = this;
  port->wire = wire;
  port->mac = mac;
  wire.attach(*port);
  ports_.push_back(std::move(port));
  return ports_.size() - 1;
}

void GatewayRouter::route(IpAddress address, std::size_t port) { routes_[key_of(address)] = port; }

void GatewayRouter::receive(FramePtr packet) {
  std::optional<Frame> frame = Frame::take(packet);
  std::uint16_t s_vlan = 0, c_vlan = 0;
  if (!frame || !pop_tags(*frame, s_vlan, c_vlan)) return;
  const auto ends = ip_ends(*frame);
  if (!ends) return;
  if (lines_.find(ends->destination) != nullptr) return down(*frame);
  if (!age(*frame)) return;
  const auto it = routes_.find(key_of(ends->destination));
  const std::size_t to = it != routes_.end() ? it->second : ends->destination.is_v4() ? rest_ : SIZE_MAX;
  if (to == SIZE_MAX) return;
  set_macs(*frame, ports_[to]->mac, kGatewayMac);
  ports_[to]->wire.send(frame->packet());
}

void GatewayRouter::down(Frame& frame) {
  const auto ends = ip_ends(frame);
  if (!ends || !age(frame)) return;
  const SubscriberLine* line = lines_.find(ends->destination);
  if (line == nullptr) return;
  set_macs(frame, line->router_mac, kGatewayMac);
  push_tags(frame, line->s_vlan, line->c_vlan);
  subscribers_.receive(frame.packet());
}

}  // namespace lazaret
