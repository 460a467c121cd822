// The figures behind the report's pictures, as one JSON text that is safe within an HTML script element.
// Ownership: returns its own text. Threads: pure.
#pragma once

#include <string>

#include "analysis/summary.hpp"

namespace lazaret {

/// Accounts that the timeline picture can show; the infected and the wrongly held come first.
constexpr std::size_t kTimelineRows = 160;

[[nodiscard]] std::string picture_data(const Summary&, const Run&);

}  // namespace lazaret
