// The console itself: a request in, a response out. Routes to pages, API and metrics; who is asking is known by a bearer
// token (API, metrics) or by a session's cookie (pages), never by both.
// Ownership: owns sessions, limits and the trail's path; borrows the daemon through a function. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "datapath/console/access.hpp"
#include "datapath/console/actions.hpp"
#include "datapath/console/audit.hpp"
#include "datapath/console/config.hpp"
#include "datapath/console/daemon.hpp"
#include "datapath/console/metrics.hpp"
#include "datapath/console/pages.hpp"
#include "datapath/portal/envelope.hpp"
#include "datapath/portal/limits.hpp"
#include "datapath/portal/message.hpp"

namespace lazaret::console {

using portal::Request;
using portal::Response;

/// What the console's server lets through, beyond what every server reads.
[[nodiscard]] portal::Reads console_reads();

class Console {
 public:
  static constexpr std::int64_t kTries = 10, kTryPeriod_s = 300;  ///< wrong tokens of an address (IPv6: a /64)
  static constexpr std::size_t kKeys = 4096;                      ///< addresses that are remembered

  /// `now_s`: Unix seconds.
  Console(const Config&, Exchange, std::function<std::int64_t()> now_s);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  [[nodiscard]] Response answer(const Request&);
  [[nodiscard]] const Audit& audit() const { return audit_; }

 private:
  [[nodiscard]] Response route(const Request&);
  /// /api/v1/... and /metrics (api.cpp).
  [[nodiscard]] Response api(const Request&);
  [[nodiscard]] Response metrics(const Request&);
  [[nodiscard]] Response api_read(const Request&, const std::string& path);
  [[nodiscard]] Response api_account(const std::string& number);
  [[nodiscard]] Response api_action(const Request&, const Person&, const Target&);
  /// The holder of the bearer token, or the refusal.
  [[nodiscard]] std::variant<const Person*, Response> bearer(const Request&);

  [[nodiscard]] Response page(const Request&);
  [[nodiscard]] Response log_in(const Request&);
  [[nodiscard]] Response read_page(const Request&, Session&, int status, const std::string& note, bool bad);
  [[nodiscard]] Response act(const Request&, Session&);
  [[nodiscard]] Session* session(const Request&);
  [[nodiscard]] bool own_host(const Request&) const;
  [[nodiscard]] bool own_origin(const Request&) const;
  /// What a token is worth: its holder; nothing; or too many tries.
  enum class Trial : std::uint8_t { good, wrong, too_many };
  [[nodiscard]] Trial try_token(const Request&, const std::string& token, const Person*&);
  [[nodiscard]] std::string cookie(const std::string& value, bool ends) const;

  Config config_;
  std::function<std::int64_t()> now_s_;
  Daemon daemon_;
  Access access_;
  Audit audit_;
  Actions actions_;
  Pages pages_;
  portal::RateLimit wrong_;
  std::uint64_t refused_tokens_ = 0;
};

/// RFC 9457.
[[nodiscard]] Response problem(int status, const std::string& detail);

}  // namespace lazaret::console
