// One TCP connection of a host's stack as a byte stream with call-backs; and a listener that makes them.
// Ownership: who connects holds its link; a listener holds those it accepted until they are dropped. drop() cuts all
// call-backs at once. Threads: the simulator's.
#pragma once

#include <ns3/ptr.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/address.hpp"
#include "sim/population/truth.hpp"

namespace ns3 {
class Address;
class Socket;
}  // namespace ns3

namespace lazaret {

struct Host;

enum class LinkEnd : std::uint8_t {
  refused,  ///< a reset, or an ICMP error, instead of a connection
  closed,   ///< the peer has said all it had to say, or was reset (see on_closed)
  reset,    ///< an established connection broke
};

class TcpLink : public std::enable_shared_from_this<TcpLink> {
 public:
  struct Handlers {
    std::function<void()> connected;
    std::function<void(std::string_view)> data;
    std::function<void(LinkEnd)> ended;
  };

  /// What leaves from `local_port` is marked with `truth`.
  [[nodiscard]] static std::shared_ptr<TcpLink> connect(const Host&, std::uint16_t local_port, IpAddress to,
                                                        std::uint16_t port, Truthful truth, Handlers);
  ~TcpLink();
  TcpLink(const TcpLink&) = delete;
  TcpLink& operator=(const TcpLink&) = delete;

  void on(Handlers handlers) { handlers_ = std::move(handlers); }
  void send(std::string_view octets);
  /// Sends what is still to be sent, then FIN.
  void close();
  /// Closes, and no handler is called any more.
  void drop();
  [[nodiscard]] IpAddress peer() const { return peer_; }
  [[nodiscard]] std::uint16_t peer_port() const { return peer_port_; }

 private:
  friend class TcpListener;
  TcpLink() = default;
  void adopt(ns3::Ptr<ns3::Socket>);
  void pump();
  void cut();
  void on_connected(ns3::Ptr<ns3::Socket>);
  void on_refused(ns3::Ptr<ns3::Socket>);
  void on_readable(ns3::Ptr<ns3::Socket>);
  void on_closed(ns3::Ptr<ns3::Socket>);
  void on_broken(ns3::Ptr<ns3::Socket>);
  void on_room(ns3::Ptr<ns3::Socket>, std::uint32_t);
  void end(LinkEnd);

  ns3::Ptr<ns3::Socket> socket_;
  Handlers handlers_;
  std::function<void()> dropped_by_owner_;  ///< an accepting listener forgets the link
  std::string out_;
  std::size_t sent_ = 0;
  IpAddress peer_;
  std::uint16_t peer_port_ = 0;
  unsigned busy_ = 0;  ///< handlers now running
  bool connected_ = false, closing_ = false, dropped_ = false, ended_ = false;
};

/// Listens on a port of both families.
class TcpListener {
 public:
  using Accept = std::function<void(TcpLink&)>;
  TcpListener(const Host&, std::uint16_t port, Accept);
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

 private:
  void accepted(ns3::Ptr<ns3::Socket>, const ns3::Address& from);
  Accept accept_;
  ns3::Ptr<ns3::Socket> sockets_[2];
  std::unordered_map<TcpLink*, std::shared_ptr<TcpLink>> live_;
};

}  // namespace lazaret
