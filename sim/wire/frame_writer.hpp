// Whole frames as the gateway sees them, written without any stack: Ethernet, the line's two tags, IPv4 or IPv6, TCP or
// UDP, payload. A frame may be cut to what the core looks at; its wire length is given beside it.
// Ownership: owns the room that a frame is written into, until the next. Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/packet/view.hpp"
#include "sim/topology/plan.hpp"

namespace lazaret {

constexpr std::uint8_t kFlagFin = 0x01, kFlagSyn = 0x02, kFlagRst = 0x04, kFlagPsh = 0x08, kFlagAck = 0x10;

/// Who sends what to whom; the subscriber's addresses are those outside the home's NAT.
struct FrameHead {
  std::uint32_t account = 0;
  LineId line;
  bool upstream = true;
  std::uint8_t protocol = 6;
  std::uint8_t hops = 63;
  IpAddress from, to;
  std::uint16_t from_port = 0, to_port = 0, id = 0;
  std::uint32_t sequence = 0, acknowledgment = 0;
  std::uint8_t flags = 0;
  bool says_mss = false;  ///< the option of a SYN
  std::uint16_t window = 0;
};

class FrameWriter {
 public:
  /// `whole`: every octet is written and the transport's checksum is right (a journal is kept); otherwise frames end at
  /// kJudgedOctets of payload and that checksum is 0.
  explicit FrameWriter(bool whole) : whole_(whole) {}

  [[nodiscard]] std::size_t payload_most() const { return whole_ ? 1500 : kJudgedOctets; }
  /// `octets` of payload, of which `payload` holds the first or all; what it lacks is written as zeros.
  [[nodiscard]] PacketView write(Timestamp at, Direction, const FrameHead&, std::string_view payload,
                                 std::uint32_t octets);

 private:
  std::array<std::uint8_t, 2048> room_{};
  bool whole_;
};

/// Octets of a frame around `payload_octets` of the protocol, tags included.
[[nodiscard]] std::uint32_t frame_octets(const FrameHead&, std::uint32_t payload_octets);

}  // namespace lazaret
