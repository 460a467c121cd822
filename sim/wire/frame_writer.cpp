#include "sim/wire/frame_writer.hpp"

#include <algorithm>

#include "sim/world/octets.hpp"
#include "sim/world/subscriber_lines.hpp"

namespace lazaret {
namespace {

constexpr std::size_t kLinkOctets = kEthernetOctets + kTagsOctets;
constexpr std::size_t kMssOctets = 4;
constexpr std::uint16_t kMss = 1420;

void put_mac48(Octets o, std::size_t at, std::uint64_t mac) {
  for (unsigned i = 0; i < 6; ++i) o[at + i] = static_cast<std::uint8_t>(mac >> (40 - 8 * i));
}

std::size_t transport_octets(const FrameHead& h) {
  if (h.protocol == kProtocolUdp) return 8;
  return h.says_mss ? 20 + kMssOctets : 20;
}

}  // namespace

std::uint32_t frame_octets(const FrameHead& h, std::uint32_t payload_octets) {
  return static_cast<std::uint32_t>(kLinkOctets + (h.from.is_v4() ? 20 : 40) + transport_octets(h)) + payload_octets;
}

PacketView FrameWriter::write(Timestamp at, Direction direction, const FrameHead& h, std::string_view payload,
                              std::uint32_t octets) {
  const std::size_t header = h.from.is_v4() ? 20 : 40, transport = transport_octets(h);
  const std::size_t head = kLinkOctets + header + transport;
  const std::size_t kept = whole_ ? octets : std::min<std::size_t>(octets, kJudgedOctets);
  std::fill_n(room_.begin(), head, 0);
  const Octets o(room_.data(), head + kept);
  put_mac48(o, 0, h.upstream ? kGatewayMac : router_mac(h.account));
  put_mac48(o, 6, h.upstream ? router_mac(h.account) : kGatewayMac);
  put16(o, 12, kEtherSTag);
  put16(o, 14, static_cast<std::uint16_t>(h.line.value >> 28));
  put16(o, 16, kEtherCTag);
  put16(o, 18, static_cast<std::uint16_t>(h.line.value >> 16 & 0x0fff));
  put16(o, 20, h.from.is_v4() ? kEtherIpv4 : kEtherIpv6);
  const Octets ip = o.subspan(kLinkOctets);
  const auto body = static_cast<std::uint16_t>(transport + octets);
  if (h.from.is_v4()) {
    ip[0] = 0x45;
    put16(ip, 2, static_cast<std::uint16_t>(header + body));
    put16(ip, 4, h.id);
    ip[8] = h.hops;
    ip[9] = h.protocol;
    put32(ip, 12, h.from.as_v4());
    put32(ip, 16, h.to.as_v4());
    finish_ipv4_header(ip);
  } else {
    ip[0] = 0x60;
    put16(ip, 4, body);
    ip[6] = h.protocol;
    ip[7] = h.hops;
    put_v6(ip, 8, h.from);
    put_v6(ip, 24, h.to);
  }
  const Octets t = ip.subspan(header);
  put16(t, 0, h.from_port);
  put16(t, 2, h.to_port);
  if (h.protocol == kProtocolUdp) {
    put16(t, 4, body);
  } else {
    put32(t, 4, h.sequence);
    put32(t, 8, h.acknowledgment);
    t[12] = static_cast<std::uint8_t>(transport / 4 << 4);
    t[13] = h.flags;
    put16(t, 14, h.window);
    if (transport > 20) {
      t[20] = 2;
      t[21] = kMssOctets;
      put16(t, 22, kMss);
    }
  }
  const std::size_t given = std::min(kept, payload.size());
  std::copy_n(payload.begin(), given, t.begin() + static_cast<std::ptrdiff_t>(transport));
  std::fill(t.begin() + static_cast<std::ptrdiff_t>(transport + given), t.end(), 0);
  if (whole_) finish_transport(ip);
  return {at, o, static_cast<std::uint32_t>(head + octets), direction};
}

}  // namespace lazaret
