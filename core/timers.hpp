// One timer per account, in order of due time and, at one instant, of account number: an indexed binary heap.
// Ownership: owns its arrays, sized once. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/subscriber/account.hpp"
#include "core/time.hpp"

namespace lazaret {

class Timers {
 public:
  explicit Timers(std::size_t capacity) : place_(capacity, kAbsent) { heap_.reserve(capacity); }

  /// When the next one is due, or kNever.
  [[nodiscard]] Timestamp next_due() const { return heap_.empty() ? kNever : heap_.front().due; }
  /// REQUIRES next_due() != kNever.
  [[nodiscard]] std::uint32_t next_slot() const { return heap_.front().slot; }

  /// Arms, moves or (with kNever) disarms the timer of `slot`. O(log n), no work when nothing changes.
  void set(std::uint32_t slot, AccountId account, Timestamp due) {
    const std::uint32_t at = place_[slot];
    if (at == kAbsent) {
      if (due == kNever) return;
      heap_.push_back({due, account, slot});
      sift_up(heap_.size() - 1);
    } else if (due == kNever) {
      place_[slot] = kAbsent;
      const Entry last = heap_.back();
      heap_.pop_back();
      if (at < heap_.size()) put(at, last), sift_up(at), sift_down(place_[last.slot]);
    } else if (heap_[at].due != due) {
      heap_[at].due = due;
      sift_up(at), sift_down(place_[slot]);
    }
  }

 private:
  struct Entry {
    Timestamp due;
    AccountId account;
    std::uint32_t slot = 0;
    [[nodiscard]] bool before(const Entry& o) const { return due != o.due ? due < o.due : account < o.account; }
  };
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  void put(std::size_t at, const Entry& e) {
    heap_[at] = e;
    place_[e.slot] = static_cast<std::uint32_t>(at);
  }
  void sift_up(std::size_t at) {
    const Entry e = heap_[at];
    while (at > 0 && e.before(heap_[(at - 1) / 2])) {
      put(at, heap_[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
    put(at, e);
  }
  void sift_down(std::size_t at) {
    const Entry e = heap_[at];
    for (std::size_t child; (child = 2 * at + 1) < heap_.size(); at = child) {
      if (child + 1 < heap_.size() && heap_[child + 1].before(heap_[child])) ++child;
      if (!heap_[child].before(e)) break;
      put(at, heap_[child]);
    }
    put(at, e);
  }

  std::vector<Entry> heap_;
  std::vector<std::uint32_t> place_;  ///< by slot: where in the heap
};

}  // namespace lazaret
