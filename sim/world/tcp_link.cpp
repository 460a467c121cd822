#include "sim/world/tcp_link.hpp"

#include <ns3/inet-socket-address.h>
#include <ns3/inet6-socket-address.h>
#include <ns3/packet.h>
#include <ns3/socket.h>
#include <ns3/tcp-socket-factory.h>

#include "sim/world/host.hpp"
#include "sim/world/octets.hpp"
#include "sim/world/socket_address.hpp"

namespace lazaret {

std::shared_ptr<TcpLink> TcpLink::connect(const Host& host, std::uint16_t local_port, IpAddress to, std::uint16_t port,
                                          Truthful truth, Handlers handlers) {
  const std::shared_ptr<TcpLink> link(new TcpLink);
  link->peer_ = to;
  link->peer_port_ = port;
  link->handlers_ = std::move(handlers);
  host.device->claim(kProtocolTcp, local_port, truth);
  const auto socket = ns3::Socket::CreateSocket(host.node, ns3::TcpSocketFactory::GetTypeId());
  link->adopt(socket);
  socket->SetConnectCallback(ns3::MakeCallback(&TcpLink::on_connected, link.get()),
                             ns3::MakeCallback(&TcpLink::on_refused, link.get()));
  if (socket->Bind(any_address(to.is_v4(), local_port)) != 0 || socket->Connect(to_ns3(to, port)) != 0) return nullptr;
  return link;
}

void TcpLink::adopt(ns3::Ptr<ns3::Socket> socket) {
  socket_ = socket;
  socket->SetRecvCallback(ns3::MakeCallback(&TcpLink::on_readable, this));
  socket->SetSendCallback(ns3::MakeCallback(&TcpLink::on_room, this));
  socket->SetCloseCallbacks(ns3::MakeCallback(&TcpLink::on_closed, this), ns3::MakeCallback(&TcpLink::on_broken, this));
}

TcpLink::~TcpLink() { cut(); }

void TcpLink::cut() {
  if (!socket_) return;
  using SocketPtr = ns3::Ptr<ns3::Socket>;
  socket_->SetConnectCallback(ns3::MakeNullCallback<void, SocketPtr>(), ns3::MakeNullCallback<void, SocketPtr>());
  socket_->SetRecvCallback(ns3::MakeNullCallback<void, SocketPtr>());
  socket_->SetSendCallback(ns3::MakeNullCallback<void, SocketPtr, std::uint32_t>());
  socket_->SetCloseCallbacks(ns3::MakeNullCallback<void, SocketPtr>(), ns3::MakeNullCallback<void, SocketPtr>());
  const SocketPtr socket = std::move(socket_);
  socket_ = nullptr;
  if (!ended_) socket->Close();
}

void TcpLink::send(std::string_view octets) {
  if (ended_ || closing_) return;
  out_.append(octets);
  pump();
}

void TcpLink::pump() {
  while (socket_ && sent_ < out_.size()) {
    const std::size_t room = socket_->GetTxAvailable();
    const std::size_t n = std::min(room, out_.size() - sent_);
    if (n == 0) return;
    const auto* octets = reinterpret_cast<const std::uint8_t*>(out_.data()) + sent_;
    if (socket_->Send(octets, static_cast<std::uint32_t>(n), 0) < 0) return;
    sent_ += n;
  }
  out_.clear();
  sent_ = 0;
  if (closing_ && socket_) socket_->Close();
}

void TcpLink::close() {
  if (closing_ || ended_) return;
  closing_ = true;
  pump();
}

void TcpLink::drop() {
  if (dropped_) return;
  const auto keep = self();
  dropped_ = true;
  cut();
  if (busy_ == 0) handlers_ = {};
  if (dropped_by_owner_) dropped_by_owner_();
}

void TcpLink::on_connected(ns3::Ptr<ns3::Socket>) {
  const auto keep = self();
  connected_ = true;
  ++busy_;
  if (handlers_.connected && !dropped_) handlers_.connected();
  if (--busy_ == 0 && dropped_) handlers_ = {};
}

void TcpLink::on_readable(ns3::Ptr<ns3::Socket> socket) {
  const auto keep = self();
  ++busy_;
  std::string octets;
  while (const ns3::Ptr<ns3::Packet> packet = socket->Recv()) {
    if (packet->GetSize() == 0) break;
    octets.resize(packet->GetSize());
    packet->CopyData(reinterpret_cast<std::uint8_t*>(octets.data()), packet->GetSize());
    if (handlers_.data && !dropped_) handlers_.data(octets);
  }
  if (--busy_ == 0 && dropped_) handlers_ = {};
}

void TcpLink::end(LinkEnd how) {
  if (ended_ || dropped_) return;
  const auto keep = self();
  ended_ = how != LinkEnd::closed;  // after the peer's FIN this side may still send and must still close
  ++busy_;
  if (handlers_.ended) handlers_.ended(how);
  if (--busy_ == 0 && dropped_) handlers_ = {};
}

void TcpLink::on_refused(ns3::Ptr<ns3::Socket>) { end(LinkEnd::refused); }
// ns-3 reports a reset of an established connection as a normal close too: whoever talks must know when all was said.
void TcpLink::on_closed(ns3::Ptr<ns3::Socket>) { end(connected_ ? LinkEnd::closed : LinkEnd::refused); }
void TcpLink::on_broken(ns3::Ptr<ns3::Socket>) { end(connected_ ? LinkEnd::reset : LinkEnd::refused); }
void TcpLink::on_room(ns3::Ptr<ns3::Socket>, std::uint32_t) {
  if (!out_.empty()) pump();
}

TcpListener::TcpListener(const Host& host, std::uint16_t port, Accept accept) : accept_(std::move(accept)) {
  for (unsigned family = 0; family < (host.addresses.ipv6 ? 2U : 1U); ++family) {
    const auto socket = ns3::Socket::CreateSocket(host.node, ns3::TcpSocketFactory::GetTypeId());
    socket->Bind(any_address(family == 0, port));
    socket->Listen();
    socket->SetAcceptCallback(ns3::MakeNullCallback<bool, ns3::Ptr<ns3::Socket>, const ns3::Address&>(),
                              ns3::MakeCallback(&TcpListener::accepted, this));
    sockets_[family] = socket;
  }
}

TcpListener::~TcpListener() {
  for (const auto& socket : sockets_) {
    if (!socket) continue;
    socket->SetAcceptCallback(ns3::MakeNullCallback<bool, ns3::Ptr<ns3::Socket>, const ns3::Address&>(),
                              ns3::MakeNullCallback<void, ns3::Ptr<ns3::Socket>, const ns3::Address&>());
    socket->Close();
  }
  const auto live = std::move(live_);
  live_.clear();
  for (const auto& [raw, link] : live) link->drop();
}

void TcpListener::accepted(ns3::Ptr<ns3::Socket> socket, const ns3::Address& from) {
  const std::shared_ptr<TcpLink> link(new TcpLink);
  from_ns3(from, link->peer_, link->peer_port_);
  link->connected_ = true;
  link->adopt(socket);
  link->dropped_by_owner_ = [this, raw = link.get()] { live_.erase(raw); };
  live_[link.get()] = link;
  accept_(*link);
}

}  // namespace lazaret
