#include "datapath/portal/texts.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "datapath/portal/resources.hpp"

namespace lazaret::portal {
namespace {

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

struct Wish {
  std::string_view tag;
  unsigned thousandths = 1000;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// "0.8" as 800; what is no quality counts as none.
unsigned quality(std::string_view text) {
  if (text == "1" || text.starts_with("1.")) return 1000;
  if (!text.starts_with("0")) return 0;
  unsigned value = 0, scale = 100;
  for (std::size_t i = 2; i < text.size() && i < 5 && text[i] >= '0' && text[i] <= '9'; ++i, scale /= 10)
    value += static_cast<unsigned>(text[i] - '0') * scale;
  return value;
}

/// "de-AT;q=0.8" -> {"de", 800}.
Wish read_wish(std::string_view item) {
  Wish wish;
  const std::size_t semicolon = item.find(';');
  wish.tag = trimmed(item.substr(0, semicolon));
  wish.tag = wish.tag.substr(0, wish.tag.find('-'));
  if (semicolon != std::string_view::npos) {
    const std::string_view weight = trimmed(item.substr(semicolon + 1));
    wish.thousandths = weight.starts_with("q=") ? quality(weight.substr(2)) : 0;
  }
  return wish;
}

bool same(std::string_view tag, std::string_view code) {
  return tag.size() == code.size() && std::equal(tag.begin(), tag.end(), code.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

const Language* named(std::string_view tag) {
  for (const Language& l : languages())
    if (same(tag, l.code())) return &l;
  return nullptr;
}

}  // namespace

Language::Language(std::string code, std::string_view yaml) : code_(std::move(code)) {
  const auto take = [this](auto&& self, const YAML::Node& node, const std::string& prefix) -> void {
    for (const auto& entry : node) {
      const std::string key = prefix + entry.first.as<std::string>();
      if (entry.second.IsMap())
        self(self, entry.second, key + ".");
      else if (entry.second.IsSequence())
        lists_[key] = entry.second.as<std::vector<std::string>>();
      else
        texts_[key] = entry.second.as<std::string>();
    }
  };
  take(take, YAML::Load(std::string(yaml)), "");
}

std::string Language::text(const std::string& key, Places places) const {
  std::string filled = text(key);
  for (const auto& [place, value] : places) replace_all(filled, "{" + std::string(place) + "}", value);
  return filled;
}

std::string Language::counted(const std::string& key, std::int64_t n) const {
  // French counts none as one (CLDR); the other languages here do not.
  const bool one = n == 1 || (n == 0 && code_ == "fr");
  return text(key + (one ? ".one" : ".other"), {{"n", std::to_string(n)}});
}

std::string Language::duration(std::int64_t s) const {
  for (const auto& [unit, key] :
       {std::pair<std::int64_t, const char*>{86400, "duration.day"}, {3600, "duration.hour"}, {60, "duration.minute"}})
    if (s > 0 && s % unit == 0) return counted(key, s / unit);
  return counted("duration.second", s);
}

std::string Language::time(std::int64_t s) const {
  const std::time_t at = s;
  std::tm local{};
  localtime_r(&at, &local);
  std::array<char, 16> clock{};
  std::strftime(clock.data(), clock.size(), "%H:%M", &local);
  return text("time.form", {{"day", std::to_string(local.tm_mday)},
                            {"month", list("time.months").at(static_cast<std::size_t>(local.tm_mon))},
                            {"year", std::to_string(1900 + local.tm_year)},
                            {"clock", clock.data()}});
}

std::span<const Language> languages() {
  static const std::array<Language, 3> kLanguages = {
      Language("en", resource::english()), Language("de", resource::german()), Language("fr", resource::french())};
  return kLanguages;
}

const Language& language_for(std::string_view asked, std::string_view accept_language, std::string_view otherwise) {
  if (const Language* l = named(asked)) return *l;
  const Language* best = nullptr;
  unsigned best_quality = 0;
  for (unsigned items = 0; !accept_language.empty() && items < 16; ++items) {
    const std::size_t comma = accept_language.find(',');
    const Wish wish = read_wish(accept_language.substr(0, comma));
    const Language* l = named(wish.tag);
    if (l != nullptr && wish.thousandths > best_quality) best = l, best_quality = wish.thousandths;
    accept_language = comma == std::string_view::npos ? std::string_view() : accept_language.substr(comma + 1);
  }
  if (best != nullptr) return *best;
  const Language* l = named(otherwise);
  return l != nullptr ? *l : languages()[0];
}

}  // namespace lazaret::portal
