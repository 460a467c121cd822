// The whole simulated network, built from a plan:
//
//   devices -- home router (NAT) -- access node ==tagged== in-line device (the core) -- gateway router -- servers
//                                                               |                              \-- rest of the Internet
//                                                             portal
//
// Ownership: owns everything but the wires, which must outlive the simulator's last event. Threads: the simulator's.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "sim/dialogue/internet.hpp"
#include "sim/dialogue/portal.hpp"
#include "sim/population/intent.hpp"
#include "sim/topology/plan.hpp"
#include "sim/world/access_node.hpp"
#include "sim/world/background.hpp"
#include "sim/world/gateway_router.hpp"
#include "sim/world/home_router.hpp"
#include "sim/world/inline_core.hpp"
#include "sim/world/portal_link.hpp"
#include "sim/world/stack_renderer.hpp"

namespace lazaret {

using Wires = std::deque<Wire>;

class NsClock : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override;
  void after(Duration, std::function<void()>) override;
};

class Isp {
 public:
  Isp(const Scenario&, const Plan&, const Limits&, RunWriter&, Gate, Wires&);
  ~Isp();
  Isp(const Isp&) = delete;
  Isp& operator=(const Isp&) = delete;

  [[nodiscard]] InlineCore& core() { return *core_; }
  [[nodiscard]] StackRenderer& renderer() { return renderer_; }
  [[nodiscard]] NsClock& clock() { return clock_; }
  /// Frames that found a queue full.
  [[nodiscard]] std::uint64_t lost() const;

 private:
  struct FromGateway;
  Wire& lay(WireSpeed ab, WireSpeed ba);
  void build_core_side();
  void build_home(const HomePlan&);

  const Scenario& scenario_;
  const Plan& plan_;
  Wires& wires_;
  NsClock clock_;
  SubscriberLines lines_;
  std::unique_ptr<AccessNode> access_;
  std::unique_ptr<InlineCore> core_;
  std::unique_ptr<FromGateway> from_gateway_;
  std::unique_ptr<GatewayRouter> gateway_;
  std::unique_ptr<Background> background_;
  std::unique_ptr<PortalLink> portal_link_;
  std::unique_ptr<Portal> portal_;
  std::vector<std::unique_ptr<HomeRouter>> home_routers_;
  std::deque<StackMachine> machines_;
  std::vector<std::unique_ptr<Server>> servers_;
  StackRenderer renderer_;
};

}  // namespace lazaret
