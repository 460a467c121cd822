#include "scenarios/scenario.hpp"

#include <fmt/format.h>

#include "scenarios/input_file.hpp"
#include "scenarios/loading.hpp"
#include "scenarios/run_directory.hpp"
#include "scenarios/schema.hpp"

namespace lazaret {
namespace {

constexpr std::uintmax_t kTextMax = 4 << 20;

/// The file's text, or what is wrong with it.
std::variant<std::string, std::vector<ScenarioError>> read_text(const std::filesystem::path& file) {
  const auto refuse = [&](std::string why) {
    return std::vector<ScenarioError>{{file.string(), 0, 0, std::move(why)}};
  };
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found)
    return refuse("no such file; `lazaret scenario list` shows the catalogue");
  if (status.type() == std::filesystem::file_type::directory) return refuse("is a directory; name a YAML file in it");
  // Devices and pipes have no size and may have no end.
  if (status.type() != std::filesystem::file_type::regular) return refuse("is not a regular file; name a YAML file");
  if (std::filesystem::file_size(file, error) > kTextMax) return refuse("is longer than 4 MiB, which no scenario is");
  auto text = read_whole(file);
  if (!text) return refuse("cannot be read; check its permissions");
  return *std::move(text);
}

std::string policy_text(Policy policy) {
  std::string text;
  for (const Parameter& row : parameters())
    text += fmt::format("{}={}\n", row.name, value_text(slot_of(row, policy), row.min, row.choices));
  return text;
}

}  // namespace

std::string ScenarioError::text() const {
  return line > 0 ? fmt::format("{}:{}:{}: {}", file, line, column, message) : fmt::format("{}: {}", file, message);
}

ScenarioResult load_scenario(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  auto text = read_text(file);
  if (auto* errors = std::get_if<1>(&text)) return std::move(*errors);
  Scenario scenario;
  Loading loading(scenario, "");
  loading.file(file.string(), std::get<0>(text));
  for (const std::string& assignment : overrides) loading.override_with(assignment);
  loading.check_combinations(true);
  if (auto errors = loading.errors(); !errors.empty()) return errors;
  if (scenario.name.empty()) scenario.name = file.stem().string();
  return scenario;
}

std::variant<Policy, std::vector<ScenarioError>> load_policy(const std::filesystem::path& file) {
  auto text = read_text(file);
  if (auto* errors = std::get_if<1>(&text)) return std::move(*errors);
  Scenario scenario;
  Loading loading(scenario, "policy");
  loading.file(file.string(), std::get<0>(text));
  loading.check_combinations(false);
  if (auto errors = loading.errors(); !errors.empty()) return errors;
  return scenario.policy;
}

std::string to_yaml(const Scenario& scenario) {
  Scenario copy = scenario;
  std::string text, section;
  const auto line = [&](std::string_view dotted, const std::string& value) {
    const std::size_t dot = dotted.find('.');
    const std::string_view of = dot == std::string_view::npos ? std::string_view{} : dotted.substr(0, dot);
    if (of != section) text += fmt::format("{}:\n", of), section = of;
    text += dot == std::string_view::npos ? fmt::format("{}: {}\n", dotted, value)
                                          : fmt::format("  {}: {}\n", dotted.substr(dot + 1), value);
  };
  for (const ScenarioKey& row : scenario_keys()) line(row.name, value_text(row.slot(copy), row.min, row.choices));
  text += copy.infections.empty() ? "infections: []\n" : "infections:\n";
  for (InfectionPlan& plan : copy.infections) {
    std::string_view lead = "  - ";
    for (const ScenarioKey& row : infection_keys()) {
      if (!knows(plan.behaviour, row)) continue;
      text += fmt::format("{}{}: {}\n", lead, row.name, value_text(row.infection_slot(plan), row.min, row.choices));
      lead = "    ";
    }
  }
  section.clear();
  for (const Parameter& row : parameters())
    line(fmt::format("policy.{}", row.name), value_text(slot_of(row, copy.policy), row.min, row.choices));
  return text;
}

std::string policy_digest(const Policy& policy) { return sha256_of(policy_text(policy)); }

}  // namespace lazaret
