#include "sim/world/socket_address.hpp"

#include <ns3/inet-socket-address.h>
#include <ns3/inet6-socket-address.h>

#include "sim/world/octets.hpp"

namespace lazaret {

ns3::Address to_ns3(IpAddress a, std::uint16_t port) {
  if (a.is_v4()) return ns3::InetSocketAddress(ns3::Ipv4Address(a.as_v4()), port);
  std::uint8_t octets[16];
  put_v6(octets, 0, a);
  return ns3::Inet6SocketAddress(ns3::Ipv6Address(octets), port);
}

ns3::Address any_address(bool v4, std::uint16_t port) {
  if (v4) return ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), port);
  return ns3::Inet6SocketAddress(ns3::Ipv6Address::GetAny(), port);
}

void from_ns3(const ns3::Address& from, IpAddress& address, std::uint16_t& port) {
  if (ns3::InetSocketAddress::IsMatchingType(from)) {
    const auto a = ns3::InetSocketAddress::ConvertFrom(from);
    address = IpAddress::v4(a.GetIpv4().Get());
    port = a.GetPort();
  } else {
    const auto a = ns3::Inet6SocketAddress::ConvertFrom(from);
    std::uint8_t octets[16];
    a.GetIpv6().Serialize(octets);
    address = get_v6(octets, 0);
    port = a.GetPort();
  }
}

}  // namespace lazaret
