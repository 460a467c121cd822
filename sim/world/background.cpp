#include "sim/world/background.hpp"

#include <algorithm>

#include "sim/world/octets.hpp"

namespace lazaret {

Background::Background(WireEnd wire, Strangers strangers) : wire_(wire), strangers_(std::move(strangers)) {
  wire_.attach(*this);
}

void Background::receive(FramePtr packet) {
  std::optional<Frame> frame = Frame::take(packet);
  if (!frame || frame->length < kEthernetOctets + 40 || get16(frame->octets(), 12) != kEtherIpv4) return;
  const Octets ip = frame->octets().subspan(kEthernetOctets);
  const std::size_t header = std::size_t{ip[0] & 0x0fU} * 4;
  if (ip[9] != kProtocolTcp || ip.size() < header + 20 || (ip[header + 13] & 0x17) != 0x02) return;
  const std::uint16_t port = get16(ip, header + 2);
  const Strangers::Reply wish = strangers_.reply_to_syn(IpAddress::v4(get32(ip, 16)), port);
  if (wish.answer == Strangers::Answer::silence) return;
  const bool answer = wish.answer == Strangers::Answer::acceptance;

  Frame out;
  out.truth = frame->truth;
  out.length = kEthernetOctets + 40;
  std::copy_n(frame->room.begin(), kEthernetOctets, out.room.begin());
  std::swap_ranges(out.room.begin(), out.room.begin() + 6, out.room.begin() + 6);
  std::fill_n(out.room.begin() + kEthernetOctets, 40, 0);
  const Octets reply = out.octets().subspan(kEthernetOctets);
  reply[0] = 0x45;
  put16(reply, 2, 40);
  reply[8] = wish.hops;
  reply[9] = kProtocolTcp;
  put32(reply, 12, get32(ip, 16));
  put32(reply, 16, get32(ip, 12));
  const Octets tcp = reply.subspan(20);
  put16(tcp, 0, port);
  put16(tcp, 2, get16(ip, header));
  if (answer) put32(tcp, 4, wish.sequence);
  put32(tcp, 8, get32(ip, header + 4) + 1);
  tcp[12] = 0x50;
  tcp[13] = answer ? 0x12 : 0x14;
  if (answer) put16(tcp, 14, 5840);
  finish_ipv4_header(reply);
  finish_transport(reply);
  wire_.send(out.packet());
}

}  // namespace lazaret
