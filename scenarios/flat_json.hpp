// A JSON object's texts and numbers, by key: all that feeds and reports need of JSON; and texts as JSON.
// Ownership: values. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lazaret {

/// In the order of the keys; other values are left out. Nothing when the text is no JSON object.
[[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> flat_json(std::string_view);

/// In double quotes; octets that are no UTF-8 are replaced.
[[nodiscard]] std::string json_string(const std::string&);
[[nodiscard]] bool is_utf8(const std::string&);

}  // namespace lazaret
