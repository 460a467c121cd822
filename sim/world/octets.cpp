#include "sim/world/octets.hpp"

#include "sim/world/truth_tag.hpp"

namespace lazaret {

IpAddress get_v6(ConstOctets o, std::size_t at) {
  return {std::uint64_t{get32(o, at)} << 32 | get32(o, at + 4),
          std::uint64_t{get32(o, at + 8)} << 32 | get32(o, at + 12)};
}

void put_v6(Octets o, std::size_t at, IpAddress a) {
  put32(o, at, static_cast<std::uint32_t>(a.high >> 32));
  put32(o, at + 4, static_cast<std::uint32_t>(a.high));
  put32(o, at + 8, static_cast<std::uint32_t>(a.low >> 32));
  put32(o, at + 12, static_cast<std::uint32_t>(a.low));
}

std::uint32_t sum16(ConstOctets o, std::uint32_t sum) {
  std::size_t i = 0;
  for (; i + 1 < o.size(); i += 2) sum += get16(o, i);
  if (i < o.size()) sum += std::uint32_t{o[i]} << 8;
  return sum;
}

std::uint16_t fold(std::uint32_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

void adjust16(Octets o, std::size_t at, std::uint16_t before, std::uint16_t after) {
  const std::uint32_t sum =
      static_cast<std::uint16_t>(~get16(o, at)) + std::uint32_t{static_cast<std::uint16_t>(~before)} + after;
  put16(o, at, fold(sum));
}

void adjust32(Octets o, std::size_t at, std::uint32_t before, std::uint32_t after) {
  adjust16(o, at, static_cast<std::uint16_t>(before >> 16), static_cast<std::uint16_t>(after >> 16));
  adjust16(o, at, static_cast<std::uint16_t>(before), static_cast<std::uint16_t>(after));
}

void finish_ipv4_header(Octets ip) {
  const std::size_t header = std::size_t{ip[0] & 0x0fU} * 4;
  put16(ip, 10, 0);
  put16(ip, 10, fold(sum16(ip.first(header))));
}

void finish_transport(Octets ip) {
  const bool v4 = ip[0] >> 4 == 4;
  const std::size_t header = v4 ? std::size_t{ip[0] & 0x0fU} * 4 : 40;
  const std::uint8_t protocol = v4 ? ip[9] : ip[6];
  const Octets body = ip.subspan(header);
  std::size_t field = 2;  // ICMP, ICMPv6
  if (protocol == kProtocolTcp) field = 16;
  if (protocol == kProtocolUdp) field = 6;
  std::uint32_t sum = 0;
  if (protocol != kProtocolIcmp) {  // all others cover a pseudo-header
    sum = sum16(v4 ? ip.subspan(12, 8) : ip.subspan(8, 32));
    sum += protocol + static_cast<std::uint32_t>(body.size());
  }
  put16(body, field, 0);
  std::uint16_t value = fold(sum16(body, sum));
  if (protocol == kProtocolUdp && value == 0) value = 0xffff;
  put16(body, field, value);
}

std::optional<Frame> Frame::take(const FramePtr& packet) {
  std::optional<Frame> frame;
  if (packet->GetSize() > sizeof(Frame::room)) return frame;
  frame.emplace();
  frame->length = packet->CopyData(frame->room.data(), static_cast<std::uint32_t>(frame->room.size()));
  frame->truth = truth_of(packet);
  return frame;
}

FramePtr Frame::packet() const {
  FramePtr made = ns3::Create<ns3::Packet>(room.data(), static_cast<std::uint32_t>(length));
  if (truth) set_truth(made, *truth);
  return made;
}

std::optional<Truthful> truth_of(const FramePtr& packet) {
  TruthTag tag;
  if (!packet->PeekPacketTag(tag)) return std::nullopt;
  return tag.truth();
}

void set_truth(const FramePtr& packet, Truthful truth) {
  TruthTag tag(truth);
  packet->ReplacePacketTag(tag);
}

}  // namespace lazaret
