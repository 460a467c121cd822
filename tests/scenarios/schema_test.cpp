// Walks both tables: every key loads, can be overridden, refuses what is outside its range and says the range.
#include "scenarios/schema.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

/// A scenario with one infection, so that entries' keys can be walked too.
const char* const kBase = "isp: {homes: 50}\ninfections:\n  - {behaviour: scanner, homes: 3}\n";

std::vector<std::string> all_names() {
  std::vector<std::string> names = dotted_names();
  for (const ScenarioKey& row : infection_keys())
    if (knows("scanner", row)) names.push_back("infections.0." + std::string(row.name));
  return names;
}

std::string errors_of(const ScenarioResult& result) {
  std::string text;
  if (const auto* errors = std::get_if<1>(&result))
    for (const ScenarioError& e : *errors) text += e.text() + "\n";
  return text;
}

TEST(Schema, NamesAreUniqueAndDescribed) {
  std::set<std::string> seen;
  for (const std::string& name : all_names()) EXPECT_TRUE(seen.insert(name).second) << name;
  const auto described = [](std::string_view name, std::string_view unit, std::string_view sentence) {
    EXPECT_FALSE(unit.empty()) << name;
    EXPECT_GT(sentence.size(), 10U) << name;
    EXPECT_EQ(sentence.back(), '.') << name;
  };
  for (const ScenarioKey& row : scenario_keys()) described(row.name, row.unit, row.sentence);
  for (const ScenarioKey& row : infection_keys()) described(row.name, row.unit, row.sentence);
  for (const Parameter& row : parameters()) described(row.name, row.unit, row.sentence);
}

TEST(Schema, DefaultsAreWithinTheirRanges) {
  Scenario scenario;
  scenario.infections.emplace_back();
  for (const std::string& name : all_names()) {
    const auto leaf = find_leaf(name, scenario);
    ASSERT_TRUE(leaf) << name;
    if (const auto* d = std::get_if<double*>(&leaf->slot)) {
      EXPECT_TRUE(**d >= leaf->min && **d <= leaf->max) << name;
    }
    if (const auto* i = std::get_if<std::int64_t*>(&leaf->slot)) {
      EXPECT_GE(static_cast<double>(**i), leaf->min) << name;
      EXPECT_LE(static_cast<double>(**i), leaf->max) << name;
    }
  }
}

TEST(Schema, EveryKeyTakesItsDefaultAsOverride) {
  TextFile base("base.yaml", kBase);
  auto plain = load_scenario(base.path);
  ASSERT_EQ(errors_of(plain), "");
  for (const std::string& name : all_names()) {
    const auto leaf = find_leaf(name, std::get<0>(plain));
    ASSERT_TRUE(leaf) << name;
    std::string value = value_text(leaf->slot, leaf->min, leaf->choices);
    if (const auto* text = std::get_if<std::string*>(&leaf->slot))
      value = **text;  // an override's text needs no quotes
    const auto result = load_scenario(base.path, {name + "=" + value});
    EXPECT_EQ(errors_of(result), "") << name;
    if (result.index() == 0) {
      EXPECT_EQ(to_yaml(std::get<0>(result)), to_yaml(std::get<0>(plain))) << name;
    }
  }
}

TEST(Schema, EveryNumberCanBeSetAndKeepsItsOtherSide) {
  TextFile base("base.yaml", kBase);
  for (const std::string& name : all_names()) {
    Scenario scenario = std::get<0>(load_scenario(base.path));
    const auto leaf = find_leaf(name, scenario);
    if (!std::holds_alternative<double*>(leaf->slot) && !std::holds_alternative<std::int64_t*>(leaf->slot)) continue;
    if (!leaf->choices.empty()) continue;
    for (const double bound : {leaf->min, leaf->max}) {
      const std::string text = fmt::format("{}", bound);
      const std::string said = errors_of(load_scenario(base.path, {name + "=" + text}));
      // A bound may contradict another key's default; it must never be refused as out of its own range.
      EXPECT_EQ(said.find("'" + name + "' wants"), std::string::npos) << name << "=" << text << ": " << said;
    }
    for (const double outside : {leaf->min - 1, leaf->max * 2 + 1}) {
      const std::string said =
          errors_of(load_scenario(base.path, {name + "=" + std::to_string(std::llround(std::floor(outside)))}));
      EXPECT_NE(
          said.find("'" + name + "' wants " + range_text(leaf->slot, leaf->min, leaf->max, leaf->unit, leaf->choices)),
          std::string::npos)
          << name << ": " << said;
    }
    for (const char* wrong : {"many", "\"7\"", ".nan", ".inf", "inf", "nan", "1e999", "99999999999999999999999",
                              "1.5.2", "0x10", "", "[1]", "{a: 1}"}) {
      const std::string said = errors_of(load_scenario(base.path, {name + "=" + wrong}));
      EXPECT_NE(said.find("'" + name + "' wants "), std::string::npos) << name << "=" << wrong << ": " << said;
    }
    if (std::holds_alternative<std::int64_t*>(leaf->slot)) {
      EXPECT_NE(errors_of(load_scenario(base.path, {name + "=" + std::to_string(std::llround(leaf->min)) + ".5"}))
                    .find("whole number"),
                std::string::npos)
          << name;
    }
  }
}

TEST(Schema, OverridesReallyChangeTheValue) {
  TextFile base("base.yaml", kBase);
  const auto result = load_scenario(
      base.path, {"isp.homes=77", "policy.spam.half_life_s=64", "infections.0.ports=[22]",
                  "policy.services.voice=[192.0.2.0/24, \"2001:db8::/56\"]",
                  "policy.services.remediation_names=[tools.example, \"a-1.example.net\"]",
                  "policy.quarantine.profile=strict", "seed=18446744073709551615", "title=Mail: closed, web: [closed"});
  ASSERT_EQ(errors_of(result), "");
  const Scenario& s = std::get<0>(result);
  EXPECT_EQ(s.isp.homes, 77);
  EXPECT_EQ(s.policy.spam_half_life_s, 64);
  EXPECT_EQ(s.policy.quarantine_profile, static_cast<std::int64_t>(Profile::strict));
  EXPECT_EQ(s.infections.at(0).ports, std::vector<std::int64_t>{22});
  EXPECT_EQ(s.policy.services_voice.items().size(), 2U);
  ASSERT_EQ(s.policy.services_remediation_names.size(), 2U);
  EXPECT_EQ(s.policy.services_remediation_names[1], "a-1.example.net");
  EXPECT_EQ(s.seed, UINT64_MAX);
  EXPECT_EQ(s.name, "base");
  EXPECT_EQ(s.title, "Mail: closed, web: [closed");  // a text needs no quotes here
}

TEST(Schema, TheCatalogueLoads) {
  unsigned files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(LAZARET_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    const auto result = load_scenario(entry.path());
    EXPECT_EQ(errors_of(result), "");
    if (result.index() == 0) {
      EXPECT_EQ(std::get<0>(result).name, entry.path().stem()) << "named otherwise than its file";
    }
  }
  EXPECT_GE(files, 2U);
}

}  // namespace
}  // namespace lazaret
