// A home's router (CPE): NAT44 with port translation on raw frames, IPv6 forwarded as it is.
// Mapping and filtering independent of the far end (RFC 4787 "full cone"), random outside ports, idle time-outs; TCP,
// UDP and the ICMP errors about them. Left out: fragments (nothing here sends any), echo, port forwarding, a firewall.
// Ownership: owns its tables; borrows wires. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sim/population/random.hpp"
#include "sim/topology/plan.hpp"
#include "sim/world/octets.hpp"
#include "sim/world/wire.hpp"

namespace lazaret {

class HomeRouter : public FrameSink {
 public:
  HomeRouter(const HomePlan&, std::uint64_t seed, WireEnd line);
  ~HomeRouter() override;
  void add_device(std::size_t device, WireEnd lan, std::uint64_t device_mac, std::uint64_t own_mac);

  void receive(FramePtr) override;  ///< from the line

  [[nodiscard]] std::size_t mappings() const { return outside_.size(); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Port;
  struct Mapping {
    std::uint32_t inside_address = 0;
    std::uint16_t inside_port = 0, outside_port = 0;
    std::uint8_t protocol = 0;
    bool open = false;  ///< TCP: data went both ways and nobody said FIN or RST
    std::int64_t used_ns = 0;
  };

  void from_lan(Frame&);
  void outgoing_v4(Frame&);
  void incoming_v4(Frame&);
  bool translate_error(Octets ip, bool incoming);
  Mapping* outgoing(std::uint8_t protocol, std::uint32_t address, std::uint16_t port, bool make);
  Mapping* incoming(std::uint8_t protocol, std::uint16_t port);
  [[nodiscard]] static bool stale(const Mapping&, std::int64_t now_ns);
  void to_device(Frame&);

  const HomePlan& home_;
  WireEnd line_;
  Stream draw_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::unordered_map<std::uint64_t, std::uint32_t> inside_;  ///< protocol, address, port -> outside key
  std::unordered_map<std::uint32_t, Mapping> outside_;       ///< protocol, port
  std::uint64_t dropped_ = 0;
};

}  // namespace lazaret
