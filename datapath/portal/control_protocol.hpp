// The control interface between the portal and the daemon, defined once: a Unix stream socket, one JSON object a line each
// way, version 1; the daemon answers every line with one line, in order. docs/portal.md shows it.
// Ownership: values. Threads: pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "datapath/portal/line.hpp"

namespace lazaret::portal {

constexpr int kControlVersion = 1;
constexpr std::size_t kLongestAsk = 512, kLongestAnswer = 65536;  ///< octets, the line's end included

/// Without the line's end.
[[nodiscard]] std::string to_line(const Ask&);
[[nodiscard]] std::string to_line(const Answer&);

/// Trouble says what is wrong with the line: no JSON, another version, a field that is missing or makes no sense. Fields
/// that this version does not know are left alone.
[[nodiscard]] std::variant<Ask, Trouble> read_ask(std::string_view line);
[[nodiscard]] Answer read_answer(std::string_view line);

}  // namespace lazaret::portal
