// A full-duplex point-to-point Ethernet wire: rate, delay and a drop-tail queue for each direction, one simulator event
// a frame. Frames are whole Ethernet frames inside ns3::Packet (no preamble, no FCS), tags included.
// Ownership: borrows the sinks at its ends, which must outlive the simulation. Threads: the simulator's.
#pragma once

#include <ns3/packet.h>
#include <ns3/ptr.h>

#include <cstdint>

namespace lazaret {

using FramePtr = ns3::Ptr<ns3::Packet>;

/// Whatever frames arrive at: the port of a box, or the device of a host.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  virtual void receive(FramePtr) = 0;
};

struct WireSpeed {
  double mbps = 1000;
  double delay_ms = 0.01;
  std::uint32_t queue_octets = 256 * 1024;  ///< what may wait to be sent; a frame that does not fit is lost
};

class Wire;

/// One end of a wire, to send into. A value.
class WireEnd {
 public:
  WireEnd() = default;
  void send(const FramePtr&) const;
  void attach(FrameSink&) const;  ///< who hears what the other end sends

 private:
  friend class Wire;
  WireEnd(Wire& wire, unsigned side) : wire_(&wire), side_(side) {}
  Wire* wire_ = nullptr;
  unsigned side_ = 0;
};

class Wire {
 public:
  Wire(WireSpeed a_to_b, WireSpeed b_to_a);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  WireEnd a() { return {*this, 0}; }
  WireEnd b() { return {*this, 1}; }
  [[nodiscard]] std::uint64_t lost() const { return lane_[0].lost + lane_[1].lost; }

 private:
  friend class WireEnd;
  struct Lane {
    double ns_per_octet = 0;
    std::int64_t delay_ns = 0, queue_ns = 0;
    std::int64_t free_at_ns = 0;  ///< when the last frame accepted so far will have left
    FrameSink* sink = nullptr;
    std::uint64_t lost = 0;
  };
  void send(unsigned side, const FramePtr&);
  Lane lane_[2];
};

}  // namespace lazaret
