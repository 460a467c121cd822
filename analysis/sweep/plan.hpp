// A sweep file: one scenario, axes of keys and their values, seeds. Every combination of values is a cell, every cell is
// run with every seed, so that cells can be compared in pairs.
// Ownership: values. Threads: immutable once loaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/scenario.hpp"

namespace lazaret {

struct SweepAxis {
  std::string key;                  ///< dotted, as `--set` takes it
  std::vector<std::string> values;  ///< as written
};

struct SweepPlan {
  std::string name, question;
  std::filesystem::path scenario;
  std::vector<std::string> set;  ///< "key=value" of every run
  std::vector<SweepAxis> axes;
  std::vector<std::uint64_t> seeds;
  std::string
      digest;  ///< SHA-256 of every cell's scenario as resolved, and of the seeds: the same digest, the same runs

  [[nodiscard]] std::size_t cells() const;
  [[nodiscard]] std::size_t runs() const { return cells() * seeds.size(); }
  /// Of the cell, one value an axis. The last axis turns fastest.
  [[nodiscard]] std::vector<std::string> values_of(std::size_t cell) const;
  /// For load_scenario() and `lazaret run --set`; the seed apart.
  [[nodiscard]] std::vector<std::string> overrides_of(std::size_t cell) const;
};

/// Runs are numbered from 0: run = cell * seeds + place of the seed.
constexpr std::size_t kSweepRunsMost = 100'000;

/// Reads the file and loads the scenario of every cell once, so that a mistake shows before the first run. The scenario's path
/// is relative to the sweep file. All errors together, in file order.
[[nodiscard]] std::variant<SweepPlan, std::vector<ScenarioError>> load_sweep(const std::filesystem::path&);

}  // namespace lazaret
