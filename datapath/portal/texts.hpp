// All that the portal says, by key, in each language: tables from texts/*.yaml.
// Ownership: the tables are made once and live as long as the process. Threads: constant.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lazaret::portal {

class Language {
 public:
  /// REQUIRES a table with the keys of texts/en.yaml; throws what yaml-cpp throws otherwise (a bug of the build).
  Language(std::string code, std::string_view yaml);

  using Places = std::initializer_list<std::pair<std::string_view, std::string>>;
  /// REQUIRES the key to be in the table (tested for every key that is used).
  [[nodiscard]] const std::string& text(const std::string& key) const { return texts_.at(key); }
  /// With each {place} filled in.
  [[nodiscard]] std::string text(const std::string& key, Places) const;
  /// The form for this number, with {n} filled in.
  [[nodiscard]] std::string counted(const std::string& key, std::int64_t n) const;
  [[nodiscard]] const std::vector<std::string>& list(const std::string& key) const { return lists_.at(key); }
  /// "2 days": the greatest unit that divides it.
  [[nodiscard]] std::string duration(std::int64_t s) const;
  /// Unix seconds as people write date and time, in the zone of the process.
  [[nodiscard]] std::string time(std::int64_t s) const;

  [[nodiscard]] const std::string& code() const { return code_; }  ///< "en": of RFC 5646, and in lang=""
  [[nodiscard]] const std::map<std::string, std::string>& texts() const { return texts_; }
  [[nodiscard]] const std::map<std::string, std::vector<std::string>>& lists() const { return lists_; }

 private:
  std::string code_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::vector<std::string>> lists_;
};

/// The first is the one for whoever asks for none of them.
[[nodiscard]] std::span<const Language> languages();
/// The language that `asked` names (a link's choice), else the best of an Accept-Language field (RFC 9110, 12.5.4), else
/// `otherwise`, else the first.
[[nodiscard]] const Language& language_for(std::string_view asked, std::string_view accept_language,
                                           std::string_view otherwise);

}  // namespace lazaret::portal
