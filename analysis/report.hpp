// The report: one HTML file that opens offline, with every figure of a Summary in words, tables and pictures.
// Ownership: returns its own text; writes the file through a temporary beside it, so that no half report is left
// behind. Threads: one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "analysis/summary.hpp"

namespace lazaret {

/// The whole page.
[[nodiscard]] std::string render_report(const Summary&, const Run&);

/// The summary's report to `file`; nothing where all went well.
[[nodiscard]] std::optional<Problem> write_report(const Summary&, const Run&, const std::filesystem::path& file);

/// Loads the run, and writes to `out`, or to report.html within the run directory. Refuses incomplete runs.
[[nodiscard]] std::variant<std::filesystem::path, Problem> write_report(const std::filesystem::path& run_directory,
                                                                        std::optional<std::filesystem::path> out = {});

/// Where a report goes when nobody says otherwise.
[[nodiscard]] std::filesystem::path default_report_path(const std::filesystem::path& run_directory);

}  // namespace lazaret
