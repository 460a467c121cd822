// The tables as a JSON Schema (draft 2020-12), for editors that know one: names, types, ranges and sentences.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/reference.hpp"
#include "scenarios/schema.hpp"
#include "scenarios/wording.hpp"

namespace lazaret {
namespace {

using Json = nlohmann::ordered_json;

/// A number as people write it: 60, not 60.0.
Json number_of(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}

struct TypeOf {
  const Leaf& leaf;

  Json operator()(const double* value) const { return number("number", number_of(*value)); }
  Json operator()(const std::int64_t* value) const {
    if (leaf.choices.empty()) return number("integer", *value);
    const std::vector<std::string> names = split_names(leaf.choices);
    const auto chosen = static_cast<std::size_t>(*value - static_cast<std::int64_t>(leaf.min));
    return {{"type", "string"}, {"enum", names}, {"default", names.at(chosen)}};
  }
  Json operator()(const std::uint64_t* value) const {
    return {{"type", "integer"}, {"minimum", 0}, {"maximum", UINT64_MAX}, {"default", *value}};
  }
  Json operator()(const std::string* value) const { return {{"type", "string"}, {"default", *value}}; }
  Json operator()(const std::vector<std::int64_t>* value) const {
    return {{"type", "array"},
            {"items", {{"type", "integer"}, {"minimum", number_of(leaf.min)}, {"maximum", number_of(leaf.max)}}},
            {"minItems", 1},
            {"maxItems", 64},
            {"uniqueItems", true},
            {"default", *value}};
  }
  Json operator()(const PrefixList*) const { return texts(PrefixList::kCapacity); }
  Json operator()(const NameList*) const { return texts(NameList::kCapacity); }

  [[nodiscard]] Json number(const char* type, Json value) const {
    return {{"type", type},
            {"minimum", number_of(leaf.min)},
            {"maximum", number_of(leaf.max)},
            {"default", std::move(value)}};
  }
  static Json texts(std::size_t most) {
    return {{"type", "array"}, {"items", {{"type", "string"}}}, {"maxItems", most}, {"default", Json::array()}};
  }
};

Json schema_of(const Leaf& leaf, std::string_view sentence, const std::string& only_for = {}) {
  Json schema = std::visit(TypeOf{leaf}, leaf.slot);
  schema["description"] =
      fmt::format("{}{} [{}]", sentence, only_for.empty() ? "" : " Only " + only_for + ".", leaf.unit);
  return schema;
}

Json empty_object() { return {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}}; }

/// Both ways of writing a dotted name: the key within its section, and all of it before the colon.
void add(Json& object, std::string_view name, const Json& schema) {
  Json& properties = object["properties"];
  const std::size_t dot = name.find('.');
  if (dot != name.npos) {
    const std::string section(name.substr(0, dot));
    if (!properties.contains(section)) properties[section] = empty_object();
    properties[section]["properties"][std::string(name.substr(dot + 1))] = schema;
  }
  properties[std::string(name)] = schema;
}

}  // namespace

std::string scenario_json_schema() {
  Scenario standard;
  standard.infections.emplace_back();
  Json root = empty_object();
  Json head = {
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "Lazaret scenario"},
      {"description", "What is simulated, for how long, by which policy. Printed by `lazaret scenario schema`."}};
  for (const ScenarioKey& key : scenario_keys())
    add(root, key.name, schema_of(*find_leaf(key.name, standard), key.sentence));

  Json entry = empty_object();
  entry["required"] = {"behaviour"};
  for (const ScenarioKey& key : infection_keys())
    add(entry, key.name,
        schema_of(*find_leaf("infections.0." + std::string(key.name), standard), key.sentence,
                  key.only_for.empty() ? std::string() : knowers(key)));
  Json& behaviour = entry["properties"]["behaviour"];
  behaviour.erase("default");
  behaviour["oneOf"] = Json::array();
  for (const Behaviour& b : behaviours())
    behaviour["oneOf"].push_back({{"const", std::string(b.name)}, {"description", std::string(b.sentence)}});
  root["properties"]["infections"] = {{"type", "array"}, {"items", entry}};

  Json policy = empty_object();
  for (const Parameter& p : parameters()) {
    const Json schema = schema_of(*find_leaf(fmt::format("policy.{}", p.name), standard), p.sentence);
    add(policy, p.name, schema);
    root["properties"]["policy." + std::string(p.name)] = schema;
  }
  root["properties"]["policy"] = policy;
  head.update(root);
  return head.dump(2) + "\n";
}

}  // namespace lazaret
