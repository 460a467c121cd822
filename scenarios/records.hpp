// Commands and events from the lines of commands.jsonl and events.jsonl (to_json is in run_directory.hpp):
// machine-exact, what is read equals what was written. Ownership: values. Threads: pure.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/run_directory.hpp"

namespace lazaret {

/// One line; the problem says what is wrong with it, without the file.
[[nodiscard]] std::variant<Event, Problem> parse_event(std::string_view line);
[[nodiscard]] std::variant<Command, Problem> parse_command(std::string_view line);

/// A whole file, event by event, none of which is kept; the problem names file and line.
[[nodiscard]] std::optional<Problem> each_event(const std::filesystem::path&, const std::function<void(const Event&)>&);
/// A whole file; the problem names file and line.
[[nodiscard]] std::variant<std::vector<Event>, Problem> read_events(const std::filesystem::path&);
[[nodiscard]] std::variant<std::vector<Command>, Problem> read_commands(const std::filesystem::path&);

}  // namespace lazaret
