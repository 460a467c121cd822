#include "scenarios/value.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

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
    try {
      (void)nlohmann::json(node.Scalar()).dump();
    } catch (const nlohmann::json::type_error&) {
      return "is not UTF-8 text; save the file as UTF-8";
    }
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

  [[nodiscard]] bool in_range(std::int64_t value) const {
    // Bounds of whole-number rows are far below 2^53, so the comparison is exact.
    return static_cast<double>(value) >= leaf.min && static_cast<double>(value) <= leaf.max;
  }

  Wrong choice(std::int64_t* slot) const {
    if (!node.IsScalar()) return wants(leaf, node);
    std::vector<std::string> names;
    for (std::size_t from = 0; from <= leaf.choices.size();) {
      const std::size_t to = std::min(leaf.choices.find('|', from), leaf.choices.size());
      names.emplace_back(leaf.choices.substr(from, to - from));
      from = to + 1;
    }
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
