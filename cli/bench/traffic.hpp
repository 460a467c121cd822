// What the bench sends: endless traffic of many accounts, drawn uniformly among them, which is the worst case for caches.
// Packet number n is always the same packet, so floor and engine can walk one stream, each at its own pace.
//
// Order   blocks of 1000 packets, each holding every row of the kind's table exactly as often as the table says, shuffled;
//         kBlocks different blocks in turn, too many for a branch predictor to learn by heart.
// Replies a row that answers another takes account, addresses, ports and numbers from a request `after_blocks` blocks before it.
// Ownership: a Stream owns its frames and its script. Threads: const is pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "cli/bench/frame.hpp"
#include "core/policy.hpp"
#include "core/time.hpp"

namespace lazaret::bench {

enum class Kind : std::uint8_t {
  bulk,   ///< TCP data and acknowledgments of established flows in frames of minimum size: nothing for any detector
  mix,    ///< what households send and get; its table gives the reasons
  mix64,  ///< the same, each frame as short as its protocol allows
};
constexpr Kind kKinds[] = {Kind::bulk, Kind::mix, Kind::mix64};
[[nodiscard]] std::string_view name_of(Kind);

constexpr unsigned kBlock = 1000, kBlocks = 32, kPeriod = kBlock * kBlocks;

/// Packets are stamped this far apart: ten million a second, about what one port of 10 Gbit/s brings in such a mix.
constexpr Duration kPacketGap{100};

struct Row {
  std::string_view name;
  unsigned per_mille = 0;       ///< of all packets
  unsigned ipv6_per_mille = 0;  ///< how many of these are IPv6
  FrameSpec frame;
  std::string_view answers = {};  ///< the row that this one answers, with the same two shares
  unsigned after_blocks = 0;
};
/// Sums to 1000.
[[nodiscard]] std::span<const Row> table_of(Kind);

/// The ISP's own resolvers, relays and voice servers, as the tables' frames name them.
[[nodiscard]] Policy bench_policy();

/// From this packet on, every reply has its request behind it in the stream.
constexpr std::uint64_t kFirstPacket = kPeriod * 512ULL;
constexpr std::uint64_t kRepliesWithin = kBlock * 256ULL;

struct Arrival {
  std::uint16_t held = 0, wire_length = 0;
  Direction direction = Direction::upstream;
};

/// The n-th draw: the high half picks the account, the low half ports, hosts and numbers.
constexpr std::uint64_t draw(std::uint64_t n) {
  std::uint64_t x = n * 0x9e37'79b9'7f4a'7c15ULL;
  x = (x ^ (x >> 32)) * 0xd6e8'feb8'6659'fd93ULL;
  return x ^ (x >> 32);
}

class Stream {
 public:
  /// REQUIRES 2 <= accounts <= kAccountsMax. The first half of the accounts have IPv6 too.
  Stream(Kind, std::uint32_t accounts);

  /// Puts packet `n` into a buffer. REQUIRES n >= kFirstPacket, room for kHeldMax octets.
  [[nodiscard]] Arrival receive(std::uint64_t n, std::uint8_t* buffer) const {
    const Entry e = script_[n % kPeriod];
    const Frame& f = frames_[e.frame];
    const std::uint64_t chance = draw(n - e.back);
    const std::uint64_t among = accounts_ >> f.v6;
    copy_frame(f, static_cast<std::uint32_t>((chance >> 32) * among >> 32), chance, buffer);
    return {f.held, f.wire_length, f.direction};
  }
  /// Which row of the table packet `n` is.
  [[nodiscard]] const Row& row(std::uint64_t n) const { return table_[script_[n % kPeriod].frame / 2]; }

 private:
  struct Entry {
    std::uint32_t frame : 8;  ///< twice the row, one more for IPv6
    std::uint32_t back : 24;  ///< how many packets ago the request was; 0: this is none's reply
  };
  void write_script();

  std::uint32_t accounts_;
  std::span<const Row> table_;
  std::vector<Frame> frames_;
  std::vector<Entry> script_;
};

}  // namespace lazaret::bench
