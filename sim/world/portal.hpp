// The walled garden's portal: a host with a real stack that answers on port 80 for whatever destination, behind the
// in-line device's garden port. It knows the account by the line that the address is on, never by a cookie.
// PortalLink takes the line's tags off on the way in and puts them on again on the way back.
// Ownership: owns its listener; borrows the desk. Threads: the simulator's.
#pragma once

#include <functional>

#include "core/engine.hpp"
#include "sim/world/host.hpp"
#include "sim/world/subscriber_lines.hpp"
#include "sim/world/tcp_link.hpp"

namespace lazaret {

/// What the portal may ask and order of the core.
struct PortalDesk {
  std::function<AccountStatus(AccountId)> status;
  std::function<void(AccountId, Choice)> choose;
};

class PortalLink : public FrameSink {
 public:
  using Back = std::function<void(const FramePtr&)>;
  PortalLink(const SubscriberLines&, WireEnd portal, std::uint64_t portal_mac, Back back);
  void receive(FramePtr) override;  ///< tagged, from the in-line device

 private:
  struct Return : FrameSink {
    PortalLink* link = nullptr;
    void receive(FramePtr) override;
  };
  const SubscriberLines& lines_;
  WireEnd portal_;
  std::uint64_t portal_mac_;
  Back back_;
  Return return_;
};

/// The choices that are open to an account in this state; may be none, restricted as it is.
[[nodiscard]] std::vector<Choice> open_choices(const AccountStatus&, const Policy&);

class Portal {
 public:
  Portal(const Host&, const SubscriberLines&, PortalDesk, const Policy&);
  /// The answer to an HTTP request for `path`.
  [[nodiscard]] std::string answer(AccountId, std::string_view path) const;

 private:
  const SubscriberLines& lines_;
  PortalDesk desk_;
  Policy policy_;
  TcpListener listener_;
};

}  // namespace lazaret
