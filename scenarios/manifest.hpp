// manifest.json: what a run directory says of itself.
// Ownership: values. Threads: pure.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "scenarios/run_directory.hpp"

namespace lazaret {

inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kScenarioFile = "scenario.yaml";
inline constexpr std::string_view kJournalFile = "journal.pcapng";
inline constexpr std::string_view kCommandsFile = "commands.jsonl";
inline constexpr std::string_view kEventsFile = "events.jsonl";
inline constexpr std::string_view kVerdictsFile = "verdicts.bin";
inline constexpr std::string_view kTruthFile = "truth.sqlite";

/// Every file that a run may leave besides its manifest; truth is there only where a world knows it.
[[nodiscard]] std::span<const std::string_view> run_files();

[[nodiscard]] std::string to_json(const Manifest&);
/// Accepts a manifest of this format version, complete or not; says the reason and a remedy for anything else.
[[nodiscard]] std::variant<Manifest, Problem> read_manifest(const std::filesystem::path& run_directory);

}  // namespace lazaret
