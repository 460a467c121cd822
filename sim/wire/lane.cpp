#include "sim/wire/lane.hpp"

#include <utility>

#include "sim/gateway/judge.hpp"

namespace lazaret {

Lane::Lane(const Scenario& scenario, const Plan& plan, const Limits& limits, std::span<const HomePlan> homes, Gate gate)
    : core_(scenario, limits, homes.front().account.value, gate),
      net_(scenario, plan, clock_, core_),
      first_account_(homes.front().account.value),
      mails_received_(plan.isps.size()),
      jobs_(plan, clock_) {
  build_servers(scenario, plan);
  for (const HomePlan& home : homes) {
    WireHome& wire_home = homes_.emplace_back(home, scenario.seed);
    for (unsigned d = 0; d < home.devices.size(); ++d)
      devices_.emplace_back(net_, wire_home, d, home.devices[d].kind, scenario.seed);
    for (const Command& command : leases_of(home)) core_.submit(command);
  }
}

// Jobs hold ports and links of the net.
Lane::~Lane() { jobs_.clear(); }

void Lane::run(Timestamp until) {
  clock_.run(until, [this](std::uint32_t kind, std::uint32_t index) { net_.act(kind, index); });
  core_.close(until);
}

void Lane::render(const HomePlan& home, DeviceKind kind, const Intent& intent, Behaviour behaviour,
                  std::function<void(const Done&)> done) {
  const std::size_t index =
      std::size_t{home.account.value - first_account_} * kDevicesPerHome + static_cast<unsigned>(kind);
  jobs_.start(devices_[index].device, intent, behaviour, std::move(done));
}

void Lane::build_servers(const Scenario& scenario, const Plan& plan) {
  bool built[kServices] = {};
  for (const ServerPlan& server : plan.servers) {
    if (std::exchange(built[static_cast<unsigned>(server.service)], true)) continue;
    FrameMachine& machine = servers_.emplace_back(net_, server.ipv4);
    net_.set_server(server.service, machine);
    if (server.service == Service::portal)
      portal_ = std::make_unique<Portal>(machine, desk(plan), scenario.policy);
    else
      programs_.push_back(make_server(server.service, machine, scenario, plan, clock_, [this, &plan](IpAddress peer) {
        if (const HomePlan* home = plan.home_at(peer)) ++mails_received_[isp_of(plan.isps, home->account)];
      }));
  }
}

PortalDesk Lane::desk(const Plan& plan) {
  return {[&plan](IpAddress address) {
            const HomePlan* home = plan.home_at(address);
            return home != nullptr ? home->account : kNobody;
          },
          [this](AccountId account) { return core_.status(account, clock_.now()); },
          [this](AccountId account, Choice choice) {
            Command command;
            command.at = clock_.now() + Duration{1};
            command.kind = CommandKind::choose;
            command.choice = choice;
            command.account = account;
            core_.submit(command);
          }};
}

}  // namespace lazaret
