// Routing for a host with one wire: everything out goes by it (a static default route, looked up in constant time), and
// what comes in is delivered here if it is for one of the host's addresses, or, where `any_address` is set, whatever it
// is for: the portal answers for every web server, and the mail exchangers' node for every mail exchanger. Ownership:
// ns3::Objects. Threads: the simulator's.
#pragma once

#include <ns3/ipv4-routing-protocol.h>
#include <ns3/ipv6-routing-protocol.h>

namespace lazaret {

class LeafRouting4 : public ns3::Ipv4RoutingProtocol {
 public:
  static ns3::TypeId GetTypeId();
  void configure(ns3::Ptr<ns3::NetDevice> device, ns3::Ipv4Address own, bool any_address);

  ns3::Ptr<ns3::Ipv4Route> RouteOutput(ns3::Ptr<ns3::Packet>, const ns3::Ipv4Header&, ns3::Ptr<ns3::NetDevice>,
                                       ns3::Socket::SocketErrno&) override;
  bool RouteInput(ns3::Ptr<const ns3::Packet>, const ns3::Ipv4Header&, ns3::Ptr<const ns3::NetDevice>,
                  UnicastForwardCallback, MulticastForwardCallback, LocalDeliverCallback, ErrorCallback) override;
  void NotifyInterfaceUp(std::uint32_t) override {}
  void NotifyInterfaceDown(std::uint32_t) override {}
  void NotifyAddAddress(std::uint32_t, ns3::Ipv4InterfaceAddress) override {}
  void NotifyRemoveAddress(std::uint32_t, ns3::Ipv4InterfaceAddress) override {}
  void SetIpv4(ns3::Ptr<ns3::Ipv4> ipv4) override { ipv4_ = ipv4; }
  void PrintRoutingTable(ns3::Ptr<ns3::OutputStreamWrapper>, ns3::Time::Unit) const override {}

 protected:
  void DoDispose() override;

 private:
  ns3::Ptr<ns3::Ipv4> ipv4_;
  ns3::Ptr<ns3::NetDevice> device_;
  ns3::Ipv4Address own_;
  bool any_address_ = false;
};

class LeafRouting6 : public ns3::Ipv6RoutingProtocol {
 public:
  static ns3::TypeId GetTypeId();
  void configure(ns3::Ptr<ns3::NetDevice> device, ns3::Ipv6Address own, bool any_address);

  ns3::Ptr<ns3::Ipv6Route> RouteOutput(ns3::Ptr<ns3::Packet>, const ns3::Ipv6Header&, ns3::Ptr<ns3::NetDevice>,
                                       ns3::Socket::SocketErrno&) override;
  bool RouteInput(ns3::Ptr<const ns3::Packet>, const ns3::Ipv6Header&, ns3::Ptr<const ns3::NetDevice>,
                  UnicastForwardCallback, MulticastForwardCallback, LocalDeliverCallback, ErrorCallback) override;
  void NotifyInterfaceUp(std::uint32_t) override {}
  void NotifyInterfaceDown(std::uint32_t) override {}
  void NotifyAddAddress(std::uint32_t, ns3::Ipv6InterfaceAddress) override {}
  void NotifyRemoveAddress(std::uint32_t, ns3::Ipv6InterfaceAddress) override {}
  void NotifyAddRoute(ns3::Ipv6Address, ns3::Ipv6Prefix, ns3::Ipv6Address, std::uint32_t, ns3::Ipv6Address) override {}
  void NotifyRemoveRoute(ns3::Ipv6Address, ns3::Ipv6Prefix, ns3::Ipv6Address, std::uint32_t,
                         ns3::Ipv6Address) override {}
  void SetIpv6(ns3::Ptr<ns3::Ipv6> ipv6) override { ipv6_ = ipv6; }
  void PrintRoutingTable(ns3::Ptr<ns3::OutputStreamWrapper>, ns3::Time::Unit) const override {}

 protected:
  void DoDispose() override;

 private:
  ns3::Ptr<ns3::Ipv6> ipv6_;
  ns3::Ptr<ns3::NetDevice> device_;
  ns3::Ipv6Address own_;
  bool any_address_ = false;
};

}  // namespace lazaret
