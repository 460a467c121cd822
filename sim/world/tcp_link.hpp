// One TCP connection of a host's stack; and a listener that makes them.
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

#include "sim/dialogue/machine.hpp"

namespace ns3 {
class Address;
class Socket;
}  // namespace ns3

namespace lazaret {

struct Host;

class TcpLink : public Link {
 public:
  /// What leaves from `local_port` is marked with `truth`.
  [[nodiscard]] static std::shared_ptr<TcpLink> connect(const Host&, std::uint16_t local_port, IpAddress to,
                                                        std::uint16_t port, Truthful truth, Handlers);
  ~TcpLink() override;
  using Link::send;
  void send(std::string_view octets) override;
  void close() override;
  void drop() override;

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
  [[nodiscard]] std::shared_ptr<TcpLink> self() { return std::static_pointer_cast<TcpLink>(shared_from_this()); }
  std::function<void()> dropped_by_owner_;  ///< an accepting listener forgets the link
  std::string out_;
  std::size_t sent_ = 0;
  unsigned busy_ = 0;  ///< handlers now running
  bool connected_ = false, closing_ = false, dropped_ = false, ended_ = false;
};

class TcpListener : public Listener {
 public:
  TcpListener(const Host&, std::uint16_t port, Accept accept);
  ~TcpListener() override;

 private:
  void accepted(ns3::Ptr<ns3::Socket>, const ns3::Address& from);
  Accept accept_;
  ns3::Ptr<ns3::Socket> sockets_[2];
  std::unordered_map<TcpLink*, std::shared_ptr<TcpLink>> live_;
};

}  // namespace lazaret
