// A run's journal through DPDK: a feeder on the control core reads packets and world commands in the journal's order,
// steers them to workers over ring ports with their nanoseconds, and collects verdicts, events and the conductor's
// commands. The workers run the loop of datapath/worker.hpp, each on an lcore of its own.
// Ownership: returns values. Threads: call from the thread that started EAL (it is started if need be).
#pragma once

#include <variant>

#include "datapath/worker.hpp"
#include "scenarios/replay.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

struct DpdkReplay {
  Replayed replayed;
  Carried carried;    ///< summed over the workers
  double wall_s = 0;  ///< from the first packet fed to the last answer
};

/// Nothing is lost or left over in it, or else a Problem says what. 1 <= workers <= kWorkersMax.
[[nodiscard]] std::variant<DpdkReplay, Problem> replay_through_dpdk(const RunReader&, unsigned workers);

}  // namespace lazaret
