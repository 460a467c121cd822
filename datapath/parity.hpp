// The law of parity, checked on a run: what the simulator's in-line device decided and recorded, plain replay (batches
// of 1 and of 64) and the DPDK workers (1 and N) must agree byte for byte in verdicts, events and the conductor's
// commands. Ownership: values. Threads: as datapath/replay_driver.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/run_directory.hpp"

namespace lazaret {

struct ParityRow {
  std::string driver;
  std::uint64_t verdicts = 0, events = 0, commands = 0;
  std::string verdicts_sha256, events_sha256, commands_sha256;  ///< of the very octets of the run directory's files
  bool identical = true;
  double wall_s = 0;
};

struct Parity {
  bool identical = true;
  std::vector<ParityRow> rows;             ///< the recorded one first
  std::vector<std::string> altered_files;  ///< not what the run wrote, by the manifest's sha256
  std::optional<std::string> first_difference;
};

/// A run that was altered is different, not a Problem, even where the alteration keeps it from being read to its end.
/// `progress` hears what is being done; may be empty.
[[nodiscard]] std::variant<Parity, Problem> check_parity(const RunReader&, unsigned workers,
                                                         const std::function<void(std::string_view)>& progress = {});

}  // namespace lazaret
