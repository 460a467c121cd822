#include "datapath/console/daemon.hpp"

namespace lazaret::console {

using nlohmann::json;

Said Daemon::ask(const std::vector<std::string>& words) const {
  const auto line = exchange_(json{{"v", 1}, {"words", words}}.dump(-1, ' ', true, json::error_handler_t::replace));
  if (!line) return NoAnswer{};
  json answer = json::parse(*line, nullptr, false);
  if (!answer.is_object()) return NoAnswer{};
  if (answer.contains("error")) return Refused{text_in(answer, "error")};
  answer.erase("v");
  return answer;
}

std::string text_in(const json& in, const char* key) {
  const json& part = part_of(in, key);
  return part.is_string() ? part.get<std::string>() : std::string();
}

std::uint64_t count_in(const json& in, const char* key) {
  const json& part = part_of(in, key);
  return part.is_number_unsigned() ? part.get<std::uint64_t>() : 0;
}

bool true_in(const json& in, const char* key) {
  const json& part = part_of(in, key);
  return part.is_boolean() && part.get<bool>();
}

const json& part_of(const json& in, const char* key) {
  static const json kNothing;
  const auto found = in.is_object() ? in.find(key) : in.end();
  return in.is_object() && found != in.end() ? *found : kNothing;
}

}  // namespace lazaret::console
