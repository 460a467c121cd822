#include "datapath/clock.hpp"

#include <rte_cycles.h>
#include <time.h>

namespace lazaret {

TscClock::TscClock() : unix_ns_(0), cycles_(rte_rdtsc()), hz_(rte_get_tsc_hz()) {
  timespec wall = {};
  clock_gettime(CLOCK_REALTIME, &wall);
  unix_ns_ = wall.tv_sec * kNsPerSecond + wall.tv_nsec;
}

Timestamp TscClock::now() const noexcept {
  const std::uint64_t passed = rte_rdtsc() - cycles_;
  // Whole seconds apart, so that the product cannot overflow however long the daemon runs.
  const std::uint64_t whole = passed / hz_, part = passed % hz_;
  const std::uint64_t ns = whole * kNsPerSecond + part * kNsPerSecond / hz_;
  return {unix_ns_ + static_cast<std::int64_t>(ns)};
}

}  // namespace lazaret
