// Small questions about TCP packets that several detectors ask.
// Ownership: none. Threads: pure.
#pragma once

#include "core/packet/decode.hpp"

namespace lazaret {

constexpr std::uint16_t kSmtpPort = 25, kDnsPort = 53;

/// A SYN that asks for a connection.
constexpr bool opens_connection(const Facts& f) {
  return f.transport == Transport::tcp && (f.tcp_flags & (kSyn | kAck | kRst | kFin)) == kSyn;
}
/// A SYN+ACK.
constexpr bool accepts_connection(const Facts& f) {
  return f.transport == Transport::tcp && (f.tcp_flags & (kSyn | kAck | kRst)) == (kSyn | kAck);
}

/// Serial number arithmetic (RFC 1982, 3.2) on TCP sequence numbers.
constexpr bool serial_after(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

/// Both ports in one number, for keys.
constexpr std::uint32_t both_ports(std::uint16_t theirs, std::uint16_t ours) {
  return std::uint32_t{theirs} << 16 | ours;
}

}  // namespace lazaret
