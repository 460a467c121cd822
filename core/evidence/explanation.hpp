// An event in words: one sentence that a subscriber or a help desk can read.
// Ownership: returns its own text. Threads: pure. Not for the packet path (it allocates).
#pragma once

#include <string>
#include <string_view>

#include "core/command.hpp"
#include "core/event.hpp"
#include "core/policy.hpp"
#include "core/verdict.hpp"

namespace lazaret {

/// For example: "23 of 24 first contacts to ports that scanners look for failed (last on port 2323) between ... ".
[[nodiscard]] std::string explain(const Event&, const Policy&);

/// The names as they stand in files and reports ("quarantine_proposed", "scan_ports", "web_to_garden", ...).
[[nodiscard]] std::string_view name_of(EventKind);
[[nodiscard]] std::string_view name_of(State);
[[nodiscard]] std::string_view name_of(Channel);
[[nodiscard]] std::string_view name_of(Family);
[[nodiscard]] std::string_view name_of(Action);
[[nodiscard]] std::string_view name_of(Rule);
[[nodiscard]] std::string_view name_of(Choice);
[[nodiscard]] std::string_view name_of(CommandKind);

}  // namespace lazaret
