// The walled garden's portal: a page that answers on port 80 for whatever destination. It knows the account by the line
// that the address is on, never by a cookie.
// Ownership: owns its listener; borrows the desk. Threads: the simulator's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/engine.hpp"
#include "sim/dialogue/machine.hpp"

namespace lazaret {

/// What the portal may ask and order: of the gateway whose line an address is on, of the core all else.
struct PortalDesk {
  std::function<AccountId(IpAddress)> account_at;
  std::function<AccountStatus(AccountId)> status;
  std::function<void(AccountId, Choice)> choose;
};

/// The choices that are open to an account in this state; may be none, restricted as it is.
[[nodiscard]] std::vector<Choice> open_choices(const AccountStatus&, const Policy&);

class Portal {
 public:
  Portal(Machine&, PortalDesk, const Policy&);
  /// The answer to an HTTP request for `path`.
  [[nodiscard]] std::string answer(AccountId, std::string_view path) const;

 private:
  PortalDesk desk_;
  Policy policy_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace lazaret
