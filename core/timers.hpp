// One timer per account in a hierarchical timing wheel (Varghese and Lauck, SOSP 1987): five wheels of 64 buckets, of one
// second and of 64, 4096, ... seconds. Within a second the accounts come in order of number. A timer that is put off stays
// where it is until it comes up, so that the usual "and now later" costs nothing.
// Ownership: owns its arrays, sized once. Threads: one.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/time.hpp"

namespace lazaret {

class Timers {
 public:
  explicit Timers(std::size_t capacity) : links_(capacity), due_(capacity, kNoSecond) {
    ready_.reserve(capacity);
    for (auto& wheel : heads_) wheel.fill(kNone);
  }

  /// No later than the next one that is due, or kNoSecond.
  [[nodiscard]] Second next_due() const { return next_; }

  void prefetch(std::uint32_t slot) const { __builtin_prefetch(&due_[slot], 1); }

  /// Sees to it that `slot` comes up no later than `due`, or at the next second to come, if that is later.
  void no_later_than(std::uint32_t slot, Second due) {
    if (due >= due_[slot]) return;
    if (due_[slot] != kNoSecond) unlink(slot);
    link(slot, std::max(due, now_));
  }

  /// All that come up at next_due(), which is the present second from now on, off the wheel and in the order of
  /// `before(a, b)`; until the next call. `real(slot)` says when each is due indeed: those that are later, or never
  /// (kNoSecond), go back or stay away. `touch(slot)` brings into the cache what `real` looks at.
  template <typename Touch, typename Real, typename Before>
  [[nodiscard]] std::span<const std::uint32_t> take(Touch touch, Real real, Before before);

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr unsigned kWheels = 6, kBits = 6;  // 6 x 6 bits hold every second
  struct Links {
    std::uint32_t next = kNone, previous = kNone;
  };

  static constexpr unsigned bucket_of(Second s, unsigned wheel) { return s >> (kBits * wheel) & 63U; }
  /// The wheel on which `due` stands, seen from now: that of the highest digit in which they differ.
  [[nodiscard]] unsigned wheel_of(Second due) const {
    return due == now_ ? 0 : static_cast<unsigned>(std::bit_width(due ^ now_) - 1) / kBits;
  }
  void link(std::uint32_t slot, Second due);
  void unlink(std::uint32_t slot);
  /// The begin of the first bucket that is not empty, or kNoSecond.
  [[nodiscard]] Second first_bucket() const;

  std::vector<Links> links_;
  std::vector<Second> due_;  ///< by slot; kNoSecond: not on the wheel
  std::array<std::array<std::uint32_t, 64>, kWheels> heads_{};
  std::array<std::uint64_t, kWheels> taken_{};  ///< buckets that are not empty
  std::vector<std::uint32_t> ready_;
  Second now_ = 0;  ///< nothing on the wheel is earlier
  Second next_ = kNoSecond;
};

inline void Timers::link(std::uint32_t slot, Second due) {
  const unsigned wheel = wheel_of(due), bucket = bucket_of(due, wheel);
  std::uint32_t& head = heads_[wheel][bucket];
  links_[slot] = {head, kNone};
  if (head != kNone) links_[head].previous = slot;
  head = slot;
  taken_[wheel] |= std::uint64_t{1} << bucket;
  due_[slot] = due;
  // Of a higher wheel the bucket's begin comes first.
  next_ = std::min(next_, wheel == 0 ? due : due >> (kBits * wheel) << (kBits * wheel));
}

inline void Timers::unlink(std::uint32_t slot) {
  const Links l = links_[slot];
  const unsigned wheel = wheel_of(due_[slot]), bucket = bucket_of(due_[slot], wheel);
  if (l.next != kNone) links_[l.next].previous = l.previous;
  if (l.previous != kNone)
    links_[l.previous].next = l.next;
  else
    heads_[wheel][bucket] = l.next;
  if (heads_[wheel][bucket] == kNone) taken_[wheel] &= ~(std::uint64_t{1} << bucket);
  due_[slot] = kNoSecond;
}

inline Second Timers::first_bucket() const {
  for (unsigned wheel = 0; wheel < kWheels; ++wheel) {
    // Behind the present digit of a higher wheel everything is nearer, and stands on a lower one.
    const unsigned present = bucket_of(now_, wheel);
    const std::uint64_t ahead = taken_[wheel] & (wheel == 0      ? ~std::uint64_t{0} << present
                                                 : present == 63 ? 0
                                                                 : ~std::uint64_t{0} << (present + 1));
    if (ahead == 0) continue;
    const auto bucket = static_cast<Second>(std::countr_zero(ahead));
    const unsigned low = kBits * wheel, high = low + kBits;
    const Second above = high >= 32 ? 0 : now_ >> high << high;
    return above | bucket << low;
  }
  return kNoSecond;
}

template <typename Touch, typename Real, typename Before>
std::span<const std::uint32_t> Timers::take(Touch touch, Real real, Before before) {
  const Second came = next_;
  const unsigned highest = wheel_of(came);
  now_ = came;
  ready_.clear();
  for (unsigned wheel = 0; wheel <= highest; ++wheel) {
    const unsigned bucket = bucket_of(came, wheel);
    for (std::uint32_t slot = heads_[wheel][bucket]; slot != kNone; slot = links_[slot].next) ready_.push_back(slot);
    heads_[wheel][bucket] = kNone;
    taken_[wheel] &= ~(std::uint64_t{1} << bucket);
  }
  // What stood on a higher wheel moves to a lower one, unless it is due at the very begin of its bucket.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ready_.size(); ++i) {
    constexpr std::size_t kAhead = 8;
    if (i + kAhead < ready_.size()) touch(ready_[i + kAhead]);
    const std::uint32_t slot = ready_[i];
    Second due = due_[slot];
    due_[slot] = kNoSecond;
    if (due <= came) due = real(slot);
    if (due <= came)
      ready_[kept++] = slot;
    else if (due != kNoSecond)
      link(slot, due);
  }
  ready_.resize(kept);
  next_ = first_bucket();
  std::sort(ready_.begin(), ready_.end(), before);
  return ready_;
}

}  // namespace lazaret
