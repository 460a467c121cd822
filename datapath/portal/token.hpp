// The human step of a choice (RFC 6561, 5.4): a token that only this portal can have made, for this line as it stands, for
// a while, once; and a small question whose answer only the portal knows.
// The key is made when the process begins and never leaves it; tokens die with it.
// Ownership: the maker owns its key. Threads: const, any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lazaret::portal {

/// The question that goes with a token: which of kWords words belongs to the kind asked for?
struct Question {
  static constexpr unsigned kKinds = 4, kWords = 8;
  unsigned kind = 0;                       ///< what is asked for
  std::array<unsigned, kWords> word_of{};  ///< which word of its kind stands at each place
  std::array<unsigned, kWords> kind_of{};  ///< and which kind that is: `kind` at one place only
  [[nodiscard]] unsigned right() const;    ///< that place
};

struct Token {
  std::int64_t issued_s = 0;
  std::uint64_t serial = 0;  ///< random; what is remembered when the token is spent
};

class TokenMaker {
 public:
  static constexpr std::int64_t kLifetime_s = 900, kSoonest_s = 2;
  static constexpr unsigned kWordsPerKind = 8;
  using Key = std::array<std::uint8_t, 32>;

  explicit TokenMaker(const Key& key) : key_(key) {}
  /// Nothing where the system has no randomness.
  [[nodiscard]] static std::optional<Key> random_key();
  [[nodiscard]] static std::optional<std::uint64_t> random_serial();

  [[nodiscard]] std::string make(const Token&, std::string_view line, std::string_view standing) const;
  /// The token, if this maker made it for this line and standing and it is neither too young nor too old.
  [[nodiscard]] std::optional<Token> check(std::string_view text, std::string_view line, std::string_view standing,
                                           std::int64_t now_s) const;
  /// The question that goes with it.
  [[nodiscard]] Question question(const Token&) const;

 private:
  using Digest = std::array<std::uint8_t, 32>;
  [[nodiscard]] Digest sealed(std::string_view purpose, const Token&, std::string_view line,
                              std::string_view standing) const;
  Key key_;
};

}  // namespace lazaret::portal
