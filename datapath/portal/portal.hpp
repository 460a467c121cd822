// The portal itself: a request in, a response out. It knows nothing of its own: whose line an address is, how the line
// stands and whether a choice was kept, the control side says; the account is known by the connection's address alone.
// Ownership: owns its configuration, keys and limits; borrows the control side through a function. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "datapath/portal/config.hpp"
#include "datapath/portal/control_client.hpp"
#include "datapath/portal/limits.hpp"
#include "datapath/portal/message.hpp"
#include "datapath/portal/pages.hpp"
#include "datapath/portal/token.hpp"

namespace lazaret::portal {

class Portal {
 public:
  static constexpr std::int64_t kRequests = 240,
                                kRequestPeriod_s = 60;  ///< an address (IPv6: a /64), twice: own name, others
  static constexpr std::int64_t kTries = 5, kTryPeriod_s = TokenMaker::kLifetime_s;  ///< a line
  static constexpr std::size_t kKeys = 65536;                                        ///< that the limits remember

  /// `now_s`: Unix seconds.
  Portal(Config, Control, std::function<std::int64_t()> now_s, const TokenMaker::Key&);
  Portal(const Portal&) = delete;
  Portal& operator=(const Portal&) = delete;

  [[nodiscard]] Response answer(const Request&);

 private:
  [[nodiscard]] Response route(const Request&);
  /// A request to a host that is not the portal's: devices' probes, and everything else that was sent here.
  [[nodiscard]] Response elsewhere(const Request&, const std::string& host);
  [[nodiscard]] Response start(const Request&);
  [[nodiscard]] Response choose(const Request&);
  [[nodiscard]] Response captive_api(const Request&);
  [[nodiscard]] Response choose_for(const Request&, const Line&);
  /// The line's page with `note`, a fresh token and question if there is something to choose.
  [[nodiscard]] Response line_page(const Request&, const Line&, int status, const std::string& note);
  [[nodiscard]] Response topic(const Request&, int status, const std::string& key, bool home = true) const;
  [[nodiscard]] const Language& language(const Request&) const;
  [[nodiscard]] bool own_origin(const Request&) const;

  Config config_;
  Control control_;
  std::function<std::int64_t()> now_s_;
  TokenMaker tokens_;
  Pages pages_;
  /// To the portal's own name, and to all others: what a bot asks elsewhere does not keep the person from the page.
  RateLimit requests_, elsewhere_;
  RateLimit tries_;
  SpentTokens spent_;
};

}  // namespace lazaret::portal
