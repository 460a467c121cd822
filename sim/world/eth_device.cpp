#include "sim/world/eth_device.hpp"

#include <ns3/channel.h>
#include <ns3/ethernet-header.h>
#include <ns3/node.h>

#include "sim/world/octets.hpp"

namespace lazaret {
namespace {

struct Ends {
  std::uint8_t protocol = 0;
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint64_t peer_of_source = 0, peer_of_destination = 0;
};

// Only what the hosts here send: IPv4 and IPv6 without extension headers.
bool read_ends(ConstOctets f, Ends& out) {
  if (f.size() < kEthernetOctets + 28) return false;
  const std::uint16_t type = get16(f, 12);
  std::size_t at = kEthernetOctets;
  if (type == kEtherIpv4) {
    out.protocol = f[at + 9];
    out.peer_of_destination = get32(f, at + 12);
    out.peer_of_source = get32(f, at + 16);
    at += std::size_t{f[at] & 0x0fU} * 4;
  } else if (type == kEtherIpv6 && f.size() >= kEthernetOctets + 48) {
    out.protocol = f[at + 6];
    const IpAddress from = get_v6(f, at + 8), to = get_v6(f, at + 24);
    out.peer_of_destination = from.high * 0x9e3779b97f4a7c15ULL ^ from.low;
    out.peer_of_source = to.high * 0x9e3779b97f4a7c15ULL ^ to.low;
    at += 40;
  } else {
    return false;
  }
  if ((out.protocol != kProtocolTcp && out.protocol != kProtocolUdp) || f.size() < at + 4) return false;
  out.source_port = get16(f, at);
  out.destination_port = get16(f, at + 2);
  return true;
}

std::uint64_t own_key(std::uint8_t protocol, std::uint16_t port) { return std::uint64_t{protocol} << 16 | port; }
std::uint64_t peer_key(std::uint64_t peer, std::uint16_t peer_port, const Ends& e) {
  return peer * 0xbf58476d1ce4e5b9ULL + (std::uint64_t{e.protocol} << 16 | peer_port);
}

// Addresses and routes are static here. ns-3 would ask for routers all the same, with delays of its own random stream.
bool router_solicitation(ConstOctets f) {
  return f.size() > kEthernetOctets + 40 && get16(f, 12) == kEtherIpv6 && f[kEthernetOctets + 6] == kProtocolIcmp6 &&
         f[kEthernetOctets + 40] == 133;
}

// Where the TCP header starts in a reset, or 0.
std::size_t reset_at(ConstOctets f) {
  if (f.size() < kEthernetOctets + 40) return 0;
  const bool v4 = get16(f, 12) == kEtherIpv4, v6 = get16(f, 12) == kEtherIpv6;
  if (!v4 && !v6) return 0;
  const std::size_t at = kEthernetOctets + (v4 ? std::size_t{f[kEthernetOctets] & 0x0fU} * 4 : 40);
  const std::uint8_t protocol = v4 ? f[kEthernetOctets + 9] : f[kEthernetOctets + 6];
  return protocol == kProtocolTcp && f.size() >= at + 20 && (f[at + 13] & 0x04) != 0 ? at : 0;
}

}  // namespace

ns3::TypeId EthDevice::GetTypeId() {
  static const ns3::TypeId id = ns3::TypeId("lazaret::EthDevice").SetParent<ns3::NetDevice>();
  return id;
}

void EthDevice::plug(WireEnd wire, ns3::Mac48Address own, ns3::Mac48Address peer) {
  wire_ = wire;
  own_ = own;
  peer_ = peer;
  wire_.attach(*this);
}

void EthDevice::claim(std::uint8_t protocol, std::uint16_t port, Truthful truth) {
  truths_[own_key(protocol, port)] = truth;
}

bool EthDevice::Send(ns3::Ptr<ns3::Packet> packet, const ns3::Address&, std::uint16_t protocol) {
  ns3::EthernetHeader header(false);
  header.SetSource(own_);
  header.SetDestination(peer_);
  header.SetLengthType(protocol);
  packet->AddHeader(header);
  std::uint8_t head[kEthernetOctets + 64];
  const ConstOctets seen(head, packet->CopyData(head, sizeof head));
  if (router_solicitation(seen)) return true;
  Ends ends;
  if (read_ends(seen, ends)) {
    const auto key = reflect_ ? peer_key(ends.peer_of_source, ends.destination_port, ends)
                              : own_key(ends.protocol, ends.source_port);
    if (const auto it = truths_.find(key); it != truths_.end()) set_truth(packet, it->second);
  }
  wire_.send(packet);
  return true;
}

bool EthDevice::SendFrom(ns3::Ptr<ns3::Packet> packet, const ns3::Address&, const ns3::Address& to,
                         std::uint16_t protocol) {
  return Send(packet, to, protocol);
}

void EthDevice::send_raw(std::span<const std::uint8_t> ip_packet, Truthful truth) {
  Frame frame;
  own_.CopyTo(frame.room.data() + 6);
  peer_.CopyTo(frame.room.data());
  put16(Octets(frame.room), 12, ip_packet[0] >> 4 == 4 ? kEtherIpv4 : kEtherIpv6);
  std::copy(ip_packet.begin(), ip_packet.end(), frame.room.begin() + kEthernetOctets);
  frame.length = kEthernetOctets + ip_packet.size();
  frame.truth = truth;
  wire_.send(frame.packet());
}

void EthDevice::receive(FramePtr packet) {
  if (reflect_ || tap_) {
    std::uint8_t head[kEthernetOctets + 128];
    const ConstOctets seen(head, packet->CopyData(head, sizeof head));
    if (tap_) tap_(seen);
    Ends ends;
    if (reflect_ && read_ends(seen, ends)) {
      if (const auto truth = truth_of(packet))
        truths_[peer_key(ends.peer_of_destination, ends.source_port, ends)] = *truth;
    }
  }
  // A fresh copy: the sender's TCP may still hold the octets, and the truth tag must not reach the receiver's stack.
  ns3::Ptr<ns3::Packet> up = packet->Copy();
  up->RemoveAllPacketTags();
  if (packet->GetSize() < kEthernetOctets + 80) {
    std::optional<Frame> frame = Frame::take(up);
    if (const std::size_t tcp = reset_at(frame->octets()); tcp != 0 && (frame->room[tcp + 13] & 0x10) != 0) {
      // ns-3 3.37 ignores a reset with ACK in SYN-SENT, which is what RFC 9293 (3.10.7.3) asks for; it takes a bare
      // one.
      const std::uint16_t before = get16(frame->octets(), tcp + 12);
      put16(frame->octets(), tcp + 12, before & 0xffef);
      adjust16(frame->octets(), tcp + 16, before, before & 0xffef);
      frame->truth.reset();
      up = frame->packet();
    }
  }
  ns3::EthernetHeader header(false);
  if (up->RemoveHeader(header) == 0) return;
  if (!up_.IsNull()) up_(this, up, header.GetLengthType(), header.GetSource());
}

ns3::Ptr<ns3::Channel> EthDevice::GetChannel() const { return nullptr; }
void EthDevice::SetAddress(ns3::Address address) { own_ = ns3::Mac48Address::ConvertFrom(address); }
bool EthDevice::SetMtu(std::uint16_t mtu) {
  mtu_ = mtu;
  return true;
}
ns3::Ptr<ns3::Node> EthDevice::GetNode() const { return node_; }
void EthDevice::SetNode(ns3::Ptr<ns3::Node> node) { node_ = node; }
void EthDevice::SetReceiveCallback(ReceiveCallback callback) { up_ = callback; }
void EthDevice::SetPromiscReceiveCallback(PromiscReceiveCallback) {}

void EthDevice::DoDispose() {
  node_ = nullptr;
  up_ = ReceiveCallback();
  tap_ = nullptr;
  ns3::NetDevice::DoDispose();
}

}  // namespace lazaret
