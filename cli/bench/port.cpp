#include "cli/bench/port.hpp"

namespace lazaret::bench {

std::span<const PacketView, kBurst> Port::receive(const Stream& stream, std::uint64_t first, Timestamp& now) {
  Timestamp at = now;
  for (std::size_t i = 0; i < kBurst; ++i) {
    std::uint8_t* frame = buffers_.next();
    const Arrival arrival = stream.receive(first + i, frame);
    at = at + kPacketGap;
    burst_[i] = {at, {frame, arrival.held}, arrival.wire_length, arrival.direction};
  }
  now = at;
  return burst_;
}

}  // namespace lazaret::bench
