// What the console's tests share: four people with tokens, a daemon that answers as lazaretd does, requests.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "datapath/console/console.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret::console {

/// lazaretd's answers as tests/console/daemon_test.cpp meets them, word for word.
struct Scripted {
  std::map<std::string, std::string> answers;
  std::vector<std::string> asked;
  bool away = false;
  Scripted();
  std::optional<std::string> operator()(const std::string& line);
};

struct Desk {
  explicit Desk(bool plain = true);
  Desk(Exchange, bool plain);

  ScratchDirectory scratch;
  std::string metrics, viewer, helpdesk, operator_;  ///< tokens
  Scripted daemon;
  std::int64_t now_s = 1'795'532'400;
  Config config;
  std::unique_ptr<Console> console;

  [[nodiscard]] const std::string& token(Role) const;
  void restart(Exchange = nullptr);
  Response api(const std::string& method, const std::string& path, const std::string& token,
               const std::string& body = "");
  Response get(const std::string& path, const std::string& cookie = "");
  Response post(const std::string& path, const std::string& cookie, std::map<std::string, std::string> form);
  /// The session's cookie, as a browser sends it back.
  std::string sign_in(const std::string& token);
  std::string csrf(const std::string& cookie);
};

[[nodiscard]] std::string header_of(const Response&, const std::string& name);
[[nodiscard]] bool has(const std::string& text, const std::string& part);

}  // namespace lazaret::console
