// Renders intents with the real ns-3 stack of each device: closed loop, so that what is blocked really breaks and is
// retried.
// Ownership: owns device state and jobs; borrows plan and clock. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "sim/dialogue/job.hpp"
#include "sim/world/stack_machine.hpp"

namespace lazaret {

class StackRenderer : public Renderer {
 public:
  StackRenderer(const Plan&, Clock&, std::uint64_t seed);
  ~StackRenderer() override;

  void add_device(const HomePlan&, DeviceKind, Host);
  void render(const HomePlan&, DeviceKind, const Intent&, Behaviour, std::function<void(const Done&)>) override;
  [[nodiscard]] std::size_t under_way() const { return jobs_.under_way(); }

 private:
  struct OnStack {
    OnStack(const HomePlan& home, DeviceKind kind, Host host, std::uint64_t seed)
        : machine(std::move(host)), device(home, kind, machine, seed) {}
    StackMachine machine;
    Device device;
  };
  std::uint64_t seed_;
  std::unordered_map<std::uint64_t, std::unique_ptr<OnStack>> devices_;  ///< account and device
  Jobs jobs_;
};

}  // namespace lazaret
