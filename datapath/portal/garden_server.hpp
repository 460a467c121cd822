// The sockets of the garden side: accepts, waits for whole requests, answers, hangs up. One thread waits for all of them,
// so that who is slow costs a place and a few kilobytes, never a thread; a deadline ends each connection. When all places,
// or all of one address, are taken, whoever of them has waited longest goes: a bot that holds its line's places must not
// keep the person at the same line from the page.
// Ownership: owns its sockets. Threads: run() in one; stop() from any, and from signal handlers.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "datapath/portal/envelope.hpp"
#include "datapath/portal/library.hpp"
#include "datapath/portal/tls.hpp"

namespace lazaret::portal {

struct ServerLimits {
  std::size_t connections = 1000;   ///< open at one time
  std::size_t per_address = 16;     ///< of those, by one IPv4 address or one IPv6 /64
  std::int64_t request_ms = 8000;   ///< from the first octet to the last of a request
  std::int64_t response_ms = 8000;  ///< from there until the client has taken the answer
  std::int64_t goodbye_ms = 1000;   ///< what still comes in afterwards is thrown away for this long
};

struct Endpoint {
  std::string address;  ///< numeric, IPv4 or IPv6
  std::uint16_t port = 80;
  /// Take connections to addresses that are not this host's (IP_TRANSPARENT): needs CAP_NET_ADMIN when binding.
  bool transparent = false;
};

/// The limits' key of an address: all of an IPv4 address, the first 64 bits of an IPv6 one.
[[nodiscard]] std::string limit_key(IpAddress);

class GardenServer {
 public:
  /// `tls`: where given, every connection speaks it, and it outlives the server.
  GardenServer(Handler, const ServerLimits&, const Reads& = {}, TlsKeys* tls = nullptr);
  ~GardenServer();
  GardenServer(const GardenServer&) = delete;
  GardenServer& operator=(const GardenServer&) = delete;

  /// Binds and listens; the port that it got (port 0 asks for any), or what went wrong and what helps.
  [[nodiscard]] std::variant<std::uint16_t, std::string> listen(const Endpoint&);
  /// Until stop().
  void run();
  void stop() noexcept;

 private:
  enum class Phase : std::uint8_t { reading, writing, goodbye };
  struct Connection {
    int socket;
    IpAddress peer;
    std::int64_t deadline_ms;
    Phase phase = Phase::reading;
    std::string in, out;
    std::size_t sent = 0;
    std::unique_ptr<TlsChannel> tls = {};
    [[nodiscard]] ssize_t take(char* to, std::size_t size);
    [[nodiscard]] ssize_t give(const char* from, std::size_t size);
    [[nodiscard]] short waits_for() const;
  };
  void accept_all(int listener);
  /// Ends the oldest connection of a limits' key.
  void make_room(const std::string& key);
  void step(Connection&);
  void read(Connection&);
  void write(Connection&);
  void say_goodbye(Connection&);
  void finish(Connection&);
  void tidy(std::int64_t now_ms);

  HttpLibrary library_;
  ServerLimits limits_;
  Reads reads_;
  TlsKeys* tls_;
  std::vector<int> listeners_;
  int wake_[2] = {-1, -1};
  std::list<Connection> connections_;  ///< oldest first
  std::map<std::string, std::size_t> open_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace lazaret::portal
