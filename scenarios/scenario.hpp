// A scenario file as a typed value: what is simulated, for how long, by which policy.
// scenarios/schema.* holds the table of its keys (name, member, default, range, unit, one sentence), like
// core/policy's. Ownership: values. Threads: immutable once loaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "core/policy.hpp"
#include "scenarios/plans.hpp"

namespace lazaret {

/// `fidelity`: how behaviours become packets.
constexpr std::int64_t kStack = 0, kWire = 1;
/// `attempts`: what the ground truth keeps of them.
constexpr std::int64_t kAttemptsListed = 0, kAttemptsCounted = 1;

struct Scenario {
  std::string name, title, description;
  std::uint64_t seed = 1;
  double duration_s = 3600;
  std::int64_t fidelity = kStack;
  std::int64_t thinning = 1;                ///< wire: bulk data that no detector looks at is left out
  std::int64_t journal = 1;                 ///< packets and verdicts are kept in the run directory
  std::int64_t attempts = kAttemptsListed;  ///< ground truth keeps each attempt, or counts of those alike
  std::int64_t shards = 1;                  ///< engines; must not change any outcome
  IspPlan isp;
  InternetPlan internet;
  HouseholdPlan household;
  std::vector<InfectionPlan> infections;
  PeoplePlan people;
  Policy policy;
};

/// What is wrong with a file, for people: "cipp_2007.yaml:12:5: unknown key 'hoems'; did you mean 'homes'?"
struct ScenarioError {
  std::string file;
  int line = 0, column = 0;  ///< from 1; 0 where the file has no place for it (--set)
  std::string message;       ///< what is wrong and the remedy: the nearest valid key, the allowed range
  [[nodiscard]] std::string text() const;
};

/// `overrides` are "key=value" with the dotted names of both tables ("isp.homes=50", "policy.spam.half_life_s=60").
/// All errors of a file are returned together, in file order.
using ScenarioResult = std::variant<Scenario, std::vector<ScenarioError>>;
[[nodiscard]] ScenarioResult load_scenario(const std::filesystem::path& file,
                                           const std::vector<std::string>& overrides = {});
/// A policy alone: a YAML file with the keys of the policy table, for replay.
[[nodiscard]] std::variant<Policy, std::vector<ScenarioError>> load_policy(const std::filesystem::path& file);

/// The complete scenario as YAML, every key of both tables spelled out; loads back to the same value.
[[nodiscard]] std::string to_yaml(const Scenario&);
/// SHA-256, in hex, of the policy in its canonical text.
[[nodiscard]] std::string policy_digest(const Policy&);

}  // namespace lazaret
