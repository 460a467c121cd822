#include "cli/bench/words.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <iostream>
#include <string_view>

namespace lazaret::bench {

std::optional<std::uint32_t> parse_accounts(const std::string& text, std::uint32_t low, std::uint32_t high) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::uint64_t times = unit.empty() ? 1 : unit == "k" ? 1000 : unit == "M" ? 1'000'000 : 0;
  const std::uint64_t accounts = number * times;
  if (error != std::errc{} || accounts < low || accounts > high) return std::nullopt;
  return static_cast<std::uint32_t>(accounts);
}

std::string round_text(std::uint32_t accounts) {
  if (accounts % 1'000'000 == 0) return fmt::format("{} M", accounts / 1'000'000);
  if (accounts % 1000 == 0) return fmt::format("{} k", accounts / 1000);
  return std::to_string(accounts);
}

void show_progress(const std::string& step) {
  if (isatty(STDERR_FILENO) == 1)
    std::cerr << "\r\x1b[K" << step << std::flush;
  else if (!step.empty())
    std::cerr << step << "\n";
}

}  // namespace lazaret::bench
