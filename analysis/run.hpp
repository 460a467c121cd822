// A run as analysis sees it: what was asked, what the core said, and what was true. The only room that holds all three.
// Ownership: a value. Threads: immutable once loaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "core/event.hpp"
#include "scenarios/run_directory.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/truth.hpp"

namespace lazaret {

struct Run {
  std::filesystem::path directory;
  Manifest manifest;
  Scenario scenario;
  std::vector<Event> events;         ///< canonical order; as many as load_run was asked for
  Truth truth;                       ///< attempts as counts, whether the run counted or listed them
  std::vector<std::string> altered;  ///< files that are no longer what the manifest says

  /// When it ended, in simulated seconds.
  [[nodiscard]] double end_s() const;
  /// From a metric of the manifest; `otherwise` where it has none of that name.
  [[nodiscard]] double metric(const std::string& name, double otherwise) const;
};

/// Which events a Run holds: all, or those that a report can tell of, without the bookkeeping (is_bookkeeping), which is
/// nine tenths of a run of very many accounts.
enum class Events : std::uint8_t { all, telling };

/// Refuses what RunReader refuses (an incomplete run, a missing file, an unknown format), with its reason.
[[nodiscard]] std::variant<Run, Problem> load_run(const std::filesystem::path& directory, Events = Events::all);

[[nodiscard]] constexpr double in_seconds(Timestamp t) { return static_cast<double>(t.ns) / 1e9; }

}  // namespace lazaret
