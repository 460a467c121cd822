// One timer per account, in order of due second and, within one, of account number: an indexed binary heap. A timer that is
// put off stays where it is until it comes up, so that the usual "and now later" costs nothing.
// Ownership: owns its arrays, sized once; borrows the records for their account numbers. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/subscriber/record.hpp"

namespace lazaret {

class Timers {
 public:
  Timers(std::size_t capacity, const std::vector<Record>& records) : records_(&records), place_(capacity, kAbsent) {
    heap_.reserve(capacity);
  }

  /// No later than the next one that is due, or kNoSecond.
  [[nodiscard]] Second next_due() const { return heap_.empty() ? kNoSecond : heap_.front().due; }
  /// REQUIRES next_due() != kNoSecond.
  [[nodiscard]] std::uint32_t next_slot() const { return heap_.front().slot; }

  /// Sees to it that `slot` comes up no later than `due`. O(log n); O(1) for most.
  void no_later_than(std::uint32_t slot, Second due) {
    const std::uint32_t at = place_[slot];
    if (at == kAbsent) {
      if (due == kNoSecond) return;
      heap_.push_back({due, slot});
      sift_up(heap_.size() - 1);
    } else if (due < heap_[at].due) {
      heap_[at].due = due;
      sift_up(at);
    }
  }
  /// Of the one that comes up next: when it is due indeed (kNoSecond: never).
  void move_next(Second due) {
    if (due == kNoSecond) {
      place_[heap_.front().slot] = kAbsent;
      const Entry last = heap_.back();
      heap_.pop_back();
      if (heap_.empty()) return;
      put(0, last);
    } else {
      heap_.front().due = due;
    }
    sift_down(0);
  }

 private:
  struct Entry {
    Second due = 0;
    std::uint32_t slot = 0;
  };
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  [[nodiscard]] bool before(const Entry& a, const Entry& b) const {
    return a.due != b.due ? a.due < b.due : (*records_)[a.slot].account < (*records_)[b.slot].account;
  }
  void put(std::size_t at, const Entry& e) {
    heap_[at] = e;
    place_[e.slot] = static_cast<std::uint32_t>(at);
  }
  void sift_up(std::size_t at) {
    const Entry e = heap_[at];
    while (at > 0 && before(e, heap_[(at - 1) / 2])) {
      put(at, heap_[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
    put(at, e);
  }
  void sift_down(std::size_t at) {
    const Entry e = heap_[at];
    for (std::size_t child; (child = 2 * at + 1) < heap_.size(); at = child) {
      if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
      if (!before(heap_[child], e)) break;
      put(at, heap_[child]);
    }
    put(at, e);
  }

  const std::vector<Record>* records_;
  std::vector<Entry> heap_;
  std::vector<std::uint32_t> place_;  ///< by slot: where in the heap
};

}  // namespace lazaret
