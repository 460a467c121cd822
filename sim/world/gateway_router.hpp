// The gateway's routing half (BNG): behind the in-line device on the subscriber side, one wire to each server on the
// other. Upstream it takes the line's tags off and forwards by destination; downstream it puts them on. What no server
// holds goes to the rest of the Internet. Ownership: borrows wires and tables. Threads: the simulator's.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "sim/world/subscriber_lines.hpp"
#include "sim/world/wire.hpp"

namespace lazaret {

class GatewayRouter : public FrameSink {
 public:
  /// `subscribers` takes frames that go down, tagged.
  GatewayRouter(const SubscriberLines&, FrameSink& subscribers);
  ~GatewayRouter() override;

  /// A server's wire; `mac` is the server's.
  std::size_t add_port(WireEnd, std::uint64_t mac);
  void route(IpAddress, std::size_t port);
  void route_rest_v4(std::size_t port) { rest_ = port; }

  void receive(FramePtr) override;  ///< from the in-line device: upstream, tagged

 private:
  struct Port;
  void down(Frame&);
  const SubscriberLines& lines_;
  FrameSink& subscribers_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::unordered_map<std::uint64_t, std::size_t> routes_;
  std::size_t rest_ = SIZE_MAX;
};

}  // namespace lazaret
