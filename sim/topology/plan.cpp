#include "sim/topology/plan.hpp"

#include <algorithm>
#include <cmath>

#include "sim/population/names.hpp"
#include "sim/population/random.hpp"

namespace lazaret {
namespace {

// TCP demultiplexing in ns-3 is a linear search over a node's connections: few homes per server keep it short.
constexpr std::int64_t kHomesPerServer = 50;
constexpr std::int64_t kSites = 40;
constexpr std::int64_t kHomesPerAccessNode = 4000;  // C-VLANs 2..4001 of one S-VLAN

IpAddress v4(unsigned a, unsigned b, unsigned c, unsigned d) { return IpAddress::v4(a << 24 | b << 16 | c << 8 | d); }
// 2001:db8:NETWORK::HOST
IpAddress v6(std::uint64_t network, std::uint64_t host) { return {0x2001'0db8'0000'0000ULL | network << 16, host}; }

// 198.18.0.0/15 (RFC 2544) has no owner, then 100.64.0.0/10 (RFC 6598); hosts .1 to .254 of each /24, as an address pool
// would be handed out.
constexpr std::uint32_t kHostsPerNet = 254, kFirstPool = 512 * kHostsPerNet;
constexpr std::uint32_t kPools[] = {0xc612'0000, 0x6440'0000};
// 2001:db8:8000::/33 in /56s, from the second on.
constexpr std::uint64_t kHomes6 = 0x2001'0db8'8000'0000ULL;

IpAddress home_address(std::uint32_t n) {
  const std::uint32_t in_pool = n < kFirstPool ? n : n - kFirstPool;
  return IpAddress::v4(kPools[n < kFirstPool ? 0 : 1] + in_pool / kHostsPerNet * 256 + 1 + in_pool % kHostsPerNet);
}

void make_homes(const Scenario& scenario, Plan& plan) {
  Stream draw(scenario.seed, Purpose::topology, 0);
  plan.homes.reserve(static_cast<std::size_t>(scenario.isp.homes));
  for (std::int64_t i = 0; i < scenario.isp.homes; ++i) {
    HomePlan home;
    home.account = {static_cast<std::uint32_t>(i + 1)};
    const auto n = static_cast<std::uint32_t>(i);
    home.ipv4 = home_address(n);
    home.s_vlan = static_cast<std::uint16_t>(100 + i / kHomesPerAccessNode);
    home.c_vlan = static_cast<std::uint16_t>(2 + i % kHomesPerAccessNode);
    const IpAddress prefix{kHomes6 | std::uint64_t{n + 1} << 8, 0};
    if (draw.chance(scenario.isp.ipv6_share)) home.ipv6 = Prefix{prefix, 56};
    home.devices.reserve(kDevicesPerHome);
    for (unsigned d = 0; d < kDevicesPerHome; ++d) {
      DevicePlan device{static_cast<DeviceKind>(d), v4(192, 168, 1, 10 + d), {}};
      if (home.ipv6 && (device.kind == DeviceKind::pc || device.kind == DeviceKind::phone))
        device.ipv6 =
            IpAddress{prefix.high, 0x0200'00ff'fe00'0000ULL | mix(scenario.seed ^ (std::uint64_t{n} << 8 | d)) >> 40};
      home.devices.push_back(device);
    }
    Stream habits(scenario.seed, Purpose::mail_server, home.account.value, 1);
    home.mail_server = habits.chance(scenario.household.mail_server_share);
    home.business = home.mail_server && scenario.household.mail_server_business == 1;
    plan.homes.push_back(std::move(home));
  }
}

// Who is infected first: of one ISP's homes any alike, of several ISPs' those of dirty ones rather (a race of
// exponential clocks, Efraimidis and Spirakis 2006).
std::vector<std::size_t> order_of_infection(const Plan& plan, Stream& draw) {
  std::vector<std::size_t> order(plan.homes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (plan.isps.size() == 1) {
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(i) - 1))]);
    return order;
  }
  std::vector<double> finish;
  for (const IspShare& isp : plan.isps)
    for (std::size_t i = 0; i < isp.homes; ++i) finish.push_back(draw.exponential(1) / isp.dirt);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return finish[a] < finish[b]; });
  return order;
}

void spread_infections(const Scenario& scenario, Plan& plan) {
  Stream draw(scenario.seed, Purpose::infections, 0);
  const std::vector<std::size_t> order = order_of_infection(plan, draw);
  std::vector<std::size_t> chosen;  // the clocks' first ones come first, so entries must not take them in turn
  std::size_t wanted = 0;
  const auto vulnerable = [&](const InfectionPlan& i) {
    const double homes = i.vulnerable_share * static_cast<double>(plan.homes.size());
    return std::max<std::int64_t>(i.homes, std::llround(homes));
  };
  for (const InfectionPlan& infection : scenario.infections) wanted += static_cast<std::size_t>(vulnerable(infection));
  chosen.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, order.size())));
  if (plan.isps.size() > 1)
    for (std::size_t i = chosen.size(); i > 1; --i)
      std::swap(chosen[i - 1], chosen[static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(i) - 1))]);
  std::size_t next = 0;
  for (std::size_t entry = 0; entry < scenario.infections.size(); ++entry) {
    const InfectionPlan& infection = scenario.infections[entry];
    const auto telnet = [](std::int64_t port) { return port == 23 || port == 2323; };
    const bool iot =
        infection.behaviour == "flood" ||
        (infection.behaviour == "scanner" && std::any_of(infection.ports.begin(), infection.ports.end(), telnet));
    for (std::int64_t i = 0; i < vulnerable(infection) && next < chosen.size(); ++i) {
      CarriedInfection carried{entry, iot ? DeviceKind::camera : DeviceKind::pc, {}};
      if (i < infection.homes)
        carried.begins_s =
            draw.uniform(infection.begins_from_s, std::max(infection.begins_to_s, infection.begins_from_s + 1e-6));
      plan.homes[chosen[next++]].infection = carried;
    }
  }
}

void make_servers(const Scenario& scenario, Plan& plan) {
  const std::int64_t groups = (scenario.isp.homes + kHomesPerServer - 1) / kHomesPerServer;
  plan.gateway = v4(192, 0, 2, 1);
  plan.gateway6 = v6(0, 1);
  plan.resolver = v4(192, 0, 2, 53);
  plan.relay = v4(192, 0, 2, 25);
  plan.voice = v4(192, 0, 2, 60);
  const IpAddress remediation = v4(192, 0, 2, 80), portal = v4(192, 0, 2, 200);
  plan.servers = {{Service::resolver, plan.resolver, {}, false},
                  {Service::relay, plan.relay, {}, false},
                  {Service::voice, plan.voice, {}, false},
                  {Service::remediation, remediation, v6(1, 80), false},
                  {Service::portal, portal, v6(1, 200), true}};
  plan.relay_name = "smtp.isp.example";
  plan.remediation_name = "tools.isp.example";
  plan.names[plan.relay_name] = {plan.relay, {}, {}};
  plan.names[plan.remediation_name] = {remediation, v6(1, 80), {}};
  for (std::int64_t g = 0; g < groups; ++g) {
    const auto n = static_cast<unsigned>(g);
    const IpAddress pop3 = v4(192, 0, 2, 110 + n % 80);
    if (g < 80) {
      plan.servers.push_back({Service::pop3, pop3, {}, false});
      plan.pop3_names.push_back("pop" + std::to_string(g) + ".isp.example");
      plan.names[plan.pop3_names.back()] = {pop3, {}, {}};
    }
    const ServerPlan web{Service::web, v4(203, 0, 113 - n / 250 % 100, 1 + n % 250), v6(0x100, 1 + n), false};
    plan.servers.push_back(web);
    for (std::int64_t s = 0; s < std::max<std::int64_t>(1, kSites / groups); ++s) {
      plan.web_sites.push_back("www" + std::to_string(plan.web_sites.size()) + ".example");
      plan.names[plan.web_sites.back()] = {web.ipv4, web.ipv6, {}};
    }
  }
}

std::int64_t most_targets(const Scenario& scenario, std::string_view behaviour) {
  std::int64_t most = 0;
  for (const InfectionPlan& i : scenario.infections) most = std::max(most, does(i, behaviour) ? i.targets : 0);
  return most;
}

// Each mail domain's exchanger sits in a network of its own, as those of real victims do.
void make_exchangers(const Scenario& scenario, Plan& plan) {
  ServerPlan server{Service::exchangers, v4(203, 0, 114, 25), {}, true};
  constexpr std::int64_t kListDomains = 1000;
  const std::int64_t lists = scenario.household.mail_server_share > 0 ? kListDomains : 0;
  const std::int64_t wanted = std::max(most_targets(scenario, "spam_bot"), lists);
  for (std::int64_t i = 0; i < wanted; ++i) {
    const std::string domain = "domain" + std::to_string(i) + ".example", host = "mx." + domain;
    const IpAddress address = somewhere(mix(scenario.seed ^ 0x6d78ULL << 32 ^ static_cast<std::uint64_t>(i)));
    plan.domains.push_back(domain);
    server.held.push_back(address);
    plan.names[domain] = {{}, {}, host};
    plan.names[host] = {address, {}, {}};
  }
  plan.servers.push_back(std::move(server));
}

void make_login_hosts(const Scenario& scenario, Plan& plan) {
  const std::int64_t wanted = most_targets(scenario, "brute_force");
  if (wanted == 0) return;
  for (std::int64_t i = 0; i < wanted; ++i)
    plan.login_hosts.push_back(somewhere(mix(scenario.seed ^ 0x6c6fULL << 32 ^ static_cast<std::uint64_t>(i))));
  plan.servers.push_back({Service::logins, v4(203, 0, 114, 22), {}, true, plan.login_hosts});
}

// Most programs draw a port once; some keep the old ones.
void make_peers(const Scenario& scenario, Plan& plan) {
  constexpr int kPorts = 24, kPeers = 2000;
  if (scenario.household.p2p_share == 0) return;
  Stream draw(scenario.seed, Purpose::peer, 0);
  for (int i = 0; i < kPorts; ++i)
    plan.peer_ports.push_back(static_cast<std::uint16_t>(i < kPorts / 4 ? 6881 + i : draw.integer(10000, 65535)));
  std::sort(plan.peer_ports.begin(), plan.peer_ports.end());
  plan.peer_ports.erase(std::unique(plan.peer_ports.begin(), plan.peer_ports.end()), plan.peer_ports.end());
  ServerPlan server{Service::peers, v4(203, 0, 114, 68), {}, true};
  for (int i = 0; i < kPeers; ++i) {
    const auto port = draw.integer(0, static_cast<std::int64_t>(plan.peer_ports.size()) - 1);
    plan.peers.push_back({somewhere(draw.bits()), plan.peer_ports[static_cast<std::size_t>(port)]});
    server.held.push_back(plan.peers.back().address);
  }
  plan.servers.push_back(std::move(server));
}

// A vendor's devices and updates are served from many addresses.
void make_cloud(const Scenario& scenario, Plan& plan) {
  constexpr int kAddresses = 64;
  if (scenario.household.iot_share == 0 && scenario.household.flash_share == 0) return;
  Stream draw(scenario.seed, Purpose::iot, 0);
  ServerPlan server{Service::cloud, v4(203, 0, 114, 81), {}, true};
  for (int i = 0; i < kAddresses; ++i) {
    server.held.push_back(somewhere(draw.bits()));
    plan.cloud_names.push_back("node" + std::to_string(i) + ".vendor.example");
    plan.names[plan.cloud_names.back()] = {server.held.back(), {}, {}};
  }
  plan.servers.push_back(std::move(server));
}

// What is registered of the names that bots generate, for every day of the run.
void register_names(const Scenario& scenario, Plan& plan) {
  const auto days = static_cast<std::int64_t>(scenario.duration_s / kNameDayS) + 1;
  for (std::size_t entry = 0; entry < scenario.infections.size(); ++entry) {
    const InfectionPlan& infection = scenario.infections[entry];
    if (!does(infection, "dga")) continue;
    for (std::int64_t day = 0; day < days; ++day)
      for (std::int64_t i = 0; i < infection.names_per_day; ++i)
        if (const GeneratedName made = generated_name(scenario.seed, entry, day, i); made.draw < infection.exists_share)
          plan.names[made.name] = {
              somewhere(mix(scenario.seed ^ static_cast<std::uint64_t>(made.draw * 0x1p53))), {}, {}};
  }
}

}  // namespace

const char* name_of(DeviceKind kind) {
  constexpr const char* kNames[kDevicesPerHome] = {"pc", "phone", "voice_adapter", "camera"};
  return kNames[static_cast<unsigned>(kind)];
}

std::optional<Service> Plan::service_at(IpAddress address) const {
  const auto it = services.find(address);
  return it == services.end() ? std::nullopt : std::optional(it->second);
}

const HomePlan* Plan::home_at(IpAddress address) const {
  std::uint64_t n = homes.size();
  if (!address.is_v4()) {
    if (address.high >> 31 == kHomes6 >> 31) n = (address.high & 0x7fff'ffff) / 256 - 1;
  } else if (const std::uint32_t a = address.as_v4(), host = a & 0xff; host != 0 && host != 0xff) {
    if (a >> 17 == kPools[0] >> 17) n = (a - kPools[0]) / 256 * kHostsPerNet + host - 1;
    if (a >> 22 == kPools[1] >> 22) n = kFirstPool + (a - kPools[1]) / 256 * kHostsPerNet + host - 1;
  }
  return n < homes.size() ? &homes[n] : nullptr;
}

bool does(const InfectionPlan& infection, std::string_view behaviour) {
  return infection.behaviour == behaviour || (infection.behaviour == "mixed" && behaviour != "flood");
}

IpAddress somewhere(std::uint64_t random) {
  for (;; random = mix(random)) {
    const auto a = static_cast<std::uint32_t>(random >> 16);
    const std::uint32_t net8 = a >> 24, net16 = a >> 16, net24 = a >> 8;
    if (net8 == 0 || net8 == 10 || net8 == 127 || net8 >= 224) continue;
    if (net16 == 0xc0a8 || net16 == 0xa9fe || (net16 & 0xfff0) == 0xac10 || (net16 & 0xffc0) == 0x6440) continue;
    if ((net16 & 0xfffe) == 0xc612 || net24 == 0xc00000 || net24 == 0xc00002 || net24 == 0xc63364) continue;
    if (net16 == 0xcb00 || (a & 0xff) == 0 || (a & 0xff) == 0xff) continue;
    return IpAddress::v4(a);
  }
}

Plan make_plan(Scenario& scenario) {
  Plan plan;
  plan.isps = make_isps(scenario);
  make_homes(scenario, plan);
  spread_infections(scenario, plan);
  make_servers(scenario, plan);
  make_exchangers(scenario, plan);
  make_login_hosts(scenario, plan);
  make_peers(scenario, plan);
  make_cloud(scenario, plan);
  plan.alarm_name = "alarm.telecare.example";
  plan.names[plan.alarm_name] = plan.names[plan.web_sites.front()];
  register_names(scenario, plan);
  for (const ServerPlan& server : plan.servers) {
    plan.services[server.ipv4] = server.service;
    if (server.ipv6) plan.services[*server.ipv6] = server.service;
    for (const IpAddress held : server.held) plan.services[held] = server.service;
  }
  Policy& policy = scenario.policy;
  const struct {
    PrefixList& list;
    Service service;
  } lists[] = {{policy.services_resolvers, Service::resolver},
               {policy.services_relays, Service::relay},
               {policy.services_voice, Service::voice},
               {policy.services_remediation, Service::remediation},
               {policy.services_portal, Service::portal}};
  for (const auto& [list, service] : lists) {
    if (!list.items().empty()) continue;
    for (const ServerPlan& server : plan.servers) {
      if (server.service != service) continue;
      list.add({server.ipv4, 128});
      if (server.ipv6) list.add({*server.ipv6, 128});
    }
  }
  if (NameList& names = policy.services_remediation_names; names.size() == 0) names.add(plan.remediation_name);
  return plan;
}

}  // namespace lazaret
