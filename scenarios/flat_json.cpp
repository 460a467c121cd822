#include "scenarios/flat_json.hpp"

#include <nlohmann/json.hpp>

namespace lazaret {

std::optional<std::vector<std::pair<std::string, std::string>>> flat_json(std::string_view text) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string())
      fields.emplace_back(key, value.get_ref<const std::string&>());
    else if (value.is_number())
      fields.emplace_back(key, value.dump());
  }
  return fields;
}

std::string json_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_utf8(const std::string& text) {
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

}  // namespace lazaret
