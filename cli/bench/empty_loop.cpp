#include "cli/bench/empty_loop.hpp"

#include <ctime>
#include <deque>

#include "sim/wire/event_queue.hpp"
#include "sim/wire/wire_clock.hpp"

namespace lazaret::bench {
namespace {

struct Walker {
  EventQueue queue;
  std::size_t next = 0;

  /// What the trace has up to and including `until`.
  void walk(std::span<const std::int64_t> trace, std::int64_t until) {
    for (; next < trace.size(); ++next) {
      if (trace[next] != WireClock::kTaken)
        queue.push(trace[next], 0, 0);
      else if (!queue.pop(until))
        return;
    }
  }
};

}  // namespace

LoopCost run_empty(std::span<const std::int64_t> trace, unsigned lanes, Duration epoch) {
  std::deque<Walker> walkers(lanes);
  const std::clock_t began = std::clock();
  for (std::int64_t until = epoch.ns - 1; walkers.front().next < trace.size(); until += epoch.ns)
    for (Walker& walker : walkers) walker.walk(trace, until);
  LoopCost cost{static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC, 0};
  for (const Walker& walker : walkers) cost.events += walker.queue.popped();
  return cost;
}

}  // namespace lazaret::bench
