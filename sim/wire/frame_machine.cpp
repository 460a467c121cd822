#include "sim/wire/frame_machine.hpp"

#include <algorithm>

#include "sim/wire/frame_link.hpp"

namespace lazaret {

FramePort::FramePort(FrameNet& net, const HomePlan* home, FrameNet::Address own, Truthful truth, Datagram heard)
    : net_(net), home_(home), own_(own), truth_(truth), heard_(std::move(heard)) {
  net_.open(own_, *this);
}
FramePort::~FramePort() { net_.close(own_); }

void FramePort::send(IpAddress to, std::uint16_t port, std::string_view octets) {
  net_.send_datagram(home_, own_, {to, port}, octets, truth_);
}

struct FrameMachine::Listening : Listener {
  Listening(FrameMachine& on, std::uint16_t which) : machine(on), port(which) {}
  ~Listening() override {
    std::erase_if(machine.listeners_, [this](const auto& l) { return l.first == port; });
  }
  FrameMachine& machine;
  std::uint16_t port;
};

std::uint16_t FrameMachine::outside_port() { return static_cast<std::uint16_t>(home_->nat.integer(1024, 65535)); }

std::shared_ptr<Link> FrameMachine::connect(std::uint16_t local_port, IpAddress to, std::uint16_t port, Truthful truth,
                                            Link::Handlers handlers) {
  const bool v4 = to.is_v4();
  const IpAddress near = v4 ? home().ipv4 : *plan().ipv6;
  const std::uint16_t near_port = v4 ? outside_port() : local_port;
  const std::uint64_t hash =
      mix(mix(to.low ^ near.low) ^ near_port ^ static_cast<std::uint64_t>(net_.clock().now().ns));
  const auto link = std::make_shared<FrameLink>(net_, End::near, static_cast<std::uint32_t>(hash));
  link->connect(net_.begin(home(), near, near_port, to, port, truth, link), to, port, std::move(handlers));
  return link;
}

std::unique_ptr<DatagramPort> FrameMachine::open(std::uint16_t port, Truthful truth, Datagram heard) {
  if (home_ == nullptr)
    return std::make_unique<FramePort>(net_, nullptr, FrameNet::Address{own_, port}, truth, std::move(heard));
  return std::make_unique<FramePort>(net_, &home(), FrameNet::Address{home().ipv4, outside_port()}, truth,
                                     std::move(heard));
}

std::unique_ptr<Listener> FrameMachine::listen(std::uint16_t port, Accept accept) {
  listeners_.emplace_back(port, std::move(accept));
  return std::make_unique<Listening>(*this, port);
}

const Accept* FrameMachine::listener(std::uint16_t port) const {
  const auto it = std::find_if(listeners_.begin(), listeners_.end(), [&](const auto& l) { return l.first == port; });
  return it == listeners_.end() ? nullptr : &it->second;
}

void FrameMachine::hear_answers(std::uint16_t, Answered answered) {
  raw_ = std::make_unique<Raw>(Raw{outside_port(), std::move(answered)});
}

void FrameMachine::send_syn(const Syn& syn, Truthful truth) { net_.send_syn(*this, raw_->outside_port, syn, truth); }

void FrameMachine::hear(IpAddress from, std::uint16_t port, bool refused) { raw_->answered(from, port, refused); }

}  // namespace lazaret
