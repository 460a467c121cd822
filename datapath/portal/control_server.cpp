#include "datapath/portal/control_server.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "datapath/portal/control_protocol.hpp"

namespace lazaret::portal {

ControlServer::ControlServer(std::filesystem::path socket, Desk desk)
    : ControlServer(
          std::move(socket),
          [desk = std::move(desk)](std::string_view line) {
            const auto ask = read_ask(line);
            const auto* trouble = std::get_if<Trouble>(&ask);
            return to_line(trouble != nullptr ? Answer(*trouble) : desk(std::get<Ask>(ask)));
          },
          0660) {}

ControlServer::ControlServer(std::filesystem::path socket, Reply reply, unsigned mode)
    : path_(std::move(socket)), reply_(std::move(reply)), mode_(mode) {
  listen();
}

ControlServer::~ControlServer() {
  for (const Peer& peer : peers_) close(peer.socket);
  if (socket_ < 0) return;
  close(socket_);
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void ControlServer::listen() {
  const auto fail = [&](const std::string& what) {
    problem_ = path_.string() + ": " + what;
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  };
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string path = path_.string();
  if (path.size() >= sizeof name.sun_path)
    return fail("the path of a Unix socket has at most " + std::to_string(sizeof name.sun_path - 1) + " octets");
  std::copy(path.begin(), path.end(), name.sun_path);
  socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket_ < 0) return fail(std::strerror(errno));
  const auto* address = reinterpret_cast<const sockaddr*>(&name);
  struct stat there {};
  if (lstat(path.c_str(), &there) == 0) {
    if (!S_ISSOCK(there.st_mode)) return fail("something that is no socket is in its place; move it away");
    if (connect(socket_, address, sizeof name) == 0) return fail("another process answers there; stop it first");
    unlink(path.c_str());
    close(socket_);
    socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  }
  // The right is given before anybody can find the socket: nobody may connect until chmod.
  const mode_t mask = umask(0177);
  const bool bound = bind(socket_, address, sizeof name) == 0;
  const int error = errno;
  umask(mask);
  if (!bound) return fail(std::strerror(error));
  if (chmod(path.c_str(), mode_) != 0 || ::listen(socket_, 16) != 0) return fail(std::strerror(errno));
}

void ControlServer::accept_one() {
  const int peer = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (peer < 0) return;
  if (peers_.size() >= kMostConnections) {  // the oldest makes room: a portal that began anew must get in
    ++dropped_;
    close(peers_.front().socket);
    peers_.erase(peers_.begin());
  }
  peers_.push_back({peer, {}});
}

bool ControlServer::read(Peer& peer) {
  char block[2048];
  const ssize_t n = recv(peer.socket, block, sizeof block, 0);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  if (n == 0) return false;
  peer.in.append(block, static_cast<std::size_t>(n));
  for (std::size_t end = 0; (end = peer.in.find('\n')) != std::string::npos; peer.in.erase(0, end + 1)) {
    const std::string line = reply_(std::string_view(peer.in).substr(0, end)) + "\n";
    if (send(peer.socket, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
      ++dropped_;
      return false;
    }
  }
  if (peer.in.size() < kLongestAsk) return true;
  ++dropped_;
  return false;
}

void ControlServer::serve(int patience_ms) {
  if (socket_ < 0) return;
  std::vector<pollfd> waiting{{socket_, POLLIN, 0}};
  for (const Peer& peer : peers_) waiting.push_back({peer.socket, POLLIN, 0});
  if (poll(waiting.data(), waiting.size(), patience_ms) <= 0) return;
  std::vector<Peer> staying;
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    if (waiting[i + 1].revents == 0 || read(peers_[i]))
      staying.push_back(std::move(peers_[i]));
    else
      close(peers_[i].socket);
  }
  peers_ = std::move(staying);
  if (waiting[0].revents != 0) accept_one();
}

}  // namespace lazaret::portal
