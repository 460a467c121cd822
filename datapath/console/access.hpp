// Who is asking, and what may they do: tokens with roles, and the sessions of browsers.
// A token is `lzc_` and 256 random bits in hex, made by `lazaret-console --new-token`; the configuration keeps its SHA-256.
// With so many random bits a slow or salted digest would add nothing, and other texts are not looked up at all.
// Ownership: values; sessions live here and die with the process. Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lazaret::console {

/// Each may do what those before it may.
enum class Role : std::uint8_t { metrics, viewer, helpdesk, operator_ };
[[nodiscard]] std::string_view name_of(Role);
[[nodiscard]] std::optional<Role> find_role(std::string_view);

using Digest = std::array<std::uint8_t, 32>;
struct Person {
  std::string name;
  Role role = Role::viewer;
  Digest digest{};
};

/// Nothing where the system has no randomness.
[[nodiscard]] std::optional<std::string> new_token();
[[nodiscard]] Digest digest_of(std::string_view token);
[[nodiscard]] std::string in_hex(const Digest&);
[[nodiscard]] std::optional<Digest> from_hex(std::string_view);
/// In a time that tells nothing but the lengths.
[[nodiscard]] bool same_text(std::string_view, std::string_view);

struct Session {
  std::string id, csrf;
  Person person;
  std::int64_t begun_s = 0, seen_s = 0;
  std::string note;  ///< shown once, on the next page
};

class Access {
 public:
  static constexpr std::int64_t kIdle_s = 1800, kLongest_s = 8 * 3600;
  static constexpr std::size_t kMostSessions = 256;

  explicit Access(std::vector<Person> people) : people_(std::move(people)) {}
  /// Looks at every person's digest, found or not.
  [[nodiscard]] const Person* holder(std::string_view token) const;
  /// Nothing where the system has no randomness. The longest unused session makes room.
  [[nodiscard]] Session* open(const Person&, std::int64_t now_s);
  [[nodiscard]] Session* find(std::string_view id, std::int64_t now_s);
  void close(std::string_view id);
  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }

 private:
  std::vector<Person> people_;
  std::list<Session> sessions_;  ///< the last used at the front
};

}  // namespace lazaret::console
