// A run in figures: everything that the terminal table, the JSON document and the HTML report say, computed once.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/detection.hpp"
#include "analysis/harm.hpp"
#include "analysis/league.hpp"
#include "analysis/people.hpp"
#include "analysis/points.hpp"
#include "analysis/remediation.hpp"
#include "analysis/run.hpp"
#include "analysis/services.hpp"
#include "analysis/timeline.hpp"

namespace lazaret {

struct Summary {
  std::string run_directory, scenario, title, world;
  std::uint64_t seed = 0;
  double simulated_s = 0, wall_s = 0;
  Profile profile = Profile::cipp;
  /// The profile decides, and closes nothing to anybody.
  [[nodiscard]] bool closes_nothing() const { return profile == Profile::shadow || profile == Profile::notice; }
  std::string journal_sha256, events_sha256;

  Timeline timeline;
  Detection detection;
  std::uint64_t quarantined_true = 0;   ///< accounts quarantined at some moment while infected
  std::uint64_t quarantined_false = 0;  ///< accounts quarantined at some moment while not infected; one can be both
  std::vector<ServiceScore> services;
  std::vector<Harm> harm;
  People people;
  Remediation remediation;
  League league;
  std::vector<Point> points;

  [[nodiscard]] const ServiceScore* service(std::string_view name) const;
};

[[nodiscard]] Summary summarize(const Run&);

/// For a terminal: a dozen lines or two that say the same as the report, in short.
[[nodiscard]] std::string to_table(const Summary&, bool colour);
/// One JSON document with the keys that `lazaret run --json` promises, and more.
[[nodiscard]] std::string to_json(const Summary&);

}  // namespace lazaret
