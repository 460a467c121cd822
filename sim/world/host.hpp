// A host with a real ns-3 TCP/IP stack on one wire: IPv4 always, IPv6 where it has an address.
// Ownership: shares the ns-3 node, which the simulator's node list keeps until Simulator::Destroy. Threads: the
// simulator's.
#pragma once

#include <ns3/node.h>
#include <ns3/ptr.h>

#include <optional>

#include "core/address.hpp"
#include "sim/world/eth_device.hpp"

namespace lazaret {

struct HostAddresses {
  IpAddress ipv4;
  std::optional<IpAddress> ipv6;
  bool any_address = false;  ///< deliver packets for any destination here, and answer as that destination
};

struct Host {
  ns3::Ptr<ns3::Node> node;
  ns3::Ptr<EthDevice> device;
  HostAddresses addresses;
};

/// ns-3's attribute defaults for all hosts; once before the first host of a simulation.
void configure_stacks();

/// `mac` and `peer_mac` are 48-bit numbers.
[[nodiscard]] Host make_host(const HostAddresses&, WireEnd, std::uint64_t mac, std::uint64_t peer_mac);

/// An Ethernet address as its six octets.
void put_mac(std::uint64_t mac, std::uint8_t* out);

}  // namespace lazaret
