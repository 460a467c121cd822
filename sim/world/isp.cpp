#include "sim/world/isp.hpp"

#include <ns3/simulator.h>

namespace lazaret {
namespace {

constexpr WireSpeed kLan{100, 0.1, 128 * 1024};
constexpr WireSpeed kTrunk{10000, 0.05, 4 * 1024 * 1024};
constexpr WireSpeed kGarden{1000, 1, 1024 * 1024};
// What an access line's modem buffers: half a second of a slow upstream.
constexpr std::uint32_t kLineQueueOctets = 64 * 1024;

}  // namespace

Timestamp NsClock::now() const { return {ns3::Simulator::Now().GetNanoSeconds()}; }
void NsClock::after(Duration wait, std::function<void()> act) {
  ns3::Simulator::Schedule(ns3::NanoSeconds(wait.ns), std::move(act));
}

/// The gateway's routing half hands its downstream frames to the in-line device.
struct Isp::FromGateway : FrameSink {
  InlineCore* core = nullptr;
  void receive(FramePtr frame) override { core->from_core(frame); }
};

Isp::Isp(const Scenario& scenario, const Plan& plan, const Limits& limits, RunWriter& writer, Gate gate, Wires& wires)
    : scenario_(scenario),
      plan_(plan),
      wires_(wires),
      lines_(plan),
      from_gateway_(std::make_unique<FromGateway>()),
      renderer_(plan, clock_, scenario.seed) {
  configure_stacks();
  Wire& trunk = lay(kTrunk, kTrunk);
  access_ = std::make_unique<AccessNode>(trunk.a());
  core_ =
      std::make_unique<InlineCore>(scenario.policy, limits, Seed{scenario.seed}, static_cast<unsigned>(scenario.shards),
                                   writer, gate, trunk.b(), plan.gateway, plan.gateway6);
  from_gateway_->core = core_.get();
  gateway_ = std::make_unique<GatewayRouter>(lines_, *from_gateway_);
  build_core_side();
  core_->connect(*gateway_, *portal_link_);
  for (const HomePlan& home : plan.homes) {
    for (const Command& command : leases_of(home)) core_->submit(command);
    build_home(home);
  }
  core_->tick();
}

Isp::~Isp() = default;

Wire& Isp::lay(WireSpeed ab, WireSpeed ba) { return wires_.emplace_back(ab, ba); }

std::uint64_t Isp::lost() const {
  std::uint64_t sum = 0;
  for (const Wire& wire : wires_) sum += wire.lost();
  return sum;
}

void Isp::build_core_side() {
  const WireSpeed core{1000, scenario_.isp.core_delay_ms, 1024 * 1024};
  for (std::size_t i = 0; i < plan_.servers.size(); ++i) {
    const ServerPlan& server = plan_.servers[i];
    const bool garden = server.service == Service::portal;
    Wire& wire = garden ? lay(kGarden, kGarden) : lay(core, core);
    const Host host = make_host({server.ipv4, server.ipv6, server.any_address}, wire.b(), server_mac(i), kGatewayMac);
    host.device->reflect_truth();
    StackMachine& machine = machines_.emplace_back(host);
    if (garden) {
      portal_link_ = std::make_unique<PortalLink>(lines_, wire.a(), server_mac(i),
                                                  [this](const FramePtr& frame) { core_->from_garden(frame); });
      portal_ = std::make_unique<Portal>(machine,
                                         PortalDesk{[this](IpAddress address) {
                                                      const SubscriberLine* line = lines_.find(address);
                                                      return line != nullptr ? line->account : kNobody;
                                                    },
                                                    [this](AccountId account) { return core_->status(account); },
                                                    [this](AccountId account, Choice choice) {
                                                      Command command;
                                                      command.at = clock_.now() + Duration{1};
                                                      command.kind = CommandKind::choose;
                                                      command.choice = choice;
                                                      command.account = account;
                                                      core_->submit(command);
                                                    }},
                                         scenario_.policy);
      continue;
    }
    const std::size_t port = gateway_->add_port(wire.a(), server_mac(i));
    gateway_->route(server.ipv4, port);
    if (server.ipv6) gateway_->route(*server.ipv6, port);
    if (auto program = make_server(server.service, machine, scenario_, plan_, clock_))
      servers_.push_back(std::move(program));
    for (const IpAddress held : server.held) gateway_->route(held, port);
  }
  Wire& rest = lay(core, core);
  background_ = std::make_unique<Background>(rest.b(), Strangers(scenario_));
  gateway_->route_rest_v4(gateway_->add_port(rest.a(), server_mac(plan_.servers.size())));
}

void Isp::build_home(const HomePlan& home) {
  const IspPlan& isp = scenario_.isp;
  const std::uint32_t account = home.account.value;
  Wire& line = lay({isp.access_up_mbps, isp.access_delay_ms, kLineQueueOctets},
                   {isp.access_down_mbps, isp.access_delay_ms, kLineQueueOctets});
  access_->add_line(line.b(), home.s_vlan, home.c_vlan);
  auto router = std::make_unique<HomeRouter>(home, scenario_.seed, line.a());
  for (unsigned d = 0; d < home.devices.size(); ++d) {
    const DevicePlan& device = home.devices[d];
    Wire& lan = lay(kLan, kLan);
    const Host host =
        make_host({device.ipv4, device.ipv6, false}, lan.a(), lan_mac(account, 2 * d), lan_mac(account, 2 * d + 1));
    router->add_device(d, lan.b(), lan_mac(account, 2 * d), lan_mac(account, 2 * d + 1));
    renderer_.add_device(home, device.kind, host);
  }
  home_routers_.push_back(std::move(router));
}

}  // namespace lazaret
