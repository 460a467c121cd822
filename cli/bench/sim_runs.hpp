// Whole simulated runs, measured: with the core in line, and beside them the same traffic without it, taking turns.
// Ownership: values; run directories are temporary. Threads: one simulation at a time in a process.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "cli/bench/measure.hpp"
#include "scenarios/scenario.hpp"
#include "sim/simulate.hpp"

namespace lazaret::bench {

/// The bench's own: default homes, a scanner and a spam bot in each 250 of them, every detector on, nothing closed to
/// anybody, so that whether somebody judges changes no packet.
[[nodiscard]] Scenario bench_scenario(std::uint32_t accounts, double simulated_s);

struct SimRow {
  double account_days = 0;  ///< simulated in one run
  std::uint64_t packets = 0, floor_packets = 0, events = 0;
  double account_days_per_hour = 0, floor_account_days_per_hour = 0;  ///< of wall time
  double processors = 0;                                              ///< that the run had, of those it could use
  double cpu_ms_per_account_day = 0;
  double setup_s = 0;
  Figures cpu;  ///< ns of processor time a packet: engine is the run with the core, floor that without
  std::optional<double> loop_ns;             ///< the same of an empty loop over the run's events; wire only
  std::optional<std::uint64_t> peak_octets;  ///< resident, with the core; nothing where the kernel does not say
};

/// Medians of `repeat` turns. `go_on` hears of each run and is asked once a simulated second; nothing when it says no.
[[nodiscard]] std::variant<std::optional<SimRow>, Problem> measure_sim(
    const Scenario&, unsigned repeat, const std::function<void(const std::string& step)>& say,
    const std::function<bool()>& go_on);

}  // namespace lazaret::bench
