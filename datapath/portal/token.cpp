#include "datapath/portal/token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <charconv>

namespace lazaret::portal {
namespace {

template <typename Value>
bool fill(Value& value) {
  return getrandom(&value, sizeof value, 0) == static_cast<ssize_t>(sizeof value);
}

std::string in_hex(const std::uint8_t* octets, std::size_t size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += kDigits[octets[i] >> 4];
    text += kDigits[octets[i] & 15];
  }
  return text;
}

/// Each part with its length before it: no two lists of parts read the same.
void add(std::string& message, std::string_view part) {
  message += std::to_string(part.size()) + ":";
  message += part;
}

/// A whole lower-case hexadecimal number of exactly `digits` digits.
std::optional<std::uint64_t> hex_number(std::string_view text, std::size_t digits) {
  std::uint64_t value = 0;
  if (text.size() != digits || text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return value;
}

std::string number_in_hex(std::uint64_t value) {
  std::array<std::uint8_t, 8> octets{};
  for (std::size_t i = 0; i < 8; ++i) octets[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
  return in_hex(octets.data(), octets.size());
}

constexpr std::size_t kNumberDigits = 16, kSealDigits = 64;

}  // namespace

unsigned Question::right() const {
  unsigned place = 0;
  while (kind_of[place] != kind) ++place;
  return place;
}

std::optional<TokenMaker::Key> TokenMaker::random_key() {
  Key key{};
  return fill(key) ? std::optional(key) : std::nullopt;
}

std::optional<std::uint64_t> TokenMaker::random_serial() {
  std::uint64_t serial = 0;
  return fill(serial) ? std::optional(serial) : std::nullopt;
}

TokenMaker::Digest TokenMaker::sealed(std::string_view purpose, const Token& token, std::string_view line,
                                      std::string_view standing) const {
  std::string message;
  add(message, purpose);
  add(message, std::to_string(token.issued_s));
  add(message, std::to_string(token.serial));
  add(message, line);
  add(message, standing);
  Digest digest{};
  unsigned size = digest.size();
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), digest.data(), &size);
  return digest;
}

std::string TokenMaker::make(const Token& token, std::string_view line, std::string_view standing) const {
  const Digest seal = sealed("token", token, line, standing);
  return number_in_hex(static_cast<std::uint64_t>(token.issued_s)) + number_in_hex(token.serial) +
         in_hex(seal.data(), seal.size());
}

std::optional<Token> TokenMaker::check(std::string_view text, std::string_view line, std::string_view standing,
                                       std::int64_t now_s) const {
  if (text.size() != 2 * kNumberDigits + kSealDigits) return std::nullopt;
  const auto issued = hex_number(text.substr(0, kNumberDigits), kNumberDigits);
  const auto serial = hex_number(text.substr(kNumberDigits, kNumberDigits), kNumberDigits);
  if (!issued || !serial || *issued > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  const Token token{static_cast<std::int64_t>(*issued), *serial};
  const Digest seal = sealed("token", token, line, standing);
  const std::string expected = in_hex(seal.data(), seal.size());
  if (CRYPTO_memcmp(expected.data(), text.data() + 2 * kNumberDigits, kSealDigits) != 0) return std::nullopt;
  if (token.issued_s > now_s - kSoonest_s || token.issued_s < now_s - kLifetime_s) return std::nullopt;
  return token;
}

Question TokenMaker::question(const Token& token) const {
  const Digest dice = sealed("question", token, {}, {});
  Question q;
  q.kind = dice[0] % Question::kKinds;
  const unsigned right = dice[1] % Question::kWords;
  std::array<bool, Question::kKinds * kWordsPerKind> taken{};
  for (unsigned place = 0; place < Question::kWords; ++place) {
    const unsigned other = (q.kind + 1 + dice[2 + place] % (Question::kKinds - 1)) % Question::kKinds;
    q.kind_of[place] = place == right ? q.kind : other;
    unsigned word = dice[2 + Question::kWords + place] % kWordsPerKind;
    while (taken[q.kind_of[place] * kWordsPerKind + word]) word = (word + 1) % kWordsPerKind;
    taken[q.kind_of[place] * kWordsPerKind + word] = true;
    q.word_of[place] = word;
  }
  return q;
}

}  // namespace lazaret::portal
