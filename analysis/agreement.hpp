// Do two runs of the same homes and seed quarantine the same accounts, and as soon? Fidelity stack against wire, or any
// other pair. Every account on which they differ comes with the reason, read from its events.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "analysis/run.hpp"

namespace lazaret {

/// What must hold: a share of the accounts that either run quarantined, and the level of the test of their times.
constexpr double kAgreementLeast = 0.95;
constexpr double kAgreementLevel = 0.05;

/// Two samples, one distribution? D is the greatest distance of their shares below a value, p how often chance alone gives
/// as much: Kolmogorov's series at (sqrt(n) + 0.12 + 0.11/sqrt(n)) D with n = n1 n2 / (n1 + n2) (Stephens 1970).
struct KolmogorovSmirnov {
  double distance = 0;
  double p = 1;
};
/// Samples in any order; where either is empty nothing is known, and p is 1.
[[nodiscard]] KolmogorovSmirnov kolmogorov_smirnov(std::vector<double> a, std::vector<double> b);

/// How far one account came in one run, up to its first quarantine or the run's end.
struct Course {
  std::optional<double> held_s;       ///< its first quarantine
  double waited_s = 0;                ///< from its infection, or the run's begin, to that
  std::optional<double> belief;       ///< the most that any event tells, in nat
  std::optional<double> belief_s;     ///< when it was told
  EventKind last = EventKind::bound;  ///< the last step of the ladder; bound: none
  std::set<Family> families;          ///< of the evidence that events tell
};

struct Pair {
  std::uint32_t account = 0;
  std::string behaviour;  ///< empty: never infected in either
  Course a, b;
  std::string cause;  ///< in words; empty where both runs agree
};

struct Agreement {
  std::uint64_t both = 0, only_a = 0, only_b = 0;
  double share = 1;         ///< Jaccard: both of either
  KolmogorovSmirnov times;  ///< of `waited_s`, over infected accounts that were quarantined
  std::optional<double> median_difference_s, p90_difference_s,
      most_difference_s;            ///< between the two of a pair, absolute
  std::uint64_t same_families = 0;  ///< of `both`
  std::vector<Pair> pairs;          ///< accounts that either run quarantined, by account

  [[nodiscard]] std::vector<Pair> disagreements() const;
  [[nodiscard]] bool holds() const { return share >= kAgreementLeast && times.p >= kAgreementLevel; }
};

/// Refuses runs whose accounts are no pairs: of different scenarios, seeds or homes.
[[nodiscard]] std::variant<Agreement, Problem> compare_runs(const Run& a, const Run& b);

/// For the terminal; `names` of the runs as they were given.
[[nodiscard]] std::string to_table(const Agreement&, const Run& a, const Run& b);
/// One JSON document.
[[nodiscard]] std::string to_json(const Agreement&);

}  // namespace lazaret
