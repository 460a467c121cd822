// Whether a scenario fits into memory, said before anything is built.
// Ownership: values. Threads: any.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/run_directory.hpp"
#include "scenarios/scenario.hpp"

namespace lazaret {

/// What a run of the scenario takes at most, from what runs were measured to take (docs/simulation.md).
[[nodiscard]] std::uint64_t octets_wanted(const Scenario&);
/// What the machine could still give; nothing where the kernel does not say.
[[nodiscard]] std::optional<std::uint64_t> octets_available();
/// Says what is wanted, what there is, and what would fit.
[[nodiscard]] std::optional<Problem> too_large(const Scenario&, std::uint64_t available);

}  // namespace lazaret
