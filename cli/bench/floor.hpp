// What no design can go below by much: receive a packet, read its five-tuple, hash it, and change one cache line of a table
// that has as many lines as there are accounts, prefetched by the burst. No decision is made.
// Ownership: owns its table. Threads: one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cli/bench/port.hpp"
#include "cli/bench/traffic.hpp"

namespace lazaret::bench {

struct FiveTuple {
  IpAddress source, destination;
  std::uint32_t ports = 0;  ///< source, then destination
  std::uint8_t protocol = 0;
};

/// Ethernet without tags, IPv4 or IPv6 without extension headers, TCP or UDP; anything else is all zero.
[[nodiscard]] FiveTuple read_five_tuple(const std::uint8_t* frame, std::size_t held);

class Floor {
 public:
  explicit Floor(std::uint32_t accounts) : table_(accounts) {}

  /// The next kBurst packets from number `first` on.
  void burst(const Stream&, std::uint64_t first);
  /// kBurst packets at most, the first of them number `first`.
  void touch(std::span<const PacketView>, std::uint64_t first);
  /// Packets that left a trace in the table: all of them.
  [[nodiscard]] std::uint64_t touched() const;

 private:
  struct alignas(64) Line {
    std::uint64_t packets = 0, octets = 0, last = 0;
  };
  std::vector<Line> table_;
  Port port_;
  Timestamp now_;
};

}  // namespace lazaret::bench
