// What whoever measures a run wants otherwise than whoever runs it: `lazaret bench sim`, and tests.
// Ownership: borrows what it points at. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/gateway/gate.hpp"

namespace lazaret {

struct Gauge {
  Gate gate = Gate::core;
  /// Wire: the first lane's queue, as WireClock::trace notes it.
  std::vector<std::int64_t>* trace = nullptr;
};

}  // namespace lazaret
