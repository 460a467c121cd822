#include "sim/world/host.hpp"

#include <ns3/boolean.h>
#include <ns3/config.h>
#include <ns3/double.h>
#include <ns3/global-value.h>
#include <ns3/ipv4-interface-address.h>
#include <ns3/ipv4.h>
#include <ns3/ipv6-interface-address.h>
#include <ns3/ipv6.h>
#include <ns3/nstime.h>
#include <ns3/object-factory.h>
#include <ns3/uinteger.h>

#include "sim/world/leaf_routing.hpp"
#include "sim/world/octets.hpp"

namespace lazaret {
namespace {

void aggregate(const ns3::Ptr<ns3::Node>& node, const char* type) {
  ns3::ObjectFactory factory;
  factory.SetTypeId(type);
  node->AggregateObject(factory.Create<ns3::Object>());
}

ns3::Ipv6Address to_ns3(IpAddress a) {
  std::uint8_t octets[16];
  put_v6(octets, 0, a);
  return ns3::Ipv6Address(octets);
}

}  // namespace

void configure_stacks() {
  using ns3::Config::SetDefault;
  ns3::GlobalValue::Bind("ChecksumEnabled", ns3::BooleanValue(true));
  SetDefault("ns3::Ipv4::WeakEsModel", ns3::BooleanValue(false));
  SetDefault("ns3::Icmpv6L4Protocol::DAD", ns3::BooleanValue(false));
  SetDefault("ns3::TcpSocket::SegmentSize", ns3::UintegerValue(1420));
  SetDefault("ns3::TcpSocket::InitialCwnd", ns3::UintegerValue(10));
  SetDefault("ns3::TcpSocket::ConnTimeout", ns3::TimeValue(ns3::Seconds(1)));  // RFC 6298, 2.1
  SetDefault("ns3::TcpSocket::ConnCount", ns3::UintegerValue(6));
  // Two minutes of TIME_WAIT for every connection would fill the demultiplexer's linear lists.
  SetDefault("ns3::TcpSocketBase::MaxSegLifetime", ns3::DoubleValue(2));
}

void put_mac(std::uint64_t mac, std::uint8_t* out) {
  for (int i = 0; i < 6; ++i) out[i] = static_cast<std::uint8_t>(mac >> (40 - 8 * i));
}

Host make_host(const HostAddresses& addresses, WireEnd wire, std::uint64_t mac, std::uint64_t peer_mac) {
  Host host;
  host.addresses = addresses;
  host.node = ns3::CreateObject<ns3::Node>();
  host.device = ns3::CreateObject<EthDevice>();
  std::uint8_t octets[2][6];
  put_mac(mac, octets[0]);
  put_mac(peer_mac, octets[1]);
  ns3::Mac48Address own, peer;
  own.CopyFrom(octets[0]);
  peer.CopyFrom(octets[1]);
  host.device->plug(wire, own, peer);
  host.node->AddDevice(host.device);

  aggregate(host.node, "ns3::Ipv4L3Protocol");
  aggregate(host.node, "ns3::Icmpv4L4Protocol");
  if (addresses.ipv6) {
    aggregate(host.node, "ns3::Ipv6L3Protocol");
    aggregate(host.node, "ns3::Icmpv6L4Protocol");
  }
  aggregate(host.node, "ns3::TrafficControlLayer");
  aggregate(host.node, "ns3::UdpL4Protocol");
  aggregate(host.node, "ns3::TcpL4Protocol");

  const auto ipv4 = host.node->GetObject<ns3::Ipv4>();
  const ns3::Ipv4Address own4(addresses.ipv4.as_v4());
  const auto routing4 = ns3::CreateObject<LeafRouting4>();
  routing4->configure(host.device, own4, addresses.any_address);
  ipv4->SetRoutingProtocol(routing4);
  const std::uint32_t interface4 = ipv4->AddInterface(host.device);
  ipv4->AddAddress(interface4, ns3::Ipv4InterfaceAddress(own4, ns3::Ipv4Mask(0xffffffff)));
  ipv4->SetUp(interface4);
  if (addresses.ipv6) {
    const auto ipv6 = host.node->GetObject<ns3::Ipv6>();
    const ns3::Ipv6Address own6 = to_ns3(*addresses.ipv6);
    const auto routing6 = ns3::CreateObject<LeafRouting6>();
    routing6->configure(host.device, own6, addresses.any_address);
    ipv6->SetRoutingProtocol(routing6);
    ipv6->RegisterExtensions();
    ipv6->RegisterOptions();
    const std::uint32_t interface6 = ipv6->AddInterface(host.device);
    ipv6->AddAddress(interface6, ns3::Ipv6InterfaceAddress(own6, ns3::Ipv6Prefix(128)));
    ipv6->SetUp(interface6);
  }
  return host;
}

}  // namespace lazaret
