// DPDK's ports by their device strings, with one queue each. Ownership: the process; they are up until it ends.
// Threads: the control core's.
#pragma once

#include <variant>

#include "datapath/daemon/settings.hpp"
#include "datapath/worker.hpp"

namespace lazaret::daemon {

/// REQUIRES start_eal().
[[nodiscard]] std::variant<Wiring, Problem> open_ports(const Settings&);

}  // namespace lazaret::daemon
