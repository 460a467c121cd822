// A machine of the wire world: no stack, only ends of connections and ports that its net knows. A device of a home is
// seen outside under the home's address, as its NAT would translate it.
// Ownership: borrows net and home. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/population/random.hpp"
#include "sim/wire/frame_net.hpp"

namespace lazaret {

/// What a machine needs of the home that it is in.
struct WireHome {
  WireHome(const HomePlan& home, std::uint64_t seed) : plan(home), nat(seed, Purpose::nat, home.account.value) {}
  const HomePlan& plan;
  Stream nat;  ///< outside ports
};

class FramePort : public DatagramPort {
 public:
  FramePort(FrameNet&, const HomePlan*, FrameNet::Address own, Truthful, Datagram);
  ~FramePort() override;
  void send(IpAddress to, std::uint16_t port, std::string_view octets) override;
  void receive(const FrameNet::Address& from, std::string_view octets) { heard_(from.address, from.port, octets); }
  [[nodiscard]] Truthful truth() const { return truth_; }

 private:
  FrameNet& net_;
  const HomePlan* home_;
  FrameNet::Address own_;
  Truthful truth_;
  Datagram heard_;
};

class FrameMachine : public Machine {
 public:
  /// A server.
  FrameMachine(FrameNet& net, IpAddress own) : net_(net), own_(own) {}
  /// A device of a home.
  FrameMachine(FrameNet& net, WireHome& home, unsigned device)
      : net_(net), home_(&home), own_(home.plan.devices[device].ipv4), device_(device) {}

  [[nodiscard]] IpAddress ipv4() const override { return own_; }
  [[nodiscard]] bool has_ipv6() const override { return home_ != nullptr && plan().ipv6.has_value(); }
  [[nodiscard]] std::shared_ptr<Link> connect(std::uint16_t local_port, IpAddress to, std::uint16_t port, Truthful,
                                              Link::Handlers) override;
  [[nodiscard]] std::unique_ptr<DatagramPort> open(std::uint16_t port, Truthful, Datagram) override;
  [[nodiscard]] std::unique_ptr<Listener> listen(std::uint16_t port, Accept) override;
  void send_syn(const Syn&, Truthful) override;
  void hear_answers(std::uint16_t from_port, Answered) override;
  [[nodiscard]] std::uint32_t media_stride() const override { return net_.media_stride(); }

  /// Null where nobody listens on that port.
  [[nodiscard]] const Accept* listener(std::uint16_t port) const;
  void hear(IpAddress from, std::uint16_t port, bool refused);
  [[nodiscard]] const HomePlan& home() const { return home_->plan; }

 private:
  struct Listening;
  [[nodiscard]] const DevicePlan& plan() const { return home_->plan.devices[device_]; }
  [[nodiscard]] std::uint16_t outside_port();

  FrameNet& net_;
  WireHome* home_ = nullptr;
  IpAddress own_;
  unsigned device_ = 0;
  std::vector<std::pair<std::uint16_t, Accept>> listeners_;
  /// A scanner's raw socket.
  struct Raw {
    std::uint16_t outside_port = 0;
    Answered answered;
  };
  std::unique_ptr<Raw> raw_;
};

}  // namespace lazaret
