// The datapath under measurement: the worker's loop on DPDK's null ports with an engine that knows all accounts, beside
// what else can be done with the same packets on the same ports. Loops take turns, as in cli/bench/measure.hpp.
// Ownership: owns ports, engines and workers. Threads: one, which is the first worker too; it sets the
// others to work on lcores of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "cli/bench/measure.hpp"
#include "datapath/worker.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::bench {

/// Medians over the turns, of a packet on one worker, all workers being at work; ratios of neighbours in time.
struct DatapathFigures {
  double macswap_ns = 0;  ///< receive, swap the Ethernet addresses, send
  double floor_ns = 0;    ///< receive, read and hash the five-tuple, change one line of a table, send
  double engine_ns = 0;   ///< the worker
  double ratio = 0, ratio_low = 0, ratio_high = 0;  ///< engine to floor
  double of_macswap = 0;                            ///< how much of macswap's rate the worker carries
  double disturbed = 0;  ///< share of the time that others' use of the processor spoiled, of the worst loop
  double mpps = 0, macswap_mpps = 0;  ///< all workers together
};

class DatapathLanes {
 public:
  /// `accounts` are shared out among the workers, `percent` of them quarantined. REQUIRES start_eal(); one at a time.
  /// Throws std::runtime_error where an account cannot be brought there.
  [[nodiscard]] static std::variant<std::unique_ptr<DatapathLanes>, Problem> create(std::uint32_t accounts,
                                                                                    unsigned percent, unsigned workers);
  ~DatapathLanes();

  /// `go_on` is asked between turns; nothing when it said no.
  [[nodiscard]] std::optional<DatapathFigures> measure(Kind, const Settings&, const std::function<bool()>& go_on);
  /// What became of all packets so far.
  [[nodiscard]] Carried carried() const;
  /// Of which so many were not of a bound account, or could not be read: a mistake of the bench.
  [[nodiscard]] std::uint64_t strange() const;

 private:
  struct Lane;
  struct Parts;
  explicit DatapathLanes(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace lazaret::bench
