#include "datapath/reject.hpp"

#include <netinet/in.h>
#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_tcp.h>

#include <algorithm>
#include <cstring>

namespace lazaret {
namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::uint16_t kPppIpv4 = 0x0021, kPppIpv6 = 0x0057, kPppoeSession = 0x8864;
constexpr std::size_t kPppoeOctets = 8;  // PPPoE header and PPP protocol number
constexpr std::uint8_t kTcp = IPPROTO_TCP, kIcmp = IPPROTO_ICMP, kIcmpV6 = IPPROTO_ICMPV6;
constexpr std::uint8_t kTimeToLive = 64;
constexpr std::size_t kIcmpHeader = 8;
// As much of the offending packet as keeps the answer deliverable everywhere (RFC 1812, 4.3.2.3; RFC 4443, 2.4).
constexpr std::size_t kIpv4AnswerMax = 576, kIpv6AnswerMax = 1280;

std::uint16_t u16(Octets o, std::size_t at) { return static_cast<std::uint16_t>(o[at] << 8 | o[at + 1]); }

void put16(std::uint8_t* at, std::size_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}

template <typename Header>
Header read(Octets octets, std::size_t at) {
  Header header;
  std::memcpy(&header, octets.data() + at, sizeof header);
  return header;
}

/// Where IP begins, which version, and where PPPoE stands (0: nowhere).
struct Layers {
  std::size_t ip = 0, pppoe = 0;
  bool v6 = false;
};

bool find_ip(Octets frame, Layers& layers) {
  if (frame.size() < 14 || (frame[6] & 1) != 0 || (frame[0] & 1) != 0) return false;  // from or to a group: no answer
  std::size_t at = 12;
  for (int tags = 0; tags < 2 && (u16(frame, at) == RTE_ETHER_TYPE_VLAN || u16(frame, at) == RTE_ETHER_TYPE_QINQ);
       ++tags) {
    at += 4;
    if (at + 2 > frame.size()) return false;
  }
  std::uint16_t type = u16(frame, at);
  at += 2;
  if (type == kPppoeSession) {
    if (at + kPppoeOctets > frame.size()) return false;
    layers.pppoe = at;
    const std::uint16_t ppp = u16(frame, at + 6);
    if (ppp != kPppIpv4 && ppp != kPppIpv6) return false;
    type = ppp == kPppIpv4 ? RTE_ETHER_TYPE_IPV4 : RTE_ETHER_TYPE_IPV6;
    at += kPppoeOctets;
  }
  if (type != RTE_ETHER_TYPE_IPV4 && type != RTE_ETHER_TYPE_IPV6) return false;
  layers.v6 = type == RTE_ETHER_TYPE_IPV6;
  layers.ip = at;
  return true;
}

/// The IP packet, its transport header and lengths by IP's own word (Ethernet padding left out).
struct Offender {
  Octets held;                ///< from the IP header on, as far as the frame holds it
  std::size_t header = 0;     ///< octets before the transport header
  std::size_t transport = 0;  ///< octets of transport header and payload on the wire
  std::uint8_t protocol = 0;
};

bool group_or_nowhere_v4(std::uint32_t a) { return a == 0 || a >= 0xe0000000U || a >> 24 == 127; }

bool read_ipv4(Octets ip, Offender& offender) {
  if (ip.size() < sizeof(rte_ipv4_hdr)) return false;
  const auto header = read<rte_ipv4_hdr>(ip, 0);
  const std::size_t octets = static_cast<std::size_t>(header.version_ihl & 0x0f) * 4;
  const std::size_t total = rte_be_to_cpu_16(header.total_length);
  if (header.version_ihl >> 4 != 4 || octets < sizeof header || total < octets || ip.size() < octets) return false;
  if ((rte_be_to_cpu_16(header.fragment_offset) & RTE_IPV4_HDR_OFFSET_MASK) != 0) return false;
  if (group_or_nowhere_v4(rte_be_to_cpu_32(header.src_addr))) return false;
  if (group_or_nowhere_v4(rte_be_to_cpu_32(header.dst_addr))) return false;
  offender = {ip.first(std::min(ip.size(), total)), octets, total - octets, header.next_proto_id};
  return true;
}

bool read_ipv6(Octets ip, Offender& offender) {
  if (ip.size() < sizeof(rte_ipv6_hdr) || ip[0] >> 4 != 6) return false;
  constexpr std::size_t kSource = 8, kDestination = 24;
  constexpr std::uint8_t kUnspecified[16] = {};
  if (ip[kSource] == 0xff || ip[kDestination] == 0xff || std::memcmp(&ip[kSource], kUnspecified, 16) == 0) return false;
  const std::size_t total = sizeof(rte_ipv6_hdr) + u16(ip, 4);
  const Octets held = ip.first(std::min(ip.size(), total));
  std::uint8_t next = ip[6];
  std::size_t at = sizeof(rte_ipv6_hdr);
  while (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_DSTOPTS || next == IPPROTO_FRAGMENT) {
    if (at + 8 > held.size()) return false;
    if (next == IPPROTO_FRAGMENT && (u16(held, at + 2) & 0xfff8) != 0) return false;
    const std::size_t octets = next == IPPROTO_FRAGMENT ? 8 : (static_cast<std::size_t>(held[at + 1]) + 1) * 8;
    next = held[at];
    at += octets;
  }
  if (at > held.size()) return false;
  offender = {held, at, total - at, next};
  return true;
}

/// The reset's header, ports swapped; RFC 9293, 3.10.7.1. False: none may be sent.
bool make_reset(const Offender& offender, rte_tcp_hdr& reset) {
  if (offender.held.size() < offender.header + sizeof(rte_tcp_hdr)) return false;
  const auto tcp = read<rte_tcp_hdr>(offender.held, offender.header);
  const std::size_t octets = static_cast<std::size_t>(tcp.data_off >> 4) * 4;
  if ((tcp.tcp_flags & RTE_TCP_RST_FLAG) != 0 || octets < sizeof tcp || octets > offender.transport) return false;
  reset = {};
  reset.src_port = tcp.dst_port;
  reset.dst_port = tcp.src_port;
  reset.data_off = 5 << 4;
  if ((tcp.tcp_flags & RTE_TCP_ACK_FLAG) != 0) {
    reset.sent_seq = tcp.recv_ack;
    reset.tcp_flags = RTE_TCP_RST_FLAG;
  } else {
    const std::size_t used = offender.transport - octets + ((tcp.tcp_flags & RTE_TCP_SYN_FLAG) != 0 ? 1 : 0) +
                             ((tcp.tcp_flags & RTE_TCP_FIN_FLAG) != 0 ? 1 : 0);
    reset.recv_ack = rte_cpu_to_be_32(rte_be_to_cpu_32(tcp.sent_seq) + static_cast<std::uint32_t>(used));
    reset.tcp_flags = RTE_TCP_RST_FLAG | RTE_TCP_ACK_FLAG;
  }
  return true;
}

/// ICMP errors, and what cannot be told from one, are never answered with an ICMP error.
bool may_prohibit(const Offender& offender, bool v6) {
  if (offender.protocol == (v6 ? kIcmpV6 : kIcmp)) {
    if (offender.held.size() <= offender.header) return false;
    const std::uint8_t type = offender.held[offender.header];
    constexpr std::uint8_t kEchoRequest = 8, kTimestampRequest = 13, kFirstV6Informational = 128, kV6Redirect = 137;
    return v6 ? type >= kFirstV6Informational && type != kV6Redirect
              : type == kEchoRequest || type == kTimestampRequest;
  }
  return true;
}

std::size_t write_ipv4(const Offender& offender, std::uint8_t* out, std::size_t room) {
  const auto asked = read<rte_ipv4_hdr>(offender.held, 0);
  rte_tcp_hdr reset;
  const bool tcp = offender.protocol == kTcp;
  if (tcp ? !make_reset(offender, reset) : !may_prohibit(offender, false)) return 0;
  const std::size_t quoted = std::min(offender.held.size(), kIpv4AnswerMax - sizeof asked - kIcmpHeader);
  const std::size_t octets = sizeof asked + (tcp ? sizeof reset : kIcmpHeader + quoted);
  if (octets > room) return 0;

  rte_ipv4_hdr header = {};
  header.version_ihl = RTE_IPV4_VHL_DEF;
  header.type_of_service = tcp ? 0 : 0xc0;  // internetwork control (RFC 1812, 4.3.2.5)
  header.total_length = rte_cpu_to_be_16(static_cast<std::uint16_t>(octets));
  header.fragment_offset = rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG);
  header.time_to_live = kTimeToLive;
  header.next_proto_id = tcp ? kTcp : kIcmp;
  header.src_addr = asked.dst_addr;
  header.dst_addr = asked.src_addr;
  header.hdr_checksum = rte_ipv4_cksum(&header);
  std::memcpy(out, &header, sizeof header);
  std::uint8_t* const transport = out + sizeof header;
  if (tcp) {
    reset.cksum = rte_ipv4_udptcp_cksum(&header, &reset);
    std::memcpy(transport, &reset, sizeof reset);
  } else {
    std::memset(transport, 0, kIcmpHeader);
    transport[0] = 3;
    transport[1] = 13;
    std::memcpy(transport + kIcmpHeader, offender.held.data(), quoted);
    const std::uint16_t sum = static_cast<std::uint16_t>(~rte_raw_cksum(transport, kIcmpHeader + quoted));
    std::memcpy(transport + 2, &sum, sizeof sum);
  }
  return octets;
}

std::size_t write_ipv6(const Offender& offender, std::uint8_t* out, std::size_t room) {
  const auto asked = read<rte_ipv6_hdr>(offender.held, 0);
  rte_tcp_hdr reset;
  const bool tcp = offender.protocol == kTcp;
  if (tcp ? !make_reset(offender, reset) : !may_prohibit(offender, true)) return 0;
  const std::size_t quoted = std::min(offender.held.size(), kIpv6AnswerMax - sizeof asked - kIcmpHeader);
  const std::size_t payload = tcp ? sizeof reset : kIcmpHeader + quoted;
  if (sizeof asked + payload > room) return 0;

  rte_ipv6_hdr header = {};
  header.vtc_flow = rte_cpu_to_be_32(6U << 28);
  header.payload_len = rte_cpu_to_be_16(static_cast<std::uint16_t>(payload));
  header.proto = tcp ? kTcp : kIcmpV6;
  header.hop_limits = kTimeToLive;
  std::memcpy(header.src_addr, asked.dst_addr, sizeof header.src_addr);
  std::memcpy(header.dst_addr, asked.src_addr, sizeof header.dst_addr);
  std::memcpy(out, &header, sizeof header);
  std::uint8_t* const transport = out + sizeof header;
  if (tcp) {
    reset.cksum = rte_ipv6_udptcp_cksum(&header, &reset);
    std::memcpy(transport, &reset, sizeof reset);
  } else {
    std::memset(transport, 0, kIcmpHeader);
    transport[0] = 1;
    transport[1] = 1;
    std::memcpy(transport + kIcmpHeader, offender.held.data(), quoted);
    const std::uint16_t sum = rte_ipv6_udptcp_cksum(&header, transport);
    std::memcpy(transport + 2, &sum, sizeof sum);
  }
  return sizeof header + payload;
}

}  // namespace

std::size_t build_answer(Octets frame, std::span<std::uint8_t> out) noexcept {
  Layers layers;
  if (!find_ip(frame, layers) || out.size() < layers.ip) return 0;
  Offender offender;
  const Octets ip = frame.subspan(layers.ip);
  if (!(layers.v6 ? read_ipv6(ip, offender) : read_ipv4(ip, offender))) return 0;
  const std::size_t room = out.size() - layers.ip;
  std::uint8_t* const answer = out.data() + layers.ip;
  const std::size_t octets = layers.v6 ? write_ipv6(offender, answer, room) : write_ipv4(offender, answer, room);
  if (octets == 0) return 0;

  std::memcpy(out.data(), frame.data(), layers.ip);
  std::memcpy(out.data(), frame.data() + 6, 6);
  std::memcpy(out.data() + 6, frame.data(), 6);
  if (layers.pppoe != 0) put16(out.data() + layers.pppoe + 4, octets + 2);
  return layers.ip + octets;
}

}  // namespace lazaret
