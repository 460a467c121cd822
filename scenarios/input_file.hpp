// A file's octets, whole.
// Ownership: values. Threads: any.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace lazaret {

/// Nothing when it cannot be opened or read to its end.
[[nodiscard]] std::optional<std::string> read_whole(const std::filesystem::path&);

}  // namespace lazaret
