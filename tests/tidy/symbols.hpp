// What a static library asks of the world: its undefined symbols against an allow-list.
// Ownership: values. Threads: any.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace lazaret::tidy {

/// `nm_output`: of `nm --demangle --format=posix ARCHIVE`. Names that no member of the archive defines.
[[nodiscard]] std::set<std::string> undefined_symbols(std::string_view nm_output);
/// One name a line; '#' begins a comment line.
[[nodiscard]] std::set<std::string> parse_allow_list(std::string_view text);

}  // namespace lazaret::tidy
