#include "sim/world/leaf_routing.hpp"

#include <ns3/ipv4-header.h>
#include <ns3/ipv4-route.h>
#include <ns3/ipv4.h>
#include <ns3/ipv6-header.h>
#include <ns3/ipv6-route.h>
#include <ns3/ipv6.h>
#include <ns3/net-device.h>
#include <ns3/packet.h>

namespace lazaret {

ns3::TypeId LeafRouting4::GetTypeId() {
  static const ns3::TypeId id = ns3::TypeId("lazaret::LeafRouting4").SetParent<ns3::Ipv4RoutingProtocol>();
  return id;
}

void LeafRouting4::configure(ns3::Ptr<ns3::NetDevice> device, ns3::Ipv4Address own, bool any_address) {
  device_ = device;
  own_ = own;
  any_address_ = any_address;
}

ns3::Ptr<ns3::Ipv4Route> LeafRouting4::RouteOutput(ns3::Ptr<ns3::Packet>, const ns3::Ipv4Header& header,
                                                   ns3::Ptr<ns3::NetDevice>, ns3::Socket::SocketErrno& error) {
  auto route = ns3::Create<ns3::Ipv4Route>();
  route->SetDestination(header.GetDestination());
  // A header that no socket has filled in yet names no source.
  const bool named = header.GetSource().IsInitialized() && !header.GetSource().IsAny();
  route->SetSource(any_address_ && named ? header.GetSource() : own_);
  route->SetGateway(ns3::Ipv4Address::GetZero());
  route->SetOutputDevice(device_);
  error = ns3::Socket::ERROR_NOTERROR;
  return route;
}

bool LeafRouting4::RouteInput(ns3::Ptr<const ns3::Packet> packet, const ns3::Ipv4Header& header,
                              ns3::Ptr<const ns3::NetDevice> device, UnicastForwardCallback, MulticastForwardCallback,
                              LocalDeliverCallback deliver, ErrorCallback error) {
  if (any_address_ || header.GetDestination() == own_) {
    deliver(packet, header, ipv4_->GetInterfaceForDevice(device));
    return true;
  }
  error(packet, header, ns3::Socket::ERROR_NOROUTETOHOST);
  return false;
}

void LeafRouting4::DoDispose() {
  ipv4_ = nullptr;
  device_ = nullptr;
  ns3::Ipv4RoutingProtocol::DoDispose();
}

ns3::TypeId LeafRouting6::GetTypeId() {
  static const ns3::TypeId id = ns3::TypeId("lazaret::LeafRouting6").SetParent<ns3::Ipv6RoutingProtocol>();
  return id;
}

void LeafRouting6::configure(ns3::Ptr<ns3::NetDevice> device, ns3::Ipv6Address own, bool any_address) {
  device_ = device;
  own_ = own;
  any_address_ = any_address;
}

ns3::Ptr<ns3::Ipv6Route> LeafRouting6::RouteOutput(ns3::Ptr<ns3::Packet>, const ns3::Ipv6Header& header,
                                                   ns3::Ptr<ns3::NetDevice>, ns3::Socket::SocketErrno& error) {
  auto route = ns3::Create<ns3::Ipv6Route>();
  route->SetDestination(header.GetDestination());
  const bool named = header.GetSource().IsInitialized() && !header.GetSource().IsAny();
  route->SetSource(any_address_ && named ? header.GetSource() : own_);
  route->SetGateway(ns3::Ipv6Address::GetZero());
  route->SetOutputDevice(device_);
  error = ns3::Socket::ERROR_NOTERROR;
  return route;
}

bool LeafRouting6::RouteInput(ns3::Ptr<const ns3::Packet> packet, const ns3::Ipv6Header& header,
                              ns3::Ptr<const ns3::NetDevice> device, UnicastForwardCallback, MulticastForwardCallback,
                              LocalDeliverCallback deliver, ErrorCallback error) {
  if (any_address_ || header.GetDestination() == own_) {
    deliver(packet, header, static_cast<std::uint32_t>(ipv6_->GetInterfaceForDevice(device)));
    return true;
  }
  error(packet, header, ns3::Socket::ERROR_NOROUTETOHOST);
  return false;
}

void LeafRouting6::DoDispose() {
  ipv6_ = nullptr;
  device_ = nullptr;
  ns3::Ipv6RoutingProtocol::DoDispose();
}

}  // namespace lazaret
