// A machine with ns-3's own TCP/IP stack, for the dialogues.
// Ownership: shares the ns-3 node. Threads: the simulator's.
#pragma once

#include <cstdint>

#include "sim/dialogue/machine.hpp"
#include "sim/world/host.hpp"

namespace lazaret {

class StackMachine : public Machine {
 public:
  explicit StackMachine(Host host) : host_(std::move(host)) {}

  [[nodiscard]] IpAddress ipv4() const override { return host_.addresses.ipv4; }
  [[nodiscard]] bool has_ipv6() const override { return host_.addresses.ipv6.has_value(); }
  [[nodiscard]] std::shared_ptr<Link> connect(std::uint16_t local_port, IpAddress to, std::uint16_t port, Truthful,
                                              Link::Handlers) override;
  [[nodiscard]] std::unique_ptr<DatagramPort> open(std::uint16_t port, Truthful, Datagram) override;
  [[nodiscard]] std::unique_ptr<Listener> listen(std::uint16_t port, Accept) override;
  void send_syn(const Syn&, Truthful) override;
  void hear_answers(std::uint16_t from_port, Answered) override;

 private:
  Host host_;
};

}  // namespace lazaret
