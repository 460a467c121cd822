#include "sim/world/stack_renderer.hpp"

#include "sim/world/job.hpp"

namespace lazaret {

StackDevice::StackDevice(const HomePlan& plan, DeviceKind device_kind, Host on, std::uint64_t seed)
    : home(plan),
      kind(device_kind),
      host(std::move(on)),
      draw(seed, Purpose::ports, plan.account.value, static_cast<std::uint64_t>(device_kind)) {}

StackRenderer::StackRenderer(const Plan& plan, Clock& clock, std::uint64_t seed)
    : plan_(plan), clock_(clock), seed_(seed) {}
StackRenderer::~StackRenderer() = default;

void StackRenderer::add_device(const HomePlan& home, DeviceKind kind, Host host) {
  const std::uint64_t key = std::uint64_t{home.account.value} << 8 | static_cast<std::uint64_t>(kind);
  devices_[key] = std::make_unique<StackDevice>(home, kind, std::move(host), seed_);
}

void StackRenderer::render(const HomePlan& home, DeviceKind kind, const Intent& intent, Behaviour behaviour,
                           std::function<void(const Done&)> done) {
  const std::uint64_t id = next_++;
  StackDevice& device = *devices_.at(std::uint64_t{home.account.value} << 8 | static_cast<std::uint64_t>(kind));
  JobContext context{
      device, plan_, clock_, {home.account.value, behaviour}, [this, id, done = std::move(done)](const Done& how) {
        // The job, its ports and its link may be further up this very call chain.
        clock_.after({}, [this, id, done, how] {
          jobs_.erase(id);
          done(how);
        });
      }};
  const auto job = std::visit([&](const auto& what) { return make_job(std::move(context), what); }, intent);
  jobs_[id] = job;
  job->start();
}

}  // namespace lazaret
