// Between the in-line device's garden port and the walled garden's portal: takes the line's tags off on the way in and
// puts them on again on the way back. Ownership: borrows lines and wire. Threads: the simulator's.
#pragma once

#include <functional>

#include "sim/world/subscriber_lines.hpp"
#include "sim/world/wire.hpp"

namespace lazaret {

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

}  // namespace lazaret
