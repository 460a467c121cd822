// A UDP port of a host's stack (IPv4).
// Ownership: owns the socket until destroyed. Threads: the simulator's.
#pragma once

#include <ns3/ptr.h>

#include <cstdint>
#include <functional>
#include <string_view>

#include "sim/dialogue/machine.hpp"

namespace ns3 {
class Socket;
}

namespace lazaret {

struct Host;

class UdpPort : public DatagramPort {
 public:
  UdpPort(const Host&, std::uint16_t port, Truthful, Datagram);
  ~UdpPort() override;
  void send(IpAddress to, std::uint16_t port, std::string_view octets) override;

 private:
  void on_readable(ns3::Ptr<ns3::Socket>);
  ns3::Ptr<ns3::Socket> socket_;
  Datagram datagram_;
};

}  // namespace lazaret
