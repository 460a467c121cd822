// Where both loops get their bursts: stamped, copied into the pool, as a driver hands them to the core. One function, so that
// what engine and floor pay before anything is decided is the same.
// Ownership: owns its buffers; a burst is good until the next call. Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "cli/bench/buffers.hpp"
#include "cli/bench/traffic.hpp"
#include "core/packet/view.hpp"

namespace lazaret::bench {

class Port {
 public:
  /// The next kBurst packets from number `first` on; `now` moves to the stamp of the last.
  [[nodiscard]] std::span<const PacketView, kBurst> receive(const Stream&, std::uint64_t first, Timestamp& now);
  /// A buffer for a packet that comes from elsewhere.
  [[nodiscard]] std::uint8_t* buffer() { return buffers_.next(); }

 private:
  Buffers buffers_;
  std::array<PacketView, kBurst> burst_{};
};

}  // namespace lazaret::bench
