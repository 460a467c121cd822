#include "analysis/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lazaret {
namespace {

/// Decimals of a percentage: whole where it is whole, more where it is close to 0 or 100 without being there.
int decimals(double percentage) {
  const double rounded = std::round(percentage * 10) / 10;
  if (percentage == std::round(percentage)) return 0;
  if (rounded > 0 && rounded < 100) return 1;
  return percentage < 0.01 || percentage > 99.99 ? 3 : 2;
}

}  // namespace

std::string percent(double share) { return fmt::format("{:.{}f} %", share * 100, decimals(share * 100)); }

std::string points(double difference) {
  const double value = std::round(difference * 1000) / 10;
  if (value == 0) return "0";
  const int decimals_shown = value == std::round(value) ? 0 : 1;
  return fmt::format("{}{:.{}f}", value < 0 ? "−" : "+", std::abs(value), decimals_shown);
}

std::string duration(double seconds) {
  if (seconds < 0) return "−" + duration(-seconds);
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto s = static_cast<std::int64_t>(std::llround(seconds));
  const auto two = [](std::int64_t big, std::string_view unit, std::int64_t small, std::string_view smaller) {
    return small == 0 ? fmt::format("{} {}", big, unit) : fmt::format("{} {} {} {}", big, unit, small, smaller);
  };
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return two(s / 60, "min", s % 60, "s");
  if (s < 86400) return two(s / 3600, "h", s % 3600 / 60, "min");
  return two(s / 86400, "d", s % 86400 / 3600, "h");
}

std::string duration(std::optional<double> seconds, std::string_view otherwise) {
  return seconds ? duration(*seconds) : std::string(otherwise);
}

std::string moment(double seconds) {
  const auto s = static_cast<std::int64_t>(std::floor(std::max(0.0, seconds)));
  if (s < 3600) return fmt::format("{:02}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s % 3600 / 60, s % 60);
}

std::string of(std::uint64_t k, std::uint64_t n) { return grouped(k) + " of " + grouped(n); }

std::string percent_range(Interval i) {
  return fmt::format("{:.{}f} to {:.{}f} %", i.low * 100, decimals(i.low * 100), i.high * 100, decimals(i.high * 100));
}

std::string figure(double value) {
  if (value == 0) return "0";
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  if (magnitude < -5) return fmt::format("{:.1e}", value);
  return fmt::format("{:.{}f}", value, std::clamp(2 - magnitude, 0, 7));
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string counted(std::uint64_t n, std::string_view singular) {
  return grouped(n) + " " + std::string(singular) + (n == 1 ? "" : "s");
}

std::string behaviour_title(std::string_view behaviour) {
  if (behaviour == "spam_bot") return "Spam bots";
  if (behaviour == "scanner") return "Scanners";
  std::string title(behaviour);
  std::replace(title.begin(), title.end(), '_', ' ');
  return title;
}

}  // namespace lazaret
