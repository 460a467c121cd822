// Octets to facts. Reads at most kJudgedOctets of a frame, checks every bound, copies nothing but the facts. Of a TCP
// segment whose payload begins a TLS client's hello in those octets, the payload goes on to kJudgedMost.
//
// Ethernet II. EtherTypes other than those below, and 802.3 lengths, are not_ip. A frame under 14 octets is malformed.
// Tags: 0x8100 and 0x88a8, up to two, in any order; a third is malformed. Their VLAN ids name the line: one tag is
//   (0, id), two are (outer, inner); priority and drop bits are ignored, and id 0 (a priority tag) adds nothing.
// PPPoE session (RFC 2516): version and type 1, code 0, length 2 or more; a compressed PPP protocol field is malformed
//   (2516 forbids it), PPP protocols other than 0x0021 and 0x0057 are not_ip, discovery is not_ip. An IP packet longer
//   than the session's length field is malformed.
// IPv4 (RFC 791): malformed if version, header length (< 20) or total length (< header, 0 included) contradict, or the
//   header with its options is not all there. Options are skipped; checksums are the receivers' business.
// IPv6 (RFC 8200): malformed if cut, of another version, or if an address lies in ::ffff:0:0/96, which on the wire
//   could only impersonate IPv4 here. Hop-by-hop (only first), routing, destination and fragment headers are walked, at
//   most kExtensionHeadersMax and one fragment header; any other next header is the transport.
//   Transport::malformed: a chain that breaks these rules or runs past the payload length.
//   Transport::tiny_fragment: a chain of more headers, one that pushes the transport header past the octets held, or one
//   that a first fragment cuts (RFC 7112): the ports are hidden.
// Fragments: offset not 0 is Transport::fragment; offset 0 with more to come is read and marked first_fragment; an
//   IPv6 header with neither (RFC 6946) changes nothing. Transport::tiny_fragment: TCP at offset 8 octets, or a first
//   fragment with less than TCP's 20 octets.
// TCP (RFC 9293): malformed without 20 octets, or with a data offset under 20 or past the packet (a first fragment's
//   options may go on elsewhere). UDP: malformed without 8 octets, or with a length under 8 or past the packet (a first
//   fragment's may go on elsewhere); length 0 over IPv6 (RFC 2675) means all there is, as receivers take it.
// ICMP type 3 except code 4 (path MTU), and ICMPv6 type 1, that quote a first fragment's IP header of their own family
//   and eight octets of TCP or UDP, are icmp_error. Under 8 octets ICMP is malformed.
//
// An IP length beyond the frame's end is good: captures and journals cut frames.
// Ownership: `payload` borrows from the frame. Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/address.hpp"
#include "core/subscriber/account.hpp"

namespace lazaret {

enum class Parse : std::uint8_t {
  ip,         ///< addresses are good; see `transport` for the rest
  not_ip,     ///< ARP, PPP control, LLDP, 802.3 length field, ...
  malformed,  ///< claims IP (or a tag or PPPoE header) and ends too early or contradicts itself: no addresses
};

enum class Transport : std::uint8_t {
  tcp,
  udp,
  icmp_error,     ///< destination unreachable that quotes a TCP or UDP packet: see `quoted`
  icmp,           ///< any other ICMP or ICMPv6
  other,          ///< another protocol
  fragment,       ///< not the first fragment: ports unknown
  tiny_fragment,  ///< made to hide the transport header (RFC 1858, RFC 3128, RFC 7112)
  malformed,      ///< IP is good, the transport header is cut short or contradicts itself
};

/// TCP flags as in the header's low octet (RFC 9293, 3.1).
enum TcpFlag : std::uint8_t { kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10, kUrg = 0x20 };

/// The start of the packet that an ICMP error quotes.
struct Quoted {
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t tcp_sequence = 0;
  std::uint8_t protocol = 0;  ///< 6 or 17
};

struct Facts {
  Parse parse = Parse::not_ip;
  Transport transport = Transport::other;
  std::uint8_t protocol = 0;  ///< IP protocol number of the last header read
  std::uint8_t tcp_flags = 0;
  bool first_fragment = false;  ///< the datagram goes on elsewhere; of TCP and UDP the ports are known
  LineId line;
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t tcp_sequence = 0, tcp_acknowledgment = 0;
  /// Octets after the transport header (for fragments and other protocols: after the IP headers) by the IP or UDP
  /// length: not Ethernet padding, not shortened by a capture's cut. 0 when the transport is malformed.
  std::uint32_t payload_length = 0;
  /// The part of it that the frame still holds.
  std::span<const std::uint8_t> payload;
  Quoted quoted;  ///< for Transport::icmp_error

  /// As new, but for `quoted`, which then means nothing until the transport is icmp_error.
  void begin() noexcept;
};

/// IPv6 extension headers followed in one packet.
constexpr unsigned kExtensionHeadersMax = 8;

/// Never fails: what cannot be read is said in `parse` and `transport`.
[[nodiscard]] Facts decode(std::span<const std::uint8_t> frame) noexcept;
/// The same into facts that were there before, whose `quoted` stays what it was unless the transport is icmp_error.
void decode(std::span<const std::uint8_t> frame, Facts&) noexcept;

/// How many octets of the frame decode() looks at: cut to them, or anywhere behind them, it gives the same facts. Costs
/// as much as decode(); whoever has no use for the number cuts at kJudgedMost instead.
[[nodiscard]] std::size_t judged_octets(std::span<const std::uint8_t> frame) noexcept;

}  // namespace lazaret
