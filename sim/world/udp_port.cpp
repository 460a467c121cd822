#include "sim/world/udp_port.hpp"

#include <ns3/packet.h>
#include <ns3/socket.h>
#include <ns3/udp-socket-factory.h>

#include <string>

#include "sim/world/host.hpp"
#include "sim/world/octets.hpp"
#include "sim/world/socket_address.hpp"

namespace lazaret {

UdpPort::UdpPort(const Host& host, std::uint16_t port, Truthful truth, Datagram datagram)
    : datagram_(std::move(datagram)) {
  if (truth.behaviour != Behaviour::none) host.device->claim(kProtocolUdp, port, truth);
  socket_ = ns3::Socket::CreateSocket(host.node, ns3::UdpSocketFactory::GetTypeId());
  socket_->Bind(any_address(true, port));
  socket_->SetRecvCallback(ns3::MakeCallback(&UdpPort::on_readable, this));
}

UdpPort::~UdpPort() {
  socket_->SetRecvCallback(ns3::MakeNullCallback<void, ns3::Ptr<ns3::Socket>>());
  socket_->Close();
}

void UdpPort::send(IpAddress to, std::uint16_t port, std::string_view octets) {
  const auto packet = ns3::Create<ns3::Packet>(reinterpret_cast<const std::uint8_t*>(octets.data()),
                                               static_cast<std::uint32_t>(octets.size()));
  socket_->SendTo(packet, 0, to_ns3(to, port));
}

void UdpPort::on_readable(ns3::Ptr<ns3::Socket> socket) {
  ns3::Address from;
  std::string octets;
  IpAddress address;
  std::uint16_t port = 0;
  while (const ns3::Ptr<ns3::Packet> packet = socket->RecvFrom(from)) {
    octets.resize(packet->GetSize());
    packet->CopyData(reinterpret_cast<std::uint8_t*>(octets.data()), packet->GetSize());
    from_ns3(from, address, port);
    datagram_(address, port, octets);
  }
}

}  // namespace lazaret
