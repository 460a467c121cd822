// A device of a home as its programs see it: its machine, its random local ports, the names it remembers, and who waits
// for answers to lone SYNs.
// Ownership: borrows home and machine. Threads: the simulator's.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "sim/dialogue/dns_message.hpp"
#include "sim/dialogue/machine.hpp"
#include "sim/population/random.hpp"
#include "sim/topology/plan.hpp"

namespace lazaret {

struct Device {
  Device(const HomePlan& plan, DeviceKind device_kind, Machine& on, std::uint64_t seed)
      : home(plan),
        kind(device_kind),
        machine(on),
        draw(seed, Purpose::ports, plan.account.value, static_cast<std::uint64_t>(device_kind)) {}
  /// A local port, random as a careful stack chooses it (RFC 6056).
  std::uint16_t fresh_port() { return static_cast<std::uint16_t>(draw.integer(32768, 60999)); }

  /// What the resolver answered, until it is too old.
  struct Remembered {
    std::string name;
    DnsType type = DnsType::a;
    std::optional<IpAddress> address;
    std::string exchanger;
    Timestamp until;
  };
  [[nodiscard]] const Remembered* recall(std::string_view name, DnsType, Timestamp now) const;
  /// Forgets what is too old, so that memory is bounded by what is looked up within one lifetime.
  void remember(Remembered, Timestamp now);

  /// A scanner's raw socket: its one source port, and who waits for whom.
  struct Scanner {
    std::uint16_t port = 0;
    std::map<std::pair<IpAddress, std::uint16_t>, std::function<void(bool refused)>> waiting;
  };
  Scanner& scanner();

  const HomePlan& home;
  DeviceKind kind;
  Machine& machine;
  Stream draw;

 private:
  std::vector<Remembered> names_;
  std::unique_ptr<Scanner> scanner_;
};

}  // namespace lazaret
