// The table of a scenario file's keys: name, member, range, unit, one sentence. Like core/policy's, except that the
// default is the member's initialiser in scenario.hpp. From a row come the YAML key, the --set override, the range
// check, the line in to_yaml() and the row in docs/parameters.md. Ownership: a constant table; a Slot points into the
// value that it was made from. Threads: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/scenario.hpp"

namespace lazaret {

/// Where a key's value is stored. Its type is the key's type.
using Slot = std::variant<double*, std::int64_t*, std::uint64_t*, std::string*, std::vector<std::int64_t>*, PrefixList*,
                          NameList*>;

struct ScenarioKey {
  std::string_view name;                   ///< "isp.homes"; a key of an `infections:` entry has no section: "homes"
  Slot (*slot)(Scenario&);                 ///< nullptr for a key of an `infections:` entry
  Slot (*infection_slot)(InfectionPlan&);  ///< nullptr for all others
  double min, max;                         ///< inclusive; of each item of a list; unused for texts and whole 64 bits
  std::string_view unit;
  std::string_view sentence;
  std::string_view only_for = {};  ///< the behaviours that know this key, joined by '|'; empty: all
  std::string_view choices = {};   ///< names of the values from min on, as in the policy's table
};

[[nodiscard]] std::span<const ScenarioKey> scenario_keys();
[[nodiscard]] std::span<const ScenarioKey> infection_keys();
/// Whether a key of an `infections:` entry means anything to this behaviour.
[[nodiscard]] bool knows(std::string_view behaviour, const ScenarioKey&);
/// "spam_bot" or "spam_bot or scanner": who knows the key.
[[nodiscard]] std::string knowers(const ScenarioKey&);

/// What an `infections:` entry may name.
struct Behaviour {
  std::string_view name, sentence;
};
[[nodiscard]] std::span<const Behaviour> behaviours();

/// One key of either table, resolved to the place that holds its value.
struct Leaf {
  std::string name;  ///< dotted: "isp.homes", "infections.0.homes", "policy.spam.half_life_s"
  Slot slot;
  double min = 0, max = 0;
  std::string_view unit;
  std::string_view choices;
};

/// Nothing when there is no such key (or no such entry of `infections:`).
[[nodiscard]] std::optional<Leaf> find_leaf(std::string_view dotted, Scenario&);
[[nodiscard]] Slot slot_of(const Parameter&, Policy&);
/// All dotted names: the scenario's, then the policy's with "policy." before them; `infections:` entries excepted.
[[nodiscard]] const std::vector<std::string>& dotted_names();

/// The value in a slot as YAML text on one line; doubles with as many digits as it takes to read them back exactly.
[[nodiscard]] std::string value_text(const Slot&, double min, std::string_view choices);
/// "1 to 100000 homes", "shadow, cipp or strict", "a list of prefixes such as 192.0.2.0/24": what the key wants.
[[nodiscard]] std::string range_text(const Slot&, double min, double max, std::string_view unit,
                                     std::string_view choices);

}  // namespace lazaret
