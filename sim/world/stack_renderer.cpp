#include "sim/world/stack_renderer.hpp"

namespace lazaret {

StackRenderer::StackRenderer(const Plan& plan, Clock& clock, std::uint64_t seed) : seed_(seed), jobs_(plan, clock) {}
StackRenderer::~StackRenderer() = default;

void StackRenderer::add_device(const HomePlan& home, DeviceKind kind, Host host) {
  const std::uint64_t key = std::uint64_t{home.account.value} << 8 | static_cast<std::uint64_t>(kind);
  devices_[key] = std::make_unique<OnStack>(home, kind, std::move(host), seed_);
}

void StackRenderer::render(const HomePlan& home, DeviceKind kind, const Intent& intent, Behaviour behaviour,
                           std::function<void(const Done&)> done) {
  OnStack& on = *devices_.at(std::uint64_t{home.account.value} << 8 | static_cast<std::uint64_t>(kind));
  jobs_.start(on.device, intent, behaviour, std::move(done));
}

}  // namespace lazaret
