// The Ethernet frames that a DNS client's line would have carried: what a log tells, as the core wants to see it.
// Ownership: values. Threads: pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/address.hpp"
#include "core/packet/view.hpp"

namespace lazaret {

/// One question over UDP, class IN, recursion desired; or the answer to it.
struct DnsMessage {
  IpAddress client, resolver;  ///< of one family
  std::uint16_t client_port = 0, id = 0, type = 0;
  std::string_view name;  ///< as on the wire
  bool response = false;
  std::uint8_t rcode = 0;
  std::span<const IpAddress> addresses;  ///< those of the question's family become records; others are only counted
  std::uint16_t records = 0;             ///< that the answer section holds; at least as many as addresses
  std::uint16_t size = 0;                ///< octets of the message; 0 or less than what is known: what is known
};

/// A frame, cut to kJudgedOctets as captures cut them.
struct DnsFrame {
  std::array<std::uint8_t, kJudgedOctets> octets{};
  std::size_t held = 0;
  std::uint32_t wire_length = 0;
  [[nodiscard]] std::span<const std::uint8_t> frame() const { return {octets.data(), held}; }
};

/// What the log counts but does not show (records, the octets of a size) is on the wire and cut off the frame. Checksums
/// other than IPv4's header are left 0: nobody receives these frames.
void write_dns_frame(const DnsMessage&, DnsFrame&);

}  // namespace lazaret
