// What the benches say alike: sizes as people write them, and progress. Ownership: values. Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lazaret::bench {

/// "10k" or "4M" or plain digits, from `low` to `high`; nothing for anything else.
[[nodiscard]] std::optional<std::uint32_t> parse_accounts(const std::string& text, std::uint32_t low,
                                                          std::uint32_t high);
/// "10 k", "4 M", "1234".
[[nodiscard]] std::string round_text(std::uint32_t accounts);

/// One line on standard error that is rewritten on a terminal, a line a step elsewhere; empty: none any more.
void show_progress(const std::string& step);

}  // namespace lazaret::bench
