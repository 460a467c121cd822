// The daemon as the console sees it: words out, a JSON object back. docs/daemon.md lists the words.
// Ownership: borrows the socket through a function. Threads: one.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lazaret::console {

/// A line out, a line back; nothing when none came.
using Exchange = std::function<std::optional<std::string>(const std::string&)>;

struct NoAnswer {};  ///< it may have been done
struct Refused {
  std::string why;
};
using Said = std::variant<nlohmann::json, Refused, NoAnswer>;

class Daemon {
 public:
  explicit Daemon(Exchange exchange) : exchange_(std::move(exchange)) {}
  [[nodiscard]] Said ask(const std::vector<std::string>& words) const;

 private:
  Exchange exchange_;
};

/// A member of an answer; what another version of the daemon does not say is empty, or 0.
[[nodiscard]] std::string text_in(const nlohmann::json&, const char* key);
[[nodiscard]] std::uint64_t count_in(const nlohmann::json&, const char* key);
[[nodiscard]] bool true_in(const nlohmann::json&, const char* key);
[[nodiscard]] const nlohmann::json& part_of(const nlohmann::json&, const char* key);

}  // namespace lazaret::console
