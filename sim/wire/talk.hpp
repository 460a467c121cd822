// A TCP connection as the net of the wire world knows it, and a segment of it that is under way.
// Ownership: a talk holds its ends until the connection is over. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/population/truth.hpp"
#include "sim/topology/plan.hpp"

namespace lazaret {

class FrameLink;

/// The ends of a talk: the subscriber's, the server's, and the portal's where the gateway leads there.
enum class End : std::uint8_t { near, far, portal };
constexpr unsigned kEnds = 3;

struct Segment {
  std::uint32_t talk = 0;
  End from = End::near, to = End::far;
  std::uint8_t flags = 0;
  std::uint16_t length = 0;  ///< payload octets in the frame
  std::uint32_t sequence = 0, acknowledgment = 0;
  std::uint64_t offset = 0;  ///< of the payload, in its sender's stream
  std::uint64_t covers = 0;  ///< from where on: what lies before `offset` was thinned out
};

/// One TCP connection, or what is left of it while its segments are under way.
struct Talk {
  const HomePlan* home = nullptr;
  IpAddress near, far;
  std::uint16_t near_port = 0, far_port = 0;
  Truthful truth;
  std::shared_ptr<FrameLink> ends[kEnds];
  std::uint32_t under_way = 0;
  std::int64_t up_ns = 0, down_ns = 0;  ///< nothing overtakes on a line
};

}  // namespace lazaret
