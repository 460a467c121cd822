#include "sim/world/stack_machine.hpp"

#include "sim/world/octets.hpp"
#include "sim/world/tcp_link.hpp"
#include "sim/world/udp_port.hpp"

namespace lazaret {

std::shared_ptr<Link> StackMachine::connect(std::uint16_t local_port, IpAddress to, std::uint16_t port, Truthful truth,
                                            Link::Handlers handlers) {
  return TcpLink::connect(host_, local_port, to, port, truth, std::move(handlers));
}

std::unique_ptr<DatagramPort> StackMachine::open(std::uint16_t port, Truthful truth, Datagram datagram) {
  return std::make_unique<UdpPort>(host_, port, truth, std::move(datagram));
}

std::unique_ptr<Listener> StackMachine::listen(std::uint16_t port, Accept accept) {
  return std::make_unique<TcpListener>(host_, port, std::move(accept));
}

void StackMachine::send_syn(const Syn& syn, Truthful truth) {
  std::uint8_t packet[40] = {};
  const Octets ip(packet);
  ip[0] = 0x45;
  put16(ip, 2, sizeof packet);
  put16(ip, 4, syn.id);
  ip[8] = 64;
  ip[9] = kProtocolTcp;
  put32(ip, 12, host_.addresses.ipv4.as_v4());
  put32(ip, 16, syn.to.as_v4());
  const Octets tcp = ip.subspan(20);
  put16(tcp, 0, syn.from_port);
  put16(tcp, 2, syn.to_port);
  put32(tcp, 4, syn.sequence);
  tcp[12] = 0x50;
  tcp[13] = 0x02;
  put16(tcp, 14, syn.window);
  finish_ipv4_header(ip);
  finish_transport(ip);
  host_.device->claim(kProtocolTcp, syn.from_port, truth);  // the stack answers SYN-ACK with a reset
  host_.device->send_raw(ip, truth);
}

// A raw socket sees every TCP segment that arrives; this one looks for answers to its own port.
void StackMachine::hear_answers(std::uint16_t from_port, Answered answered) {
  host_.device->tap([from_port, answered = std::move(answered)](ConstOctets f) {
    if (f.size() < kEthernetOctets + 40 || get16(f, 12) != kEtherIpv4 || f[kEthernetOctets + 9] != kProtocolTcp) return;
    const std::size_t tcp = kEthernetOctets + std::size_t{f[kEthernetOctets] & 0x0fU} * 4;
    if (f.size() < tcp + 20 || get16(f, tcp + 2) != from_port) return;
    const std::uint8_t flags = f[tcp + 13];
    const bool refused = (flags & 0x04) != 0;
    if (refused || (flags & 0x12) == 0x12)
      answered(IpAddress::v4(get32(f, kEthernetOctets + 12)), get16(f, tcp), refused);
  });
}

}  // namespace lazaret
