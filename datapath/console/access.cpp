#include "datapath/console/access.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>

namespace lazaret::console {
namespace {

constexpr std::string_view kRoles[] = {"metrics", "viewer", "helpdesk", "operator"};
constexpr std::string_view kPrefix = "lzc_";
constexpr std::size_t kTokenSize = 68;

std::optional<std::string> random_hex() {
  Digest octets{};
  if (getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size())) return std::nullopt;
  return in_hex(octets);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::string_view name_of(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<Role> find_role(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kRoles); ++i)
    if (kRoles[i] == name) return static_cast<Role>(i);
  return std::nullopt;
}

std::optional<std::string> new_token() {
  const auto hex = random_hex();
  return hex ? std::optional(std::string(kPrefix) + *hex) : std::nullopt;
}

Digest digest_of(std::string_view token) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return digest;
}

std::string in_hex(const Digest& digest) {
  std::string text;
  for (const std::uint8_t octet : digest) {
    text += "0123456789abcdef"[octet >> 4];
    text += "0123456789abcdef"[octet & 15];
  }
  return text;
}

std::optional<Digest> from_hex(std::string_view text) {
  Digest digest{};
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return digest;
}

bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

const Person* Access::holder(std::string_view token) const {
  if (token.size() != kTokenSize || !token.starts_with(kPrefix)) return nullptr;
  const Digest digest = digest_of(token);
  const Person* found = nullptr;
  for (const Person& person : people_)
    if (CRYPTO_memcmp(person.digest.data(), digest.data(), digest.size()) == 0) found = &person;
  return found;
}

Session* Access::open(const Person& person, std::int64_t now_s) {
  const auto id = random_hex(), csrf = random_hex();
  if (!id || !csrf) return nullptr;
  if (sessions_.size() == kMostSessions) sessions_.pop_back();
  sessions_.push_front({*id, *csrf, person, now_s, now_s, {}});
  return &sessions_.front();
}

Session* Access::find(std::string_view id, std::int64_t now_s) {
  sessions_.remove_if([&](const Session& s) { return now_s - s.seen_s > kIdle_s || now_s - s.begun_s > kLongest_s; });
  auto found = sessions_.end();
  for (auto s = sessions_.begin(); s != sessions_.end(); ++s)
    if (same_text(s->id, id)) found = s;
  if (found == sessions_.end()) return nullptr;
  sessions_.splice(sessions_.begin(), sessions_, found);
  found->seen_s = now_s;
  return &*found;
}

void Access::close(std::string_view id) {
  sessions_.remove_if([&](const Session& s) { return same_text(s.id, id); });
}

}  // namespace lazaret::console
