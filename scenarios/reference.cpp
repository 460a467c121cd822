#include "scenarios/reference.hpp"

#include <fmt/format.h>

#include "scenarios/schema.hpp"

namespace lazaret {
namespace {

/// One key of either table with its default.
struct Row {
  std::string name, value, range;
  std::string_view unit, sentence;
  std::string only_for;
};

std::string short_range(const Slot& slot, double min, double max, std::string_view choices) {
  if (!choices.empty()) {
    std::string text(choices);
    for (std::size_t bar; (bar = text.find('|')) != std::string::npos;) text.replace(bar, 1, ", ");
    return text;
  }
  if (std::holds_alternative<std::uint64_t*>(slot)) return "0 to 2^64-1";
  if (std::holds_alternative<std::string*>(slot)) return "any";
  if (std::holds_alternative<PrefixList*>(slot)) return fmt::format("up to {}", PrefixList::kCapacity);
  if (std::holds_alternative<NameList*>(slot)) return fmt::format("up to {}", NameList::kCapacity);
  return fmt::format("{} to {}", min, max);
}

Row row_of(std::string_view name, const Leaf& leaf, std::string_view sentence, std::string only_for) {
  return {std::string(name),
          value_text(leaf.slot, leaf.min, leaf.choices),
          short_range(leaf.slot, leaf.min, leaf.max, leaf.choices),
          leaf.unit,
          sentence,
          std::move(only_for)};
}

std::vector<Row> scenario_rows() {
  Scenario standard;
  std::vector<Row> rows;
  for (const ScenarioKey& key : scenario_keys())
    rows.push_back(row_of(key.name, *find_leaf(key.name, standard), key.sentence, {}));
  return rows;
}

std::vector<Row> infection_rows() {
  Scenario standard;
  standard.infections.emplace_back();
  std::vector<Row> rows;
  for (const ScenarioKey& key : infection_keys())
    rows.push_back(row_of(key.name, *find_leaf("infections.0." + std::string(key.name), standard), key.sentence,
                          key.only_for.empty() ? std::string() : knowers(key)));
  return rows;
}

std::vector<Row> policy_rows() {
  Scenario standard;
  std::vector<Row> rows;
  for (const Parameter& p : parameters())
    rows.push_back(row_of(p.name, *find_leaf(fmt::format("policy.{}", p.name), standard), p.sentence, {}));
  return rows;
}

std::string table(const std::vector<Row>& rows, std::string_view section, std::string_view prefix) {
  std::string text = "| key | default | range | unit | meaning |\n|---|---|---|---|---|\n";
  for (const Row& r : rows) {
    const std::size_t dot = r.name.find('.');
    if ((dot == std::string::npos ? std::string_view{} : std::string_view(r.name).substr(0, dot)) != section) continue;
    const std::string only = r.only_for.empty() ? "" : fmt::format(" (only {})", r.only_for);
    text += fmt::format("| `{}{}` | {} | {} | {} | {}{} |\n", prefix, r.name,
                        r.value == "\"\"" || r.value == "[]" ? "empty" : r.value, r.range, r.unit, r.sentence, only);
  }
  return text + "\n";
}

/// The first parts of the dotted names, each once, in the table's order.
std::vector<std::string> sections_of(const std::vector<Row>& rows) {
  std::vector<std::string> sections;
  for (const Row& r : rows) {
    const std::size_t dot = r.name.find('.');
    std::string section = dot == std::string::npos ? "" : r.name.substr(0, dot);
    if (sections.empty() || sections.back() != section) sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace

std::string parameter_reference() {
  std::string text =
      "# Parameters\n\n"
      "Printed by `lazaret scenario parameters` from the two tables that the program itself uses "
      "(`scenarios/schema.cpp`,\n"
      "`core/policy.cpp`); a test compares this page with that output. Every key can stand in a scenario file and can "
      "be set\n"
      "with `--set KEY=VALUE` by the name below; keys of an infection by its number: `--set infections.0.homes=5`.\n\n"
      "## Scenario\n\n";
  const std::vector<Row> scenario = scenario_rows(), infections = infection_rows(), policy = policy_rows();
  for (const std::string& section : sections_of(scenario)) {
    if (!section.empty()) text += fmt::format("### `{}:`\n\n", section);
    text += table(scenario, section, "");
  }
  text += "### `infections:` (a list; each entry has these keys)\n\n" + table(infections, "", "");
  text += "Behaviours:\n\n";
  for (const Behaviour& b : behaviours()) text += fmt::format("- `{}` {}\n", b.name, b.sentence);
  text +=
      "\n## Policy\n\n"
      "Under `policy:` in a scenario file, nested or dotted; without `policy.` in a file for `lazaret replay "
      "--policy`. A nat is a\n"
      "unit of log-odds: 1 nat multiplies the odds by 2.718. The lists of services are filled in by the simulator "
      "where they are empty.\n\n";
  for (const std::string& section : sections_of(policy))
    text += fmt::format("### `{}:`\n\n", section) + table(policy, section, "policy.");
  text.pop_back();
  return text;
}

std::string commented_scenario(std::string_view name) {
  std::string text =
      "# A scenario with every key at its default. Delete what you do not change; `lazaret scenario check FILE` reads "
      "it.\n";
  const auto line = [&](std::string_view indent, std::string_view key, const Row& r) {
    text += fmt::format("{}# {} [{}; {}]\n{}{}: {}\n", indent, r.sentence, r.unit, r.range, indent, key, r.value);
  };
  const std::vector<Row> scenario = scenario_rows(), policy = policy_rows();
  std::string section;
  for (Row r : scenario) {
    const std::size_t dot = r.name.find('.');
    if (r.name == "name") r.value = name;
    const std::string of = dot == std::string::npos ? "" : r.name.substr(0, dot);
    if (of != section) text += fmt::format("\n{}:\n", of), section = of;
    line(section.empty() ? "" : "  ", r.name.substr(dot == std::string::npos ? 0 : dot + 1), r);
  }
  text += "\ninfections:\n";
  Scenario standard;
  for (const Behaviour& b : behaviours()) {
    text += fmt::format("  # {}: {}\n", b.name, b.sentence);
    InfectionPlan plan;
    plan.behaviour = b.name;
    plan.homes = 2;
    std::string lead = "  - ";
    for (const ScenarioKey& key : infection_keys()) {
      if (!knows(b.name, key)) continue;
      const Slot slot = key.infection_slot(plan);
      text += fmt::format("{}{}: {}  # {} [{}]\n", lead, key.name, value_text(slot, key.min, key.choices), key.sentence,
                          key.choices.empty() ? std::string(key.unit) : std::string(key.choices));
      lead = "    ";
    }
  }
  text += "\npolicy:\n";
  section.clear();
  for (const Row& r : policy) {
    const std::size_t dot = r.name.find('.');
    if (const std::string of = r.name.substr(0, dot); of != section) text += fmt::format("  {}:\n", of), section = of;
    line("    ", r.name.substr(dot + 1), r);
  }
  return text;
}

}  // namespace lazaret
