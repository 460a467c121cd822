#include "scenarios/loading.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "scenarios/schema.hpp"
#include "scenarios/value.hpp"
#include "scenarios/wording.hpp"

namespace lazaret {
namespace {

std::string under(const std::string& prefix, const std::string& key) {
  return prefix.empty() ? key : prefix + "." + key;
}

/// The names that may stand directly in a section: its keys and its sub-sections.
std::vector<std::string> names_in(const std::string& prefix) {
  std::vector<std::string> names;
  if (prefix.starts_with("infections.")) {
    for (const ScenarioKey& row : infection_keys()) names.emplace_back(row.name);
    return names;
  }
  std::set<std::string> seen;
  const std::string start = prefix.empty() ? "" : prefix + ".";
  for (const std::string& name : dotted_names()) {
    if (!name.starts_with(start)) continue;
    const std::string rest = name.substr(start.size());
    if (std::string first = rest.substr(0, rest.find('.')); seen.insert(first).second)
      names.push_back(std::move(first));
  }
  if (prefix.empty()) names.emplace_back("infections");
  return names;
}

bool is_section(const std::string& dotted) {
  return std::any_of(dotted_names().begin(), dotted_names().end(), [&](const std::string& name) {
    return name.size() > dotted.size() && name.starts_with(dotted) && name[dotted.size()] == '.';
  });
}

}  // namespace

Loading::Place Loading::place_of(const YAML::Node& node) const {
  const YAML::Mark mark = node.Mark();
  if (file_.starts_with("--set") || mark.line < 0) return {file_, 0, 0};
  return {file_, mark.line + 1, mark.column + 1};
}

void Loading::add(const Place& place, std::string message) {
  errors_.push_back({place.file, place.line, place.column, std::move(message)});
}

std::string Loading::spelled(const std::string& dotted) const {
  return !root_.empty() && dotted.starts_with(root_ + ".") ? dotted.substr(root_.size() + 1) : dotted;
}

void Loading::file(const std::string& name, const std::string& text) {
  file_ = name;
  if (text.find('\0') != std::string::npos)
    return add({name}, "is not a text file (it holds zero octets); a scenario is YAML text in UTF-8");
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty() || documents[0].IsNull())
      return add({name}, "is empty; `lazaret scenario new` writes a file with every key");
    if (documents.size() > 1) {
      const Place second = place_of(documents[1]);
      return add(second, "a second document begins here; write one document a file (no '---' inside it)");
    }
    if (!documents[0].IsMap())
      return add(place_of(documents[0]),
                 "the file wants 'key: value' lines; `lazaret scenario new` writes a file with every key");
    section(documents[0], root_);
  } catch (const YAML::Exception& e) {
    const bool placed = e.mark.line >= 0 && e.mark.pos >= 0;
    add({name, placed ? e.mark.line + 1 : 0, placed ? e.mark.column + 1 : 0}, "not valid YAML: " + e.msg);
  } catch (const std::exception& e) {
    add({name}, std::string("cannot be read as YAML: ") + e.what());
  }
}

void Loading::override_with(const std::string& assignment) {
  file_ = "--set " + assignment;
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    return add({file_}, "wants KEY=VALUE with a dotted name, such as isp.homes=50 or policy.spam.half_life_s=60");
  const std::string key = assignment.substr(0, equals);
  try {
    const std::string text = assignment.substr(equals + 1);
    // A text is taken as it stands; all else is YAML.
    if (const auto found = find_leaf(key, scenario_))
      return leaf(std::holds_alternative<std::string*>(found->slot) ? YAML::Node(text) : YAML::Load(text), key);
    const std::size_t dot = key.rfind('.');
    const std::string prefix = dot == std::string::npos ? "" : key.substr(0, dot);
    if (is_section(key))
      return add({file_}, fmt::format("'{}' is a section; name one of its keys: {}", key, join_words(names_in(key))));
    if (key.starts_with("infections"))
      return add(
          {file_},
          fmt::format("no such key; the file has {} entries under 'infections', named infections.0.homes and so on; "
                      "their keys are {}",
                      scenario_.infections.size(), join_words(names_in("infections."))));
    if (prefix.empty() || is_section(prefix))
      return unknown({file_}, prefix, key.substr(dot == std::string::npos ? 0 : dot + 1));
    unknown({file_}, "", key);
  } catch (const YAML::Exception& e) {
    add({file_}, "the value is not valid YAML: " + e.msg);
  }
}

void Loading::section(const YAML::Node& node, const std::string& prefix) {
  for (const auto& item : node) {
    const Place place = place_of(item.first);
    if (!item.first.IsScalar()) {
      add(place, "a key wants to be a plain word");
      continue;
    }
    const std::string& key = item.first.Scalar();
    const std::string dotted = under(prefix, key);
    if (const auto earlier = places_.find(dotted); earlier != places_.end()) {
      add(place, fmt::format("'{}' stands here a second time (first in line {}); keep one", spelled(dotted),
                             earlier->second.line));
      continue;
    }
    const bool list = dotted == "infections";
    const bool nested = list || is_section(dotted);
    if (!nested && !find_leaf(dotted, scenario_)) {
      unknown(place, prefix, key);
      continue;
    }
    places_[dotted] = place;
    if (!nested) {
      leaf(item.second, dotted);
    } else if (list) {
      infections(item.second);
    } else if (item.second.IsMap()) {
      section(item.second, dotted);
    } else if (!item.second.IsNull()) {
      add(place_of(item.second),
          fmt::format("'{}' is a section; it wants keys under it: {}", spelled(dotted), join_words(names_in(dotted))));
    }
  }
}

void Loading::infections(const YAML::Node& node) {
  if (node.IsNull()) return;
  if (!node.IsSequence())
    return add(place_of(node),
               "'infections' wants a list: each entry begins with '-', such as '- {behaviour: scanner, homes: 3}'");
  for (const YAML::Node& entry : node) {
    const std::string prefix = fmt::format("infections.{}", scenario_.infections.size());
    scenario_.infections.emplace_back();
    places_[prefix] = place_of(entry);
    if (!entry.IsMap()) {
      add(place_of(entry), fmt::format("an entry of 'infections' wants the keys {}", join_words(names_in(prefix))));
      continue;
    }
    section(entry, prefix);
    for (const char* needed : {"behaviour", "homes"})
      if (!places_.contains(under(prefix, needed))) add(place_of(entry), fmt::format("this entry lacks '{}'", needed));
  }
}

void Loading::leaf(const YAML::Node& node, const std::string& dotted) {
  const auto found = find_leaf(dotted, scenario_);
  if (file_.starts_with("--set")) places_[dotted] = {file_, 0, 0};
  if (const auto wrong = store_value(node, *found)) {
    // An empty value has no place of its own.
    const Place place = node.IsNull() ? given(dotted) : place_of(node);
    add(place, fmt::format("'{}' {}", spelled(dotted), *wrong));
  }
}

void Loading::unknown(const Place& place, const std::string& prefix, const std::string& key) {
  const std::vector<std::string> here = names_in(prefix);
  const std::string whole = spelled(under(prefix, key));
  if (const auto near = nearest(key, here))
    return add(place, fmt::format("unknown key '{}'; did you mean '{}'?", whole, spelled(under(prefix, *near))));
  // The right key in the wrong section.
  std::vector<std::string> elsewhere;
  for (const std::string& name : dotted_names())
    if ((root_.empty() || name.starts_with(root_ + ".")) &&
        name.substr(name.rfind('.') + 1) == key.substr(key.rfind('.') + 1))
      elsewhere.push_back(fmt::format("'{}'", spelled(name)));
  if (!elsewhere.empty())
    return add(place, fmt::format("unknown key '{}'; did you mean {}?", whole, join_words(elsewhere, "or")));
  std::vector<std::string> all;
  for (const std::string& name : dotted_names())
    if (root_.empty() || name.starts_with(root_ + ".")) all.push_back(spelled(name));
  if (const auto near = nearest(whole, all))
    return add(place, fmt::format("unknown key '{}'; did you mean '{}'?", whole, *near));
  add(place, fmt::format("unknown key '{}'; {} {}", whole,
                         prefix.empty() || prefix == root_ ? "the keys here are" : "this section has the keys",
                         join_words(here)));
}

Loading::Place Loading::given(std::string_view dotted) const {
  for (std::string_view name = dotted; !name.empty();) {
    if (const auto place = places_.find(name); place != places_.end()) return place->second;
    const std::size_t dot = name.rfind('.');
    name = dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
  }
  return {file_.starts_with("--set") || places_.empty() ? file_ : places_.begin()->second.file, 0, 0};
}

Loading::Place Loading::last_given(const std::vector<std::string>& dotted) const {
  Place last = given(dotted.front());
  for (const std::string& name : dotted) {
    const Place place = given(name);
    // Overrides come after the file.
    if (place.line == 0 && place.file.starts_with("--set")) return place;
    if (std::tie(place.line, place.column) > std::tie(last.line, last.column)) last = place;
  }
  return last;
}

std::vector<ScenarioError> Loading::errors() const {
  std::vector<ScenarioError> sorted = errors_;
  const auto order = [](const ScenarioError& e) { return std::tuple(e.file.starts_with("--set"), e.line, e.column); };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) {
    if (order(a) == order(b) || (std::get<0>(order(a)) && std::get<0>(order(b)))) return false;
    return order(a) < order(b);
  });
  return sorted;
}

}  // namespace lazaret
