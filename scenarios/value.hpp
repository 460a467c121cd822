// One YAML value into one slot of the tables: type and range, without silent truncation.
// Ownership: none kept. Threads: pure.
#pragma once

#include <optional>
#include <string>

#include "scenarios/schema.hpp"

namespace YAML {
class Node;
}

namespace lazaret {

/// Stores the value, or says in words what is wrong with it ("wants a whole number from 1 to 64 (engines), found 2.5")
/// and leaves the slot as it was.
[[nodiscard]] std::optional<std::string> store_value(const YAML::Node&, const Leaf&);

}  // namespace lazaret
