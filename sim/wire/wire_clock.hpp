// Simulated time of the wire world, and everything that waits for its moment: functions of behaviours and dialogues, and
// whatever else the network numbers by kind and index.
// Ownership: owns what waits. Threads: the simulator's.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "sim/population/intent.hpp"
#include "sim/wire/event_queue.hpp"

namespace lazaret {

class WireClock : public Clock {
 public:
  static constexpr std::uint32_t kFunction = 0;  ///< the kind that the clock itself takes care of

  [[nodiscard]] Timestamp now() const override { return now_; }
  void after(Duration wait, std::function<void()> act) override {
    std::uint32_t index = static_cast<std::uint32_t>(functions_.size());
    if (free_.empty()) {
      functions_.push_back(std::move(act));
    } else {
      index = free_.back();
      free_.pop_back();
      functions_[index] = std::move(act);
    }
    push(now_.ns + wait.ns, kFunction, index);
  }
  void at(Timestamp when, std::uint32_t kind, std::uint32_t index) { push(when.ns, kind, index); }
  [[nodiscard]] std::uint64_t events() const { return queue_.popped(); }
  /// From now on notes when each event comes, and, as kTaken, that one was taken out. Nullptr: no more.
  void trace(std::vector<std::int64_t>* into) { trace_ = into; }
  static constexpr std::int64_t kTaken = -1;

  /// Everything up to and including `end`, in order; `act` takes the kinds that are not the clock's own.
  template <typename Act>
  void run(Timestamp end, Act&& act) {
    while (const auto event = queue_.pop(end.ns)) {
      now_ = {event->at_ns};
      if (trace_ != nullptr) trace_->push_back(kTaken);
      if (event->kind != kFunction) {
        act(event->kind, event->index);
        continue;
      }
      const std::function<void()> function = std::exchange(functions_[event->index], nullptr);
      free_.push_back(event->index);
      function();
    }
    now_ = end;
  }

 private:
  void push(std::int64_t at_ns, std::uint32_t kind, std::uint32_t index) {
    queue_.push(at_ns, kind, index);
    if (trace_ != nullptr) trace_->push_back(at_ns);
  }

  EventQueue queue_;
  Timestamp now_;
  std::vector<std::function<void()>> functions_;
  std::vector<std::uint32_t> free_;
  std::vector<std::int64_t>* trace_ = nullptr;
};

}  // namespace lazaret
