// One lane of the wire world: a few thousand homes with everything that they meet: clock, gateway with an engine, servers,
// portal. Lanes know nothing of each other; the conductor speaks to all of them between two epochs.
// Ownership: owns all of it; borrows scenario and plan. Threads: one at a time.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "sim/dialogue/job.hpp"
#include "sim/dialogue/portal.hpp"
#include "sim/wire/frame_machine.hpp"

namespace lazaret {

class Lane : public Renderer {
 public:
  /// REQUIRES a home at least.
  Lane(const Scenario&, const Plan&, const Limits&, std::span<const HomePlan>, Gate);
  ~Lane() override;

  /// Everything that happens up to and including `until`.
  void run(Timestamp until);
  void render(const HomePlan&, DeviceKind, const Intent&, Behaviour, std::function<void(const Done&)>) override;
  [[nodiscard]] WireClock& clock() { return clock_; }
  /// By this lane's exchangers, by the ISP of the sender's address.
  [[nodiscard]] const std::vector<std::uint64_t>& mails_received() const { return mails_received_; }
  [[nodiscard]] LaneCore& core() { return core_; }

 private:
  struct OnWire {
    OnWire(FrameNet& net, WireHome& home, unsigned which, DeviceKind kind, std::uint64_t seed)
        : machine(net, home, which), device(home.plan, kind, machine, seed) {}
    FrameMachine machine;
    Device device;
  };
  void build_servers(const Scenario&, const Plan&);
  [[nodiscard]] PortalDesk desk(const Plan&);

  WireClock clock_;
  LaneCore core_;
  FrameNet net_;
  std::deque<FrameMachine> servers_;
  std::vector<std::unique_ptr<Server>> programs_;
  std::unique_ptr<Portal> portal_;
  std::uint32_t first_account_;
  std::vector<std::uint64_t> mails_received_;
  std::deque<WireHome> homes_;
  std::deque<OnWire> devices_;  ///< kDevicesPerHome a home, in the order of kinds
  Jobs jobs_;
};

}  // namespace lazaret
