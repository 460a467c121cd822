// A JSON object's texts and numbers, by key: all that feeds and reports need of JSON.
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

}  // namespace lazaret
