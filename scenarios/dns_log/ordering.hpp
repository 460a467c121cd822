// Servers with several threads log a little out of order; this puts entries that are close in time in order.
// Ownership: owns the entries it holds, at most kHeldMax. Threads: one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "scenarios/dns_log/entry.hpp"

namespace lazaret {

class DnsLogOrdering {
 public:
  static constexpr std::size_t kHeldMax = 1024;
  static constexpr std::int64_t kSpanNs = 2 * kNsPerSecond;

  /// Entries of one time stay as they were: where a log tells whole seconds, only its lines' order says that a question
  /// was answered before the next one, and the core remembers few open questions. An entry more than kSpanNs before the
  /// newest is no small disorder: what was held goes out first.
  void push(DnsLogEntry entry) {
    if (!held_.empty() && entry.stamp_ns < newest_ - kSpanNs) finish();
    newest_ = held_.empty() ? entry.stamp_ns : std::max(newest_, entry.stamp_ns);
    held_.push_back({std::move(entry), sequence_++});
    std::push_heap(held_.begin(), held_.end(), later);
    while (!held_.empty() && (held_.size() > kHeldMax || held_.front().entry.stamp_ns < newest_ - kSpanNs)) release();
  }
  /// Everything that is held may go out.
  void finish() {
    while (!held_.empty()) release();
  }
  [[nodiscard]] bool pop(DnsLogEntry& entry) {
    if (ready_.empty()) return false;
    entry = std::move(ready_.front());
    ready_.pop_front();
    return true;
  }

 private:
  struct Held {
    DnsLogEntry entry;
    std::uint64_t sequence;
  };
  static bool later(const Held& a, const Held& b) {
    if (a.entry.stamp_ns != b.entry.stamp_ns) return a.entry.stamp_ns > b.entry.stamp_ns;
    return a.sequence > b.sequence;
  }
  void release() {
    std::pop_heap(held_.begin(), held_.end(), later);
    ready_.push_back(std::move(held_.back().entry));
    held_.pop_back();
  }

  std::vector<Held> held_;
  std::deque<DnsLogEntry> ready_;
  std::int64_t newest_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace lazaret
