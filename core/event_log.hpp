// The events of one process() call, in a buffer sized once. A full buffer loses events and counts them.
// Ownership: owns the buffer; borrows the counters. Threads: as the engine.
#pragma once

#include <span>
#include <vector>

#include "core/counters.hpp"
#include "core/subscriber/record.hpp"

namespace lazaret {

class EventLog {
 public:
  EventLog(std::size_t capacity, Counters& counters) : counters_(&counters) { events_.reserve(capacity); }

  void clear() { events_.clear(); }
  [[nodiscard]] std::span<const Event> events() const { return events_; }

  /// Stamps an event with the account's present state; the caller has already moved the ladder.
  Event* add(Record& r, Timestamp at, EventKind kind, std::int64_t observed, std::int64_t limit) {
    const std::uint32_t sequence = r.sequence++;
    if (events_.size() == events_.capacity()) {
      ++counters_->events_lost;
      return nullptr;
    }
    Event e;
    e.at = at;
    e.account = r.account;
    e.sequence = sequence;
    e.kind = kind;
    e.state = r.state;
    e.later_left = r.later_left;
    e.history = r.history;
    e.node = node_of(r.line);
    e.observed = observed;
    e.limit = limit;
    return &events_.emplace_back(e);
  }

 private:
  std::vector<Event> events_;
  Counters* counters_;
};

}  // namespace lazaret
