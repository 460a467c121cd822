// What a detector is: an element that watches one account's packets and turns them into observations.
//
//   struct State                                   what it keeps per account: fixed size, trivially copyable
//   concerned(Facts)                               whether an upstream packet can matter to it at all: the hot path asks this
//                                                  before it touches the state; a downstream packet can only where something
//                                                  is pending (due(State) != kNever)
//   upstream(State&, Facts, at, see)               a packet of the account that went through
//   bool downstream(State&, Facts, ours, at, see)  a packet to the account; true: it belonged to something the account began.
//                                                  `ours` of an ICMP error: it quotes a packet of this account
//   due(State)                                     when its next deadline is, or kNever
//   expire(State&, at, reverse, see)               ends one thing that is due at `at`; `reverse`: answers can be seen at all
//   forget(State&)                                 drops what is pending and what was remembered: a fresh start
//
// `see` takes an Observation. Only a packet that answers something the account itself sent may lead to one (law: framing).
// Ownership: detectors are immutable, states belong to the account. Threads: as the engine.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>

#include "core/counters.hpp"
#include "core/evidence/fusion.hpp"
#include "core/hash.hpp"
#include "core/limits.hpp"
#include "core/packet/decode.hpp"

namespace lazaret {

using See = void (*)(const Observation&);

template <typename D>
concept Detector = requires(const D& d, typename D::State& state, const Facts& facts, Timestamp at, See see,
                            Counters& counters) {
  { D::concerned(facts) } -> std::same_as<bool>;
  d.upstream(state, facts, at, counters, see);
  { d.downstream(state, facts, true, at, counters, see) } -> std::same_as<bool>;
  { D::due(state) } -> std::same_as<Timestamp>;
  d.expire(state, at, true, see);
  D::forget(state);
};

/// What was seen lately, forgetting by halves: two bitmaps of `kBits`, the present one and the one before it.
/// They turn with each window of packet time, and early when a quarter of the present bits stand: whoever contacts
/// very many hosts is remembered more briefly, and cannot fill the bitmaps to hide in their collisions.
/// A collision hides a key (it slows detection, and never accuses).
template <unsigned kBits>
class RecentKeys {
 public:
  [[nodiscard]] bool seen(std::uint64_t key) const {
    return ((present_[word(key)] | previous_[word(key)]) & bit(key)) != 0;
  }
  void mark(std::uint64_t key) {
    if (standing_ >= kBits / 4) turn();
    if ((present_[word(key)] & bit(key)) == 0) ++standing_;
    present_[word(key)] |= bit(key);
  }
  /// REQUIRES windows do not decrease.
  void turn_to(std::int64_t window) {
    if (window == window_) return;
    if (window != window_ + 1) forget();
    turn();
    window_ = window;
  }
  void forget() {
    present_ = previous_ = {};
    standing_ = 0;
  }

 private:
  using Words = std::array<std::uint64_t, kBits / 64>;
  static constexpr std::size_t word(std::uint64_t key) { return (key % kBits) / 64; }
  static constexpr std::uint64_t bit(std::uint64_t key) { return 1ULL << (key % 64); }
  void turn() {
    previous_ = present_;
    present_ = {};
    standing_ = 0;
  }

  Words present_{}, previous_{};
  std::int64_t window_ = 0;
  std::uint32_t standing_ = 0;  ///< bits that stand in `present_`
};

/// A short row in order of age, kept in place.
template <typename T, unsigned kCapacity>
class ShortRow {
 public:
  [[nodiscard]] bool full() const { return size_ == kCapacity; }
  [[nodiscard]] T* begin() { return items_.data(); }
  [[nodiscard]] T* end() { return items_.data() + size_; }
  [[nodiscard]] const T* begin() const { return items_.data(); }
  [[nodiscard]] const T* end() const { return items_.data() + size_; }
  /// REQUIRES not full().
  void push(const T& item) { items_[size_++] = item; }
  void erase(T* item) {
    for (T* next = item + 1; next != end(); ++item, ++next) *item = *next;
    --size_;
  }
  void clear() { size_ = 0; }

 private:
  std::array<T, kCapacity> items_{};
  std::uint32_t size_ = 0;
};

/// A key for an address and a port, or for an address alone.
constexpr std::uint64_t endpoint_key(Seed seed, IpAddress a, std::uint32_t port) {
  return mix(mix(mix(seed.value, a.high), a.low), port);
}
constexpr std::uint32_t kAnyPort = 1U << 16;

constexpr std::uint16_t kSmtpPort = 25;
constexpr std::uint16_t kDnsPort = 53;

/// A TCP SYN that asks for a connection.
constexpr bool opens_connection(const Facts& f) {
  return f.transport == Transport::tcp && (f.tcp_flags & (kSyn | kAck | kRst | kFin)) == kSyn;
}

/// Serial number arithmetic (RFC 1982, 3.2) on TCP sequence numbers.
constexpr bool serial_after(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

}  // namespace lazaret
