// What a sweep has found so far: one row a run in a SQLite file, which is what makes a sweep resumable, and the tables that
// people and papers read, which depend on the rows alone and not on the order in which they came.
// Ownership: owns its database handle. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/intervals.hpp"
#include "analysis/sweep/plan.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

/// A run's figures, as `lazaret run --json` gives them.
struct SweepFigures {
  std::uint64_t accounts = 0, infected = 0, quarantined_true = 0, quarantined_false = 0;
  double clean_account_days = 0;
  std::optional<double> median_time_to_detect_s, p90_time_to_detect_s;
  std::string events_sha256;
};
/// Nothing where a key is missing or of another kind.
[[nodiscard]] std::optional<SweepFigures> figures_of(std::string_view json);

/// One cell over all its seeds.
struct SweepCell {
  std::vector<std::string> values;  ///< one an axis
  std::size_t runs = 0;
  Share caught;  ///< infected accounts that were quarantined while infected
  std::optional<double>
      median_time_to_detect_s;  ///< median over the runs of each run's median, where most runs have one
  std::uint64_t quarantined_false = 0;
  double clean_account_days = 0;
  std::optional<double> false_upper95;  ///< a clean account-day, exact; nothing where there are no such days
};

class SweepTable {
 public:
  /// Makes the file, or opens one of the same plan and version. A Problem says why it cannot, and the remedy.
  [[nodiscard]] static std::variant<SweepTable, Problem> open(const std::filesystem::path&, const SweepPlan&,
                                                              const std::string& version);
  ~SweepTable();
  SweepTable(SweepTable&&) noexcept;
  SweepTable& operator=(SweepTable&&) = delete;

  [[nodiscard]] bool has(std::size_t run) const;
  /// On the disk when it returns. A Problem when it cannot be written.
  [[nodiscard]] std::optional<Problem> put(std::size_t run, const SweepFigures&);
  [[nodiscard]] std::optional<SweepFigures> figures(std::size_t run) const;

 private:
  struct Database;
  explicit SweepTable(std::unique_ptr<Database>);
  std::unique_ptr<Database> database_;
};

/// Every finished run a line, in the order of their numbers; RFC 4180 but for the line ends, which are "\n".
[[nodiscard]] std::string runs_csv(const SweepPlan&, const SweepTable&);
[[nodiscard]] std::vector<SweepCell> cells_of(const SweepPlan&, const SweepTable&);
[[nodiscard]] std::string cells_csv(const SweepPlan&, const std::vector<SweepCell>&);
/// For a terminal.
[[nodiscard]] std::string to_table(const SweepPlan&, const std::vector<SweepCell>&);

}  // namespace lazaret
