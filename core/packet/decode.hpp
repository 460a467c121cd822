// Octets to facts. Reads at most kJudgedOctets of a frame, checks every bound, copies nothing but the facts.
//
// Layers: Ethernet II; 802.1Q and QinQ (0x8100, 0x88a8, up to two tags); PPPoE session (RFC 2516) with PPP IPv4/IPv6;
// IPv4 (RFC 791) with options and fragments; IPv6 (RFC 8200) with hop-by-hop, routing, destination and fragment headers;
// TCP (RFC 9293), UDP, ICMP and ICMPv6 errors with the packet they quote.
// Ownership: `payload` borrows from the frame. Threads: pure.
#pragma once

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
  icmp_error,    ///< destination unreachable that quotes a TCP or UDP packet: see `quoted`
  icmp,          ///< any other ICMP or ICMPv6
  other,         ///< another protocol
  fragment,      ///< not the first fragment: ports unknown
  tiny_fragment, ///< a TCP fragment whose offset or length hides the header (RFC 1858, RFC 3128)
  malformed,     ///< IP is good, the transport header is cut short or contradicts itself
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
  std::uint8_t protocol = 0;       ///< IP protocol number of the last header read
  std::uint8_t tcp_flags = 0;
  bool first_fragment = false;     ///< ports are known, the datagram goes on elsewhere
  LineId line;
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t tcp_sequence = 0, tcp_acknowledgment = 0;
  /// Octets of transport payload on the wire by the IP header's length (not Ethernet padding, not what a capture cut).
  std::uint32_t payload_length = 0;
  /// The part of it that the frame still holds.
  std::span<const std::uint8_t> payload;
  Quoted quoted;                   ///< for Transport::icmp_error
};

/// Never fails: what cannot be read is said in `parse` and `transport`.
[[nodiscard]] Facts decode(std::span<const std::uint8_t> frame) noexcept;

}  // namespace lazaret
