// DPDK's environment, started once per process: no PCI devices, hugepages where 256 MiB of them are free; the caller's thread becomes the
// main lcore (the control core). Worker lcores share whatever CPUs the process may use, so that one CPU is enough.
// Ownership: the process owns it until exit. Threads: the first caller's; later calls from the same thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "scenarios/run_directory.hpp"

namespace lazaret {

/// Worker lcores that exist; they sleep until one is given work.
constexpr unsigned kWorkersMax = 8;

/// Starts the environment if it does not run yet. The same Problem again after a failed start: DPDK cannot be started
/// twice.
[[nodiscard]] std::optional<Problem> start_eal();

/// A function at work on a worker lcore; waits for its end when destroyed.
/// REQUIRES start_eal(); `worker` < kWorkersMax and not at work. `work` must outlive this.
class AtWork {
 public:
  AtWork(unsigned worker, std::function<void()>& work);
  ~AtWork();
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;

 private:
  unsigned lcore_;
  std::function<void()>& work_;
};

}  // namespace lazaret
