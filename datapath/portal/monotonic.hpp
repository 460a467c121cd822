// Milliseconds for deadlines, from a clock that nobody sets. Ownership: none. Threads: any.
#pragma once

#include <chrono>
#include <cstdint>

namespace lazaret::portal {

inline std::int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace lazaret::portal
