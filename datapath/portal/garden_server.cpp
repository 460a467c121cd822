#include "datapath/portal/garden_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "datapath/portal/envelope.hpp"
#include "datapath/portal/monotonic.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::portal {
namespace {

IpAddress address_of(const sockaddr_storage& from) {
  if (from.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from, sizeof v4);
    return IpAddress::v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &from, sizeof v6);
  IpAddress a;
  for (std::size_t i = 0; i < 8; ++i) {
    a.high = a.high << 8 | v6.sin6_addr.s6_addr[i];
    a.low = a.low << 8 | v6.sin6_addr.s6_addr[8 + i];
  }
  return a;
}

struct Bindable {
  sockaddr_storage address{};
  socklen_t size = 0;
};

bool read_endpoint(const Endpoint& e, Bindable& to) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, e.address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(e.port);
    std::memcpy(&to.address, &v4, to.size = sizeof v4);
    return true;
  }
  if (inet_pton(AF_INET6, e.address.c_str(), &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(e.port);
  std::memcpy(&to.address, &v6, to.size = sizeof v6);
  return true;
}

std::uint16_t port_of(int socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
  std::uint16_t port = 0;  // at the same place in both families
  std::memcpy(&port, reinterpret_cast<const char*>(&bound) + offsetof(sockaddr_in, sin_port), sizeof port);
  return ntohs(port);
}

}  // namespace

std::string limit_key(IpAddress a) { return to_text(a.is_v4() ? a : truncate(a, 64)); }

/// As recv() and send(): less than 0 with EAGAIN when there is nothing to be had now.
ssize_t GardenServer::Connection::take(char* to, std::size_t size) {
  return tls ? tls->receive(to, size) : recv(socket, to, size, 0);
}
ssize_t GardenServer::Connection::give(const char* from, std::size_t size) {
  return tls ? tls->send(from, size) : send(socket, from, size, MSG_NOSIGNAL);
}
short GardenServer::Connection::waits_for() const {
  if (tls && tls->wants_write()) return POLLOUT;
  if (tls && tls->wants_read()) return POLLIN;
  return phase == Phase::writing ? POLLOUT : POLLIN;
}

GardenServer::GardenServer(Handler handler, const ServerLimits& limits, const Reads& reads, TlsKeys* tls)
    : library_(std::move(handler)), limits_(limits), reads_(reads), tls_(tls) {
  if (pipe2(wake_, O_CLOEXEC | O_NONBLOCK) != 0) stopping_ = true;  // no descriptors left: run() ends at once
}

GardenServer::~GardenServer() {
  for (const Connection& c : connections_)
    if (c.socket >= 0) close(c.socket);
  for (const int listener : listeners_) close(listener);
  for (const int end : wake_)
    if (end >= 0) close(end);
}

std::variant<std::uint16_t, std::string> GardenServer::listen(const Endpoint& e) {
  const std::string where = e.address + " port " + std::to_string(e.port) + ": ";
  Bindable to;
  if (!read_endpoint(e, to)) return where + "no numeric IPv4 or IPv6 address";
  const int s = socket(to.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (s < 0) return where + std::strerror(errno);
  const int on = 1;
  const bool v6 = to.address.ss_family == AF_INET6;
  bool good = setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
              (!v6 || setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0);
  if (good && e.transparent)
    good = setsockopt(s, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TRANSPARENT : IP_TRANSPARENT, &on, sizeof on) == 0;
  good = good && bind(s, reinterpret_cast<const sockaddr*>(&to.address), to.size) == 0 && ::listen(s, 512) == 0;
  if (!good) {
    const int error = errno;
    close(s);
    return where + std::strerror(error) +
           (error == EACCES || error == EPERM ? " (start as root, or with CAP_NET_BIND_SERVICE and, for transparent "
                                                "listening, CAP_NET_ADMIN)"
                                              : "");
  }
  listeners_.push_back(s);
  return port_of(s);
}

void GardenServer::stop() noexcept {
  stopping_ = true;
  const ssize_t ignored = ::write(wake_[1], "", 1);
  (void)ignored;
}

void GardenServer::accept_all(int listener) {
  for (unsigned n = 0; n < 64; ++n) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int s = accept4(listener, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (s < 0) return;
    const IpAddress peer = address_of(from);
    if (open_[limit_key(peer)]++ >= limits_.per_address) make_room(limit_key(peer));
    connections_.push_back({s, peer, monotonic_ms() + limits_.request_ms, Phase::reading, {}, {}, 0, nullptr});
    if (tls_ != nullptr) connections_.back().tls = std::make_unique<TlsChannel>(*tls_, s);
    if (connections_.size() > limits_.connections) finish(connections_.front());
    tidy(0);
  }
}

void GardenServer::make_room(const std::string& key) {
  const auto of_key = [&](const Connection& c) { return c.socket >= 0 && limit_key(c.peer) == key; };
  const auto oldest = std::find_if(connections_.begin(), connections_.end(), of_key);
  if (oldest != connections_.end()) finish(*oldest);
}

void GardenServer::finish(Connection& c) {
  if (c.socket < 0) return;
  c.tls.reset();
  close(c.socket);
  c.socket = -1;
  const auto open = open_.find(limit_key(c.peer));
  if (--open->second == 0) open_.erase(open);
}

void GardenServer::tidy(std::int64_t now_ms) {
  for (auto c = connections_.begin(); c != connections_.end();) {
    if (c->deadline_ms <= now_ms) finish(*c);
    c = c->socket < 0 ? connections_.erase(c) : std::next(c);
  }
}

void GardenServer::read(Connection& c) {
  char block[4096];
  const ssize_t n = c.take(block, sizeof block);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return finish(c);
  if (n < 0) return;
  c.in.append(block, static_cast<std::size_t>(n));
  const auto what = read_envelope(c.in, reads_);
  if (std::holds_alternative<Unfinished>(what)) {
    if (c.tls && c.tls->pending()) read(c);  // decrypted already: the socket will not say so
    return;
  }
  const auto* refused = std::get_if<Refused>(&what);
  c.out = refused != nullptr ? HttpLibrary::refusal(refused->status)
                             : library_.answer(std::get<Envelope>(what).octets, c.peer);
  c.in = {};
  c.phase = Phase::writing;
  c.deadline_ms = monotonic_ms() + limits_.response_ms;
  write(c);
}

void GardenServer::write(Connection& c) {
  const ssize_t n = c.give(c.out.data() + c.sent, c.out.size() - c.sent);
  if (n < 0 && errno != EAGAIN && errno != EINTR) return finish(c);
  if (n > 0) c.sent += static_cast<std::size_t>(n);
  if (c.sent < c.out.size()) return;
  // A socket closed with octets unread resets the connection, and the client may lose the answer.
  if (c.tls) c.tls->say_goodbye();
  shutdown(c.socket, SHUT_WR);
  c.out = {};
  c.phase = Phase::goodbye;
  c.deadline_ms = monotonic_ms() + limits_.goodbye_ms;
}

void GardenServer::say_goodbye(Connection& c) {
  char block[4096];
  const ssize_t n = recv(c.socket, block, sizeof block, 0);  // of TLS, too: nobody reads it any more
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) finish(c);
}

void GardenServer::step(Connection& c) {
  switch (c.phase) {
    case Phase::reading:
      return read(c);
    case Phase::writing:
      return write(c);
    case Phase::goodbye:
      return say_goodbye(c);
  }
}

void GardenServer::run() {
  std::vector<pollfd> waiting;
  std::vector<Connection*> whose;
  while (!stopping_) {
    waiting.assign(1, {wake_[0], POLLIN, 0});
    for (const int listener : listeners_) waiting.push_back({listener, POLLIN, 0});
    whose.clear();
    for (Connection& c : connections_) {
      waiting.push_back({c.socket, c.phase == Phase::goodbye ? short{POLLIN} : c.waits_for(), 0});
      whose.push_back(&c);
    }
    if (poll(waiting.data(), waiting.size(), connections_.empty() ? -1 : 100) < 0 && errno != EINTR) break;
    const std::size_t first = 1 + listeners_.size();
    for (std::size_t i = 0; i < whose.size(); ++i)
      if (waiting[first + i].revents != 0) step(*whose[i]);
    tidy(monotonic_ms());
    for (std::size_t i = 0; i < listeners_.size(); ++i)
      if (waiting[1 + i].revents != 0) accept_all(listeners_[i]);
  }
}

}  // namespace lazaret::portal
