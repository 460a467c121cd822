// What an account did lately, forgetting by halves: two bitmaps, the present one and the one before it.
// They turn with each window of packet time, and early when a quarter of the present bits stand: whoever contacts
// very many hosts is remembered more briefly, and cannot fill the bitmaps to hide in their collisions.
// A collision hides a key (it slows detection, and never accuses). docs/semantics.md, 5.
// Ownership: a value. Threads: none.
#pragma once

#include <array>

#include "core/address.hpp"
#include "core/hash.hpp"
#include "core/limits.hpp"
#include "core/time.hpp"

namespace lazaret {

class Memory {
 public:
  /// Whether the key was not remembered; it is from now on, for one to two windows after it was last asked about.
  /// REQUIRES windows do not decrease.
  bool fresh(std::uint64_t key, std::uint32_t window) {
    turn_to(window);
    const bool known = remembers(key);
    mark(key);
    return !known;
  }
  [[nodiscard]] bool remembers(std::uint64_t key) const {
    const std::uint64_t bit = key % kMemoryBits;
    return ((present_[bit / 64] | previous_[bit / 64]) >> (bit % 64) & 1) != 0;
  }
  void mark(std::uint64_t key) {
    if (standing_ >= kMemoryBits / 4) turn();
    const std::uint64_t bit = key % kMemoryBits, mask = std::uint64_t{1} << (bit % 64);
    if ((present_[bit / 64] & mask) == 0) ++standing_;
    present_[bit / 64] |= mask;
  }
  void turn_to(std::uint32_t window) {
    if (window == window_) return;
    if (window != window_ + 1) forget();
    turn();
    window_ = window;
  }
  void forget() {
    present_ = previous_ = {};
    standing_ = 0;
  }
  template <typename Archive>
  void archive(Archive& a) {
    for (std::uint64_t& word : present_) a(word);
    for (std::uint64_t& word : previous_) a(word);
    a(window_), a(standing_);
  }

 private:
  using Words = std::array<std::uint64_t, kMemoryBits / 64>;
  void turn() {
    previous_ = present_;
    present_ = {};
    standing_ = 0;
  }

  Words present_{}, previous_{};
  std::uint32_t window_ = 0;
  std::uint16_t standing_ = 0;  ///< bits that stand in `present_`
};

/// A key for an address with a port, or with what else is asked of it (KeyKind).
constexpr std::uint64_t endpoint_key(Seed seed, IpAddress a, std::uint32_t what) {
  return mix(mix(mix(seed.value, a.high), a.low), what);
}
/// Beside ports (below 2^16): what a key of an address is for.
enum KeyKind : std::uint32_t {
  kHostKey = 1U << 16,
  kFeedKey,
  kSourceKey,
  kPeerKey,
  kLearnedKey,
  kWebKey = 1U << 17,  ///< + source port
};
/// What a name's or a fingerprint's hash is for.
enum HashKind : std::uint32_t { kMxKind = 15, kDomainKind = 16, kClientKind = 17, kNameKind = 18 };

/// Asks accounts' memories under one seed and window; what every detector shares.
struct Recall {
  Seed seed;
  std::uint32_t window_s = 1;
  std::uint64_t ipv4 = mix(seed.value, 0);  ///< what the high half of every IPv4 address comes to

  /// endpoint_key() in two steps: the address, which serves for several keys, and what of it.
  [[nodiscard]] std::uint64_t address_key(IpAddress a) const {
    return mix(a.high == 0 ? ipv4 : mix(seed.value, a.high), a.low);
  }
  [[nodiscard]] std::uint64_t key(IpAddress a, std::uint32_t what) const { return mix(address_key(a), what); }
  [[nodiscard]] std::uint32_t window(Timestamp at) const { return second_of(at) / window_s; }
  bool fresh(Memory& memory, std::uint64_t k, Timestamp at) const { return memory.fresh(k, window(at)); }
};

constexpr std::uint32_t low_half(std::uint64_t key) { return static_cast<std::uint32_t>(key); }

}  // namespace lazaret
