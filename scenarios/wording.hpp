// Words for people who mistyped something: the nearest valid name, and lists in prose.
// Ownership: values. Threads: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lazaret {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate nearest to `word`, if it is near enough to have been meant (a third of its letters, at least two).
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);
/// "a", "a and b", "a, b and c".
[[nodiscard]] std::string join_words(std::span<const std::string> words, std::string_view last_joint = "and");
/// "a|b|c", as the tables of keys list names, one by one; REQUIRES one at least.
[[nodiscard]] std::vector<std::string> split_names(std::string_view joined);

}  // namespace lazaret
