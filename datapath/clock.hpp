// Time for packets that no port has stamped: nanoseconds of Unix time, read from the TSC once a burst, never per packet
// (a read costs as much as half a packet). A replay has no clock: there, time comes with the packets alone.
// Ownership: a value. Threads: each worker has its own copy.
#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace lazaret {

class TscClock {
 public:
  /// Tied to Unix time now. REQUIRES start_eal().
  TscClock();
  /// Tied to a time of its own, which is now. REQUIRES the same.
  explicit TscClock(Timestamp now);
  [[nodiscard]] Timestamp now() const noexcept;

 private:
  std::int64_t began_ns_;
  std::uint64_t cycles_, hz_;
};

}  // namespace lazaret
