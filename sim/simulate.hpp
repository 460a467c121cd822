// The simulated ISP: runs a scenario in ns-3 and leaves a run directory.
// Ownership: values; owns the simulator for the duration of the call. Threads: one simulation at a time in a process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <variant>

#include "scenarios/run_directory.hpp"
#include "scenarios/scenario.hpp"
#include "sim/gauge.hpp"

namespace lazaret {

struct ProgressReport {
  double simulated_s = 0, duration_s = 0, wall_s = 0;
  std::uint64_t packets = 0;  ///< judged by the core so far
};
/// Called once a simulated second; false asks for a clean stop, which leaves the run directory marked incomplete.
using Progress = std::function<bool(const ProgressReport&)>;

struct RunSummary {
  std::filesystem::path directory;
  Manifest manifest;
  bool interrupted = false;
  double wall_s = 0;
  std::uint64_t packets = 0;
};

/// `out` must not hold a run. Fills those lists of policy.services that the scenario leaves empty with the ISP's
/// servers.
[[nodiscard]] std::variant<RunSummary, Problem> simulate(const Scenario&, const std::filesystem::path& out,
                                                         const Progress& = {}, const Gauge& = {});

}  // namespace lazaret
