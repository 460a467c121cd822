// The tables as documents: a schema, the references of parameters and detectors (docs/), and a scenario file that explains every key.
// Ownership: returns its own text. Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace lazaret {

/// The whole of docs/parameters.md.
[[nodiscard]] std::string parameter_reference();

/// A JSON Schema (draft 2020-12) of scenario files, for editors. What hangs together (choices that must add up, keys that only
/// one behaviour knows) it cannot say: `lazaret scenario check` does.
[[nodiscard]] std::string scenario_json_schema();

/// The whole of docs/detectors.md: what each channel promises, at the default policy.
[[nodiscard]] std::string detector_reference();

/// A scenario file of that name with every key at its default, each with its unit, range and sentence; it loads.
[[nodiscard]] std::string commented_scenario(std::string_view name);

}  // namespace lazaret
