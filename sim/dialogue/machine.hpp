// What programs see of the machine that they run on: byte streams, datagrams and lone SYNs with call-backs. Dialogues
// (what clients and servers say to each other) are written once against this page; sim/world carries them out with
// ns-3's stacks, sim/wire with frames alone.
// Ownership: who connects holds its link; who opens or listens holds the port. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/address.hpp"
#include "sim/population/truth.hpp"

namespace lazaret {

enum class LinkEnd : std::uint8_t {
  refused,  ///< a reset, or an ICMP error, instead of a connection; or nobody answered
  closed,   ///< the peer has said all it had to say, or was reset
  reset,    ///< an established connection broke
};

/// One TCP connection as a byte stream. drop() cuts all call-backs at once.
class Link : public std::enable_shared_from_this<Link> {
 public:
  struct Handlers {
    std::function<void()> connected;
    std::function<void(std::string_view)> data;
    std::function<void(LinkEnd)> ended;
  };

  Link() = default;
  virtual ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void on(Handlers handlers) { handlers_ = std::move(handlers); }
  virtual void send(std::string_view) = 0;
  /// At once with the text before it: so many octets that mean nothing but their number.
  virtual void send(std::string_view text, std::uint64_t filler, char with) {
    send(std::string(text).append(filler, with));
  }
  /// Sends what is still to be sent, then FIN.
  virtual void close() = 0;
  /// Closes, and no handler is called any more.
  virtual void drop() = 0;
  [[nodiscard]] IpAddress peer() const { return peer_; }
  [[nodiscard]] std::uint16_t peer_port() const { return peer_port_; }

 protected:
  Handlers handlers_;
  IpAddress peer_;
  std::uint16_t peer_port_ = 0;
};

/// An open UDP port; closed when destroyed.
class DatagramPort {
 public:
  DatagramPort() = default;
  virtual ~DatagramPort() = default;
  DatagramPort(const DatagramPort&) = delete;
  DatagramPort& operator=(const DatagramPort&) = delete;
  virtual void send(IpAddress to, std::uint16_t port, std::string_view octets) = 0;
};
using Datagram = std::function<void(IpAddress from, std::uint16_t port, std::string_view octets)>;

/// A TCP port on which somebody listens, in both families; closed, with the links that it accepted, when destroyed.
class Listener {
 public:
  Listener() = default;
  virtual ~Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
};
using Accept = std::function<void(Link&)>;

class Machine {
 public:
  Machine() = default;
  virtual ~Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  [[nodiscard]] virtual IpAddress ipv4() const = 0;
  [[nodiscard]] virtual bool has_ipv6() const = 0;
  /// Null when the stack has no such port to give. What leaves from `local_port` is part of `truth`.
  [[nodiscard]] virtual std::shared_ptr<Link> connect(std::uint16_t local_port, IpAddress to, std::uint16_t port,
                                                      Truthful, Link::Handlers) = 0;
  /// IPv4.
  [[nodiscard]] virtual std::unique_ptr<DatagramPort> open(std::uint16_t port, Truthful, Datagram) = 0;
  [[nodiscard]] virtual std::unique_ptr<Listener> listen(std::uint16_t port, Accept) = 0;

  /// A SYN as a scanner's raw socket writes it; the host's own stack resets what answers.
  struct Syn {
    IpAddress to;
    std::uint16_t to_port = 0, from_port = 0, id = 0, window = 0;
    std::uint32_t sequence = 0;
  };
  virtual void send_syn(const Syn&, Truthful) = 0;
  /// Who hears what comes back to `from_port`: a reset (refused), or a SYN+ACK.
  using Answered = std::function<void(IpAddress from, std::uint16_t port, bool refused)>;
  virtual void hear_answers(std::uint16_t from_port, Answered) = 0;

  /// Of so many packets of a media stream one is sent (docs/simulation.md, thinning).
  [[nodiscard]] virtual std::uint32_t media_stride() const { return 1; }
};

}  // namespace lazaret
