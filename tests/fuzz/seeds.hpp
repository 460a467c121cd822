// Where the fuzzers start: frames of the decode tests, and programs that each reach one of the ladder's turns.
// Ownership: values. Threads: pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/core/frames.hpp"

namespace lazaret::fuzz {

using NamedSeed = std::pair<std::string, frames::Octets>;
[[nodiscard]] std::vector<NamedSeed> decode_seeds();
[[nodiscard]] std::vector<NamedSeed> engine_seeds();

}  // namespace lazaret::fuzz
