// The simulated ISP and its corner of the Internet on paper: who has which address, name, line and infection.
// Pure values out of a scenario; world/ builds it, population/ lives in it.
// Ownership: values. Threads: immutable once made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/address.hpp"
#include "core/subscriber/account.hpp"
#include "scenarios/scenario.hpp"
#include "sim/population/random.hpp"
#include "sim/topology/isps.hpp"

namespace lazaret {

enum class DeviceKind : std::uint8_t { pc, phone, voice_adapter, camera };
constexpr unsigned kDevicesPerHome = 4;
[[nodiscard]] const char* name_of(DeviceKind);

struct DevicePlan {
  DeviceKind kind = DeviceKind::pc;
  IpAddress ipv4;                 ///< private, behind the home's NAT
  std::optional<IpAddress> ipv6;  ///< global, of the account's prefix
};

struct CarriedInfection {
  std::size_t entry = 0;  ///< index into Scenario::infections
  DeviceKind device = DeviceKind::pc;
  std::optional<double> begins_s;  ///< nothing: not before somebody passes it on
};

struct HomePlan {
  AccountId account;
  IpAddress ipv4;              ///< the one public address
  std::optional<Prefix> ipv6;  ///< a /56
  std::uint16_t s_vlan = 0, c_vlan = 0;
  std::vector<DevicePlan> devices;
  std::optional<CarriedInfection> infection;
  bool mail_server = false, business = false;
  [[nodiscard]] LineId line() const { return make_line(s_vlan, c_vlan, 0); }
};

enum class Service : std::uint8_t {
  web,
  pop3,
  relay,
  resolver,
  voice,
  remediation,
  portal,
  exchangers,
  logins,
  peers,
  cloud
};
constexpr unsigned kServices = 11;

struct ServerPlan {
  Service service = Service::web;
  IpAddress ipv4;
  std::optional<IpAddress> ipv6;
  bool any_address = false;
  std::vector<IpAddress> held = {};  ///< any_address: those that lead to it, besides its own
};

/// What the resolver knows of a name.
struct NameRecord {
  std::optional<IpAddress> ipv4, ipv6;
  std::string exchanger;  ///< for a mail domain: the host that takes its mail
};

struct Peer {
  IpAddress address;
  std::uint16_t port = 0;
};

struct AddressHash {
  std::size_t operator()(IpAddress a) const { return mix(a.high ^ mix(a.low)); }
};

struct Plan {
  std::vector<IspShare> isps;  ///< the first ISP has the first homes
  std::vector<HomePlan> homes;
  std::vector<ServerPlan> servers;
  std::unordered_map<IpAddress, Service, AddressHash> services;  ///< by address, the exchangers' too
  std::unordered_map<std::string, NameRecord> names;
  std::vector<std::string> web_sites;  ///< names
  std::vector<std::string> domains;    ///< mail domains on the Internet, for spam
  std::vector<IpAddress> login_hosts;  ///< for whoever guesses passwords
  std::vector<Peer> peers;             ///< of a peer-to-peer network, those that answer
  std::vector<std::uint16_t> peer_ports;
  std::vector<std::string> cloud_names;  ///< of a vendor's cloud, an address each
  std::string alarm_name;                ///< the telecare centre
  IpAddress resolver, relay, voice, gateway, gateway6;
  std::vector<std::string> pop3_names;  ///< each home reads at one of them
  std::string relay_name, remediation_name;
  /// What serves at an address; nothing where no server is.
  [[nodiscard]] std::optional<Service> service_at(IpAddress) const;
  /// Who holds an address of either family, by arithmetic; null for nobody.
  [[nodiscard]] const HomePlan* home_at(IpAddress) const;
};

/// Whether an infection does such a thing: its behaviour, or part of a mixed one.
[[nodiscard]] bool does(const InfectionPlan&, std::string_view behaviour);

/// An address somewhere on the rest of the Internet: no private, reserved or documentation space, none of this ISP's.
[[nodiscard]] IpAddress somewhere(std::uint64_t random);

/// Also fills those lists of `policy.services` that the scenario leaves empty with the servers of the plan.
[[nodiscard]] Plan make_plan(Scenario&);

}  // namespace lazaret
