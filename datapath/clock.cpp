#include "datapath/clock.hpp"

#include <rte_cycles.h>
#include <time.h>

namespace lazaret {

namespace {

Timestamp unix_now() {
  timespec wall = {};
  clock_gettime(CLOCK_REALTIME, &wall);
  return {wall.tv_sec * kNsPerSecond + wall.tv_nsec};
}

}  // namespace

TscClock::TscClock() : TscClock(unix_now()) {}
TscClock::TscClock(Timestamp now) : began_ns_(now.ns), cycles_(rte_rdtsc()), hz_(rte_get_tsc_hz()) {}

Timestamp TscClock::now() const noexcept {
  const std::uint64_t passed = rte_rdtsc() - cycles_;
  // Whole seconds apart, so that the product cannot overflow however long the daemon runs.
  const std::uint64_t whole = passed / hz_, part = passed % hz_;
  const std::uint64_t ns = whole * kNsPerSecond + part * kNsPerSecond / hz_;
  return {began_ns_ + static_cast<std::int64_t>(ns)};
}

}  // namespace lazaret
