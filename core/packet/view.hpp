// A packet as the driving world lends it to the core: borrowed octets with a time and a side.
// Ownership: the octets belong to the world and must live until process() returns. Threads: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/time.hpp"

namespace lazaret {

/// The port by which the frame came in. It is a fact of the wiring, so nobody outside can forge it.
enum class Direction : std::uint8_t {
  upstream,     ///< from a subscriber's access line
  downstream,   ///< from the ISP's core, towards a subscriber
  from_garden,  ///< from the walled garden's portal, towards a subscriber
};

/// How much of each frame the core looks at. Drivers may cut frames to judged_octets() (decode.hpp), which is at most
/// kJudgedMost; a journal does, and decode() cuts them itself, so that a journal and the live wire give the same answers.
constexpr std::size_t kJudgedOctets = 320;
/// Of a TCP segment that begins a TLS client's hello more is looked at: Ethernet, two tags, PPPoE with its protocol
/// number, and an IP packet of 1500 octets.
constexpr std::size_t kJudgedMost = 14 + 2 * 4 + 8 + 1500;

struct PacketView {
  Timestamp at;
  std::span<const std::uint8_t> frame;  ///< from the Ethernet destination address on, without FCS
  std::uint32_t wire_length = 0;        ///< octets on the wire; >= frame.size() where a capture cut the frame
  Direction direction = Direction::upstream;
};

}  // namespace lazaret
