#include "sim/world/home_router.hpp"

#include <ns3/simulator.h>

#include "core/time.hpp"
#include "sim/world/subscriber_lines.hpp"

namespace lazaret {
namespace {

constexpr std::int64_t kUdpIdle = 300 * kNsPerSecond;   // RFC 4787, REQ-5
constexpr std::int64_t kTcpIdle = 7440 * kNsPerSecond;  // RFC 5382, REQ-5
constexpr std::int64_t kTcpTransitory = 240 * kNsPerSecond;

std::uint64_t inside_key(std::uint8_t protocol, std::uint32_t address, std::uint16_t port) {
  return std::uint64_t{protocol} << 48 | std::uint64_t{address} << 16 | port;
}
std::uint32_t outside_key(std::uint8_t protocol, std::uint16_t port) { return std::uint32_t{protocol} << 16 | port; }

bool carries_ports(std::uint8_t protocol) { return protocol == kProtocolTcp || protocol == kProtocolUdp; }

// Replaces address and port of one side of an IPv4 packet and keeps all checksums right.
void rewrite(Octets ip, std::size_t address_at, std::size_t port_at, std::uint32_t address, std::uint16_t port) {
  const std::size_t header = std::size_t{ip[0] & 0x0fU} * 4;
  const Octets body = ip.subspan(header);
  const std::uint32_t old_address = get32(ip, address_at);
  const std::uint16_t old_port = get16(body, port_at);
  put32(ip, address_at, address);
  put16(body, port_at, port);
  adjust32(ip, 10, old_address, address);
  const std::size_t checksum_at = ip[9] == kProtocolTcp ? 16 : 6;
  if (body.size() < checksum_at + 2) return;  // a quoted packet may end before its checksum
  if (ip[9] == kProtocolUdp && get16(body, 6) == 0) return;
  adjust32(body, checksum_at, old_address, address);
  adjust16(body, checksum_at, old_port, port);
}

}  // namespace

struct HomeRouter::Port : FrameSink {
  HomeRouter* router = nullptr;
  WireEnd lan;
  std::uint64_t device_mac = 0, own_mac = 0;
  IpAddress ipv4;
  std::optional<IpAddress> ipv6;

  void receive(FramePtr packet) override {
    std::optional<Frame> frame = Frame::take(packet);
    if (frame) router->from_lan(*frame);
  }
};

HomeRouter::HomeRouter(const HomePlan& home, std::uint64_t seed, WireEnd line)
    : home_(home), line_(line), draw_(seed, Purpose::nat, home.account.value) {
  line_.attach(*this);
}
HomeRouter::~HomeRouter() = default;

void HomeRouter::add_device(std::size_t device, WireEnd lan, std::uint64_t device_mac, std::uint64_t own_mac) {
  auto port = std::make_unique<Port>();
  port->router = this;
  port->lan = lan;
  port->device_mac = device_mac;
  port->own_mac = own_mac;
  port->ipv4 = home_.devices[device].ipv4;
  port->ipv6 = home_.devices[device].ipv6;
  lan.attach(*port);
  ports_.push_back(std::move(port));
}

void HomeRouter::from_lan(Frame& frame) {
  const auto ends = ip_ends(frame);
  if (!ends || !age(frame)) {
    ++dropped_;
    return;
  }
  set_macs(frame, kGatewayMac, router_mac(home_.account.value));
  if (ends->source.is_v4()) return outgoing_v4(frame);
  if (home_.ipv6 && contains(*home_.ipv6, ends->source)) line_.send(frame.packet());
}

void HomeRouter::outgoing_v4(Frame& frame) {
  const Octets ip = frame.octets().subspan(kEthernetOctets);
  const std::size_t header = std::size_t{ip[0] & 0x0fU} * 4;
  const bool fragment = (get16(ip, 6) & 0x3fff) != 0;
  if (!fragment && ip[9] == kProtocolIcmp && ip.size() >= header + 8 && translate_error(ip, false)) {
    line_.send(frame.packet());
    return;
  }
  if (fragment || !carries_ports(ip[9]) || ip.size() < header + 8) {
    ++dropped_;
    return;
  }
  Mapping* mapping = outgoing(ip[9], get32(ip, 12), get16(ip, header), true);
  if (mapping == nullptr) {
    ++dropped_;
    return;
  }
  if (ip[9] == kProtocolTcp && ip.size() >= header + 20) {
    const std::uint8_t flags = ip[header + 13];
    if ((flags & 0x05) != 0)
      mapping->open = false;  // FIN, RST
    else if ((flags & 0x12) == 0x10)
      mapping->open = true;  // an ACK answers something
  }
  rewrite(ip, 12, 0, home_.ipv4.as_v4(), mapping->outside_port);
  line_.send(frame.packet());
}

void HomeRouter::receive(FramePtr packet) {
  std::optional<Frame> frame = Frame::take(packet);
  const auto ends = frame ? ip_ends(*frame) : std::nullopt;
  if (!ends || !age(*frame)) {
    ++dropped_;
    return;
  }
  if (ends->destination.is_v4()) return incoming_v4(*frame);
  to_device(*frame);
}

void HomeRouter::incoming_v4(Frame& frame) {
  const Octets ip = frame.octets().subspan(kEthernetOctets);
  const std::size_t header = std::size_t{ip[0] & 0x0fU} * 4;
  if ((get16(ip, 6) & 0x3fff) == 0 && get32(ip, 16) == home_.ipv4.as_v4() && ip.size() >= header + 8) {
    if (ip[9] == kProtocolIcmp && translate_error(ip, true)) return to_device(frame);
    if (carries_ports(ip[9])) {
      if (Mapping* mapping = incoming(ip[9], get16(ip, header + 2))) {
        if (ip[9] == kProtocolTcp && ip.size() >= header + 20 && (ip[header + 13] & 0x05) != 0) mapping->open = false;
        rewrite(ip, 16, 2, mapping->inside_address, mapping->inside_port);
        return to_device(frame);
      }
    }
  }
  ++dropped_;  // nobody inside asked for it
}

// Destination unreachable and time exceeded: the quoted packet is translated back, then the outer one.
bool HomeRouter::translate_error(Octets ip, bool incoming_error) {
  const std::size_t header = std::size_t{ip[0] & 0x0fU} * 4;
  const Octets icmp = ip.subspan(header);
  if ((icmp[0] != 3 && icmp[0] != 11) || icmp.size() < 8 + 28) return false;
  const Octets quoted = icmp.subspan(8);
  const std::size_t quoted_header = std::size_t{quoted[0] & 0x0fU} * 4;
  if (quoted[0] >> 4 != 4 || !carries_ports(quoted[9]) || quoted.size() < quoted_header + 8) return false;
  if (incoming_error) {
    const Mapping* mapping = incoming(quoted[9], get16(quoted, quoted_header));
    if (mapping == nullptr) return false;
    rewrite(quoted, 12, 0, mapping->inside_address, mapping->inside_port);
    put32(ip, 16, mapping->inside_address);
  } else {
    const Mapping* mapping = outgoing(quoted[9], get32(quoted, 16), get16(quoted, quoted_header + 2), false);
    if (mapping == nullptr) return false;
    rewrite(quoted, 16, 2, home_.ipv4.as_v4(), mapping->outside_port);
    put32(ip, 12, home_.ipv4.as_v4());
  }
  finish_ipv4_header(ip);
  finish_transport(ip.first(std::min<std::size_t>(ip.size(), get16(ip, 2))));
  return true;
}

bool HomeRouter::stale(const Mapping& m, std::int64_t now_ns) {
  const std::int64_t idle = m.protocol == kProtocolUdp ? kUdpIdle : m.open ? kTcpIdle : kTcpTransitory;
  return now_ns - m.used_ns > idle;
}

HomeRouter::Mapping* HomeRouter::outgoing(std::uint8_t protocol, std::uint32_t address, std::uint16_t port, bool make) {
  const std::int64_t now = ns3::Simulator::Now().GetNanoSeconds();
  const std::uint64_t key = inside_key(protocol, address, port);
  if (const auto it = inside_.find(key); it != inside_.end()) {
    Mapping& mapping = outside_.at(it->second);
    if (!stale(mapping, now)) {
      mapping.used_ns = now;
      return &mapping;
    }
    outside_.erase(it->second);
    inside_.erase(it);
  }
  if (!make) return nullptr;
  for (int attempt = 0; attempt < 64; ++attempt) {
    const auto outside_port = static_cast<std::uint16_t>(draw_.integer(1024, 65535));
    const std::uint32_t taken = outside_key(protocol, outside_port);
    if (const auto it = outside_.find(taken); it != outside_.end()) {
      if (!stale(it->second, now)) continue;
      inside_.erase(inside_key(protocol, it->second.inside_address, it->second.inside_port));
    }
    inside_[key] = taken;
    return &(outside_[taken] = Mapping{address, port, outside_port, protocol, false, now});
  }
  return nullptr;
}

HomeRouter::Mapping* HomeRouter::incoming(std::uint8_t protocol, std::uint16_t port) {
  const std::int64_t now = ns3::Simulator::Now().GetNanoSeconds();
  const auto it = outside_.find(outside_key(protocol, port));
  if (it == outside_.end() || stale(it->second, now)) return nullptr;
  return &it->second;  // RFC 4787, REQ-6: only what goes out keeps a mapping alive
}

void HomeRouter::to_device(Frame& frame) {
  const auto ends = ip_ends(frame);
  for (const auto& port : ports_) {
    if (port->ipv4 != ends->destination && port->ipv6 != ends->destination) continue;
    set_macs(frame, port->device_mac, port->own_mac);
    port->lan.send(frame.packet());
    return;
  }
  ++dropped_;
}

}  // namespace lazaret
