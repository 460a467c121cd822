#include "scenarios/value.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "scenarios/flat_json.hpp"
#include "scenarios/run_directory.hpp"
#include "scenarios/wording.hpp"

namespace lazaret {
namespace {

using Wrong = std::optional<std::string>;

std::string shown(const YAML::Node& node) {
  if (node.IsNull()) return "nothing";
  if (node.IsMap()) return "a section";
  if (node.IsSequence()) return "a list";
  std::string text = node.Scalar();
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return node.Tag() == "!" ? "the text '" + text + "'" : "'" + text + "'";
}

Wrong wants(const Leaf& leaf, const YAML::Node& node, std::string_view because = {}) {
  return fmt::format("wants {}, found {}{}", range_text(leaf.slot, leaf.min, leaf.max, leaf.unit, leaf.choices),
                     shown(node), because);
}

/// The scalar's text where it can be a number: quotes make it a text.
std::optional<std::string_view> numeric(const YAML::Node& node) {
  if (!node.IsScalar() || node.Tag() == "!" || node.Scalar().empty()) return std::nullopt;
  std::string_view text = node.Scalar();
  if (text.size() > 1 && text.front() == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
  return text;
}

template <typename Number>
bool whole(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Labels of a to z, 0 to 9 and '-', none of them empty, with dots between them.
bool is_name(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  return plain && !name.empty() && name.front() != '.' && name.back() != '.' &&
         name.find("..") == std::string_view::npos;
}

/// As is_name() wants it: in lower case, without a final dot.
std::string plain_name(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (!name.empty() && name.back() == '.') name.pop_back();
  return name;
}

struct Store {
  const YAML::Node& node;
  const Leaf& leaf;

  Wrong operator()(double* slot) const {
    const auto text = numeric(node);
    double value = 0;
    if (!text) return wants(leaf, node);
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (end != text->data() + text->size() || error == std::errc::invalid_argument) return wants(leaf, node);
    if (error == std::errc::result_out_of_range) return wants(leaf, node, ", which no number of this machine can hold");
    if (!std::isfinite(value)) return wants(leaf, node, ", which is not a finite number");
    if (value < leaf.min || value > leaf.max) return wants(leaf, node);
    *slot = value;
    return std::nullopt;
  }

  Wrong operator()(std::int64_t* slot) const {
    if (!leaf.choices.empty()) return choice(slot);
    const auto text = numeric(node);
    std::int64_t value = 0;
    if (!text || !whole(*text, value) || !in_range(value)) return wants(leaf, node);
    *slot = value;
    return std::nullopt;
  }

  Wrong operator()(std::uint64_t* slot) const {
    const auto text = numeric(node);
    std::uint64_t value = 0;
    if (!text || !whole(*text, value)) return wants(leaf, node);
    *slot = value;
    return std::nullopt;
  }

  Wrong operator()(std::string* slot) const {
    if (!node.IsScalar()) return wants(leaf, node);
    if (!is_utf8(node.Scalar())) return "is not UTF-8 text; save the file as UTF-8";
    *slot = node.Scalar();
    return std::nullopt;
  }

  Wrong operator()(std::vector<std::int64_t>* slot) const {
    if (!node.IsSequence()) return wants(leaf, node);
    std::vector<std::int64_t> values;
    for (const YAML::Node& item : node) {
      const auto text = numeric(item);
      std::int64_t value = 0;
      if (!text || !whole(*text, value) || !in_range(value)) return wants(leaf, item, " in it");
      if (std::find(values.begin(), values.end(), value) != values.end()) return fmt::format("names {} twice", value);
      values.push_back(value);
    }
    if (values.empty()) return "wants at least one item";
    if (values.size() > 64) return fmt::format("wants at most 64 items, found {}", values.size());
    *slot = std::move(values);
    return std::nullopt;
  }

  Wrong operator()(PrefixList* slot) const {
    if (!node.IsSequence()) return wants(leaf, node);
    PrefixList list;
    for (const YAML::Node& item : node) {
      const auto prefix = item.IsScalar() ? parse_prefix(item.Scalar()) : std::nullopt;
      if (!prefix) return wants(leaf, item, " in it");
      if (truncate(prefix->address, prefix->length) != prefix->address)
        return fmt::format("names {}, which has bits set beyond its length; did you mean {}?", to_text(*prefix),
                           to_text(Prefix{truncate(prefix->address, prefix->length), prefix->length}));
      if (!list.add(*prefix))
        return fmt::format("wants at most {} prefixes, found {}", PrefixList::kCapacity, node.size());
    }
    *slot = list;
    return std::nullopt;
  }

  Wrong operator()(NameList* slot) const {
    if (!node.IsSequence()) return wants(leaf, node);
    NameList list;
    for (const YAML::Node& item : node) {
      if (!item.IsScalar()) return wants(leaf, item, " in it");
      const std::string& name = item.Scalar();
      if (const std::string plain = plain_name(name); plain != name && is_name(plain))
        return fmt::format("names '{}'; did you mean '{}'?", name, plain);
      if (name.size() > NameList::kLongest)
        return fmt::format("names {}, which is longer than {} characters", shown(item), NameList::kLongest);
      if (!is_name(name)) return wants(leaf, item, " in it");
      if (!list.add(name)) return fmt::format("wants at most {} names, found {}", NameList::kCapacity, node.size());
    }
    *slot = list;
    return std::nullopt;
  }

  [[nodiscard]] bool in_range(std::int64_t value) const {
    // Bounds of whole-number rows are far below 2^53, so the comparison is exact.
    return static_cast<double>(value) >= leaf.min && static_cast<double>(value) <= leaf.max;
  }

  Wrong choice(std::int64_t* slot) const {
    if (!node.IsScalar()) return wants(leaf, node);
    const std::vector<std::string> names = split_names(leaf.choices);
    const auto found = std::find(names.begin(), names.end(), node.Scalar());
    if (found == names.end()) {
      const auto near = nearest(node.Scalar(), names);
      return wants(leaf, node, near ? fmt::format("; did you mean '{}'?", *near) : std::string());
    }
    *slot = static_cast<std::int64_t>(leaf.min) + (found - names.begin());
    return std::nullopt;
  }
};

}  // namespace

std::optional<std::string> store_value(const YAML::Node& node, const Leaf& leaf) {
  return std::visit(Store{node, leaf}, leaf.slot);
}

}  // namespace lazaret
