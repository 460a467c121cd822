#include "datapath/portal/control_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "datapath/portal/control_protocol.hpp"
#include "datapath/portal/monotonic.hpp"

namespace lazaret::portal {
namespace {

bool wait_for(int socket, short what, std::int64_t deadline_ms) {
  pollfd waiting{socket, what, 0};
  for (;;) {
    const std::int64_t left = deadline_ms - monotonic_ms();
    if (left <= 0) return false;
    const int ready = poll(&waiting, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace

ControlClient::ControlClient(std::filesystem::path socket) : path_(std::move(socket)) {}

ControlClient::~ControlClient() { hang_up(); }

void ControlClient::hang_up() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

bool ControlClient::connect(std::int64_t deadline_ms) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string path = path_.string();
  if (path.size() >= sizeof name.sun_path) return false;
  std::copy(path.begin(), path.end(), name.sun_path);
  socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket_ < 0) return false;
  // A full backlog answers EAGAIN at once: that is a daemon that does not keep up.
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) return true;
  if (errno == EINPROGRESS && wait_for(socket_, POLLOUT, deadline_ms)) return true;
  hang_up();
  return false;
}

std::optional<std::string> ControlClient::exchange(const std::string& line, std::int64_t deadline_ms) {
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t n = send(socket_, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (n > 0)
      sent += static_cast<std::size_t>(n);
    else if (n < 0 && errno == EAGAIN ? !wait_for(socket_, POLLOUT, deadline_ms) : errno != EINTR)
      return std::nullopt;
  }
  std::string answer;
  while (answer.size() <= kLongestAnswer) {
    char block[4096];
    const ssize_t n = recv(socket_, block, sizeof block, 0);
    if (n > 0) {
      answer.append(block, static_cast<std::size_t>(n));
      if (answer.back() == '\n') {
        answer.pop_back();
        // Two lines for one question: whatever that is, it is not this protocol.
        return answer.find('\n') == std::string::npos ? std::optional(std::move(answer)) : std::nullopt;
      }
    } else if (n == 0 || (errno == EAGAIN ? !wait_for(socket_, POLLIN, deadline_ms) : errno != EINTR)) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<Answer> ControlClient::ask(const Ask& ask) {
  const std::int64_t now = monotonic_ms(), deadline = now + kPatienceMs;
  if (now < resting_until_ms_) return std::nullopt;
  const std::string line = to_line(ask) + "\n";
  // A connection that was kept may be dead since the daemon began anew. A choice that went out twice would meet another
  // standing the second time, so trying again cannot count it twice.
  for (int attempt = socket_ >= 0 ? 0 : 1; attempt < 2; ++attempt) {
    if (socket_ < 0 && !connect(deadline)) break;
    if (const auto answer = exchange(line, deadline)) {
      Answer read = read_answer(*answer);
      if (!std::holds_alternative<Trouble>(read)) return read;
      break;
    }
    hang_up();
  }
  hang_up();
  resting_until_ms_ = monotonic_ms() + kRestMs;
  return std::nullopt;
}

std::optional<std::string> ControlClient::once(const std::string& line, int patience_ms) {
  const std::int64_t now = monotonic_ms(), deadline = now + patience_ms;
  if (now < resting_until_ms_) return std::nullopt;
  hang_up();
  auto answer = connect(deadline) ? exchange(line + "\n", deadline) : std::nullopt;
  hang_up();
  if (!answer) resting_until_ms_ = monotonic_ms() + kRestMs;
  return answer;
}

}  // namespace lazaret::portal
