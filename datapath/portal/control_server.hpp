// The daemon's end of the control socket: accepts, reads one line, answers one line. For the daemon's control thread;
// serve() does what is ready and comes back, so that the desk's events and its questions take turns on one thread.
// Ownership: owns the listening socket (and its file), and the connections. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "datapath/portal/line.hpp"

namespace lazaret::portal {

class ControlServer {
 public:
  static constexpr std::size_t kMostConnections = 8;
  using Desk = std::function<Answer(const Ask&)>;

  /// Makes the socket, for its owner and group only (0660), in the place of one that nobody answers. problem() says why
  /// that was impossible.
  ControlServer(std::filesystem::path socket, Desk);
  /// The same for another protocol of lines, whose socket gets the rights of `mode`.
  using Reply = std::function<std::string(std::string_view)>;
  ControlServer(std::filesystem::path socket, Reply, unsigned mode);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  [[nodiscard]] const std::string& problem() const { return problem_; }
  /// Waits up to `patience_ms` for something to do, and does it. Never longer: what a peer does not take is not sent.
  void serve(int patience_ms);
  /// Connections ended because their peer asked too long a question, did not take its answer, or was one too many.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Peer {
    int socket;
    std::string in;
  };
  void listen();
  void accept_one();
  /// False when the connection is over.
  [[nodiscard]] bool read(Peer&);

  std::filesystem::path path_;
  Reply reply_;
  unsigned mode_;
  std::uint64_t dropped_ = 0;
  int socket_ = -1;
  std::vector<Peer> peers_;
  std::string problem_;
};

}  // namespace lazaret::portal
