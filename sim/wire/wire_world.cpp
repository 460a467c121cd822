// The wire rendering: no stack anywhere, an event queue of its own, and machines that write frames.
#include <deque>

#include "sim/dialogue/job.hpp"
#include "sim/dialogue/portal.hpp"
#include "sim/rendering.hpp"
#include "sim/wire/frame_machine.hpp"

namespace lazaret {
namespace {

class WireWorld : public Rendering, public Renderer {
 public:
  WireWorld(const Scenario& scenario, const Plan& plan, const Limits& limits, RunWriter& writer)
      : judge_(scenario.policy, limits, Seed{scenario.seed}, static_cast<unsigned>(scenario.shards), writer),
        net_(scenario, plan, clock_, judge_, scenario.journal != 0),
        jobs_(plan, clock_) {
    build_servers(scenario, plan);
    for (const HomePlan& home : plan.homes) {
      WireHome& wire_home = homes_.emplace_back(home, scenario.seed);
      for (unsigned d = 0; d < home.devices.size(); ++d)
        devices_.emplace_back(net_, wire_home, d, home.devices[d].kind, scenario.seed);
      for (const Command& command : leases_of(home)) judge_.submit(command);
    }
    judge_.tick(clock_.now());
  }
  ~WireWorld() override { jobs_.clear(); }

  Clock& clock() override { return clock_; }
  Renderer& renderer() override { return *this; }
  const Judge& judge() const override { return judge_; }

  void render(const HomePlan& home, DeviceKind kind, const Intent& intent, Behaviour behaviour,
              std::function<void(const Done&)> done) override {
    const std::size_t index = std::size_t{home.account.value - 1} * kDevicesPerHome + static_cast<unsigned>(kind);
    jobs_.start(devices_[index].device, intent, behaviour, std::move(done));
  }

  void run(Timestamp end, const std::function<bool()>& go_on) override {
    tick(go_on);
    clock_.run(end, [this](std::uint32_t kind, std::uint32_t index) { net_.act(kind, index); });
    judge_.finish(clock_.now());
  }

 private:
  struct OnWire {
    OnWire(FrameNet& net, WireHome& home, unsigned which, DeviceKind kind, std::uint64_t seed)
        : machine(net, home, which), device(home.plan, kind, machine, seed) {}
    FrameMachine machine;
    Device device;
  };

  void tick(const std::function<bool()>& go_on) {
    clock_.after(seconds(1), [this, &go_on] {
      judge_.tick(clock_.now());
      go_on() ? tick(go_on) : clock_.stop();
    });
  }

  void build_servers(const Scenario& scenario, const Plan& plan) {
    for (const ServerPlan& server : plan.servers) {
      FrameMachine& machine = servers_.emplace_back(net_, server.ipv4);
      if (server.service == Service::portal) {
        net_.set_portal(machine);
        portal_ = std::make_unique<Portal>(machine, desk(plan), scenario.policy);
        continue;
      }
      net_.add_server(server.ipv4, machine);
      if (server.ipv6) net_.add_server(*server.ipv6, machine);
      if (server.service == Service::exchangers)
        for (const IpAddress exchanger : plan.exchangers) net_.add_server(exchanger, machine);
      programs_.push_back(make_server(server.service, machine, scenario, plan, clock_));
    }
  }

  PortalDesk desk(const Plan& plan) {
    return {[&plan](IpAddress address) {
              const HomePlan* home = plan.home_at(address);
              return home != nullptr ? home->account : kNobody;
            },
            [this](AccountId account) { return judge_.status(account, clock_.now()); },
            [this](AccountId account, Choice choice) {
              Command command;
              command.at = clock_.now() + Duration{1};
              command.kind = CommandKind::choose;
              command.choice = choice;
              command.account = account;
              judge_.submit(command);
            }};
  }

  WireClock clock_;
  Judge judge_;
  FrameNet net_;
  std::deque<FrameMachine> servers_;
  std::vector<std::unique_ptr<Server>> programs_;
  std::unique_ptr<Portal> portal_;
  std::deque<WireHome> homes_;
  std::deque<OnWire> devices_;  ///< kDevicesPerHome a home, in the order of kinds
  Jobs jobs_;
};

}  // namespace

std::unique_ptr<Rendering> make_wire(const Scenario& scenario, const Plan& plan, const Limits& limits,
                                     RunWriter& writer) {
  return std::make_unique<WireWorld>(scenario, plan, limits, writer);
}

}  // namespace lazaret
