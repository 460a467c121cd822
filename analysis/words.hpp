// Figures in words, the same in the terminal table and in the report: "97.1 %", "1 min 32 s", "12 of 13".
// Ownership: returns its own text. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/intervals.hpp"

namespace lazaret {

/// "100 %", "99.4 %", "0.03 %": one decimal where it says something.
[[nodiscard]] std::string percent(double share);
/// "+0.3", "−1.2": percentage points with a sign.
[[nodiscard]] std::string points(double difference);
/// "850 ms", "41 s", "2 min 5 s", "1 h 3 min", "2 d 4 h".
[[nodiscard]] std::string duration(double seconds);
[[nodiscard]] std::string duration(std::optional<double> seconds, std::string_view otherwise);
/// A moment of the run as "mm:ss", or "h:mm:ss" from one hour on.
[[nodiscard]] std::string moment(double seconds);
/// "12 of 13".
[[nodiscard]] std::string of(std::uint64_t k, std::uint64_t n);
/// "91.2 to 99.8 %".
[[nodiscard]] std::string percent_range(Interval);
/// Three significant digits: "0.38", "12.4", "0.00012".
[[nodiscard]] std::string figure(double);
/// "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t);
/// "1 account", "2 accounts": the plural is the singular with an s.
[[nodiscard]] std::string counted(std::uint64_t n, std::string_view singular);
/// "Spam bots" for "spam_bot"; other behaviours with their underscores as spaces.
[[nodiscard]] std::string behaviour_title(std::string_view behaviour);

}  // namespace lazaret
