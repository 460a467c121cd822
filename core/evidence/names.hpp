// The names of the core's words as they stand in files, on command lines and in reports ("quarantine_proposed",
// "scan_ports", "web_to_garden", ...): one table for writing and for reading.
// Ownership: constants. Threads: any.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/command.hpp"
#include "core/event.hpp"
#include "core/verdict.hpp"

namespace lazaret {

/// The names of all enumerators, in their order. For each of the types below, and for no other.
template <typename Enum>
[[nodiscard]] std::span<const std::string_view> names_of();

/// "unknown" for a value that is no enumerator.
[[nodiscard]] std::string_view name_of(EventKind);
[[nodiscard]] std::string_view name_of(State);
[[nodiscard]] std::string_view name_of(Channel);
[[nodiscard]] std::string_view name_of(Family);
[[nodiscard]] std::string_view name_of(AccountClass);
[[nodiscard]] std::string_view name_of(Action);
[[nodiscard]] std::string_view name_of(Rule);
[[nodiscard]] std::string_view name_of(CommandKind);
[[nodiscard]] std::string_view name_of(Choice);
[[nodiscard]] std::string_view name_of(ReleaseReason);
[[nodiscard]] std::string_view name_of(Issuer);

/// The enumerator of that name, if there is one.
template <typename Enum>
[[nodiscard]] std::optional<Enum> find_named(std::string_view name) {
  const std::span<const std::string_view> names = names_of<Enum>();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace lazaret
