// What the front door knows of its verbs: name, one line, example; and the way to a mistyped one.
// Ownership: a static table. Threads: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lazaret {

struct Verb {
  std::string_view name, does, example;
  bool wrapper_only;  ///< done by ./lazaret in the source tree, not by a binary
};

[[nodiscard]] std::span<const Verb> verbs();
[[nodiscard]] const Verb* find_verb(std::string_view name);
/// The verb that `typed` was probably meant to be; nothing when none is near.
[[nodiscard]] std::optional<std::string> nearest_verb(std::string_view typed);
[[nodiscard]] std::string help_text();
/// Becomes the program lazaret-`name` beside this one, which sees itself called `shown` ("lazaret VERB"). Comes back only
/// where that cannot be, with the exit code, having said why.
[[nodiscard]] int become(const std::string& name, std::string shown, char** arguments);

}  // namespace lazaret
