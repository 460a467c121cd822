// The pool that packets are received into: like DPDK's, with room for a whole frame each, used in turn.
// The stride is that of a DPDK buffer (object header 64, rte_mbuf 128, headroom 128, room 2048), an odd number of cache
// lines, so that the starts of frames spread over the cache's sets.
// Ownership: owns its buffers; what next() returns is good until kBuffers calls later. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lazaret::bench {

constexpr std::size_t kBurst = 32, kBuffers = 512;

class Buffers {
 public:
  [[nodiscard]] std::uint8_t* next() {
    std::uint8_t* at = lines_.data()->octets + (turn_ * kStride + kFrameAt) * sizeof(Line);
    turn_ = (turn_ + 1) % kBuffers;
    return at;
  }

 private:
  struct alignas(64) Line {
    std::uint8_t octets[64];
  };
  static constexpr std::size_t kStride = (64 + 128 + 128 + 2048) / sizeof(Line),
                               kFrameAt = (64 + 128 + 128) / sizeof(Line);

  std::vector<Line> lines_ = std::vector<Line>(kBuffers * kStride);
  std::size_t turn_ = 0;
};

}  // namespace lazaret::bench
