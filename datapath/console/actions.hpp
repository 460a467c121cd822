// What the console does, from its pages and from its API alike: one table of actions with the least role of each, one way
// through the audit trail to the daemon.
// Ownership: borrows trail and daemon. Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "datapath/console/access.hpp"
#include "datapath/console/audit.hpp"
#include "datapath/console/daemon.hpp"

namespace lazaret::console {

struct Action {
  std::string_view path;    ///< behind "/accounts/N" where it is of an account
  std::string_view word;    ///< the daemon's
  std::string_view choice;  ///< the field that names one of `choices`; empty: there is none
  Role least;
  bool of_account, wants_why;
};

/// The action at the end of a path such as "/accounts/7/release" or "/fuse/reset", and whose.
struct Target {
  const Action* action;
  std::string account;
};
[[nodiscard]] std::optional<Target> find_action(std::string_view path);
[[nodiscard]] bool is_account(std::string_view);

struct Outcome {
  int status = 200;    ///< of HTTP
  std::string detail;  ///< a sentence
};

class Actions {
 public:
  static constexpr std::size_t kLongestWhy = 200;
  Actions(Audit& audit, const Daemon& daemon) : audit_(audit), daemon_(daemon) {}
  /// `fields`: `why`, and the choice under its name.
  [[nodiscard]] Outcome perform(const Person&, const Target&, const std::map<std::string, std::string>& fields,
                                std::int64_t now_s);
  [[nodiscard]] std::uint64_t done() const { return done_; }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }

 private:
  Audit& audit_;
  const Daemon& daemon_;
  std::uint64_t done_ = 0, failed_ = 0;
};

}  // namespace lazaret::console
