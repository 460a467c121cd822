// The servers of the ISP and of the Internet around it: dialogues over links and ports.
//   cloud              as web, but for an outage
//   web, remediation   HTTP on 80, an opaque exchange of TLS's sizes on 443; /page/N is N octets long
//   pop3               RFC 1939: USER PASS STAT RETR QUIT; a mailbox of none to two mails
//   relay              RFC 5321 on 25 and 587; takes every mail (delivery onward is left out)
//   exchangers         RFC 5321 on 25, for every mail domain on the Internet; refuses as its reception says
//   logins             FTP, SSH and telnet on 21, 22 and 23, where every password is wrong (login.cpp)
//   peers              those of a peer-to-peer network that answer (peer.cpp)
//   resolver           DNS on UDP 53
//   voice              SIP on UDP 5060 and a media gateway (voice_server.hpp)
// Ownership: each owns its listeners. Threads: the simulator's.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sim/dialogue/machine.hpp"
#include "sim/population/intent.hpp"
#include "sim/topology/plan.hpp"

namespace lazaret {

/// How a mail exchanger receives one session.
enum class Reception : std::uint8_t {
  accept,
  banner,     ///< 554 instead of a greeting: the sender's address is on a list
  recipient,  ///< 550 to RCPT: nobody of that name
  later,      ///< 450 to RCPT: grey-listing
};
using Receptionist = std::function<Reception(IpAddress peer, std::uint16_t peer_port)>;

class Server {
 public:
  virtual ~Server() = default;
};

/// When a server does not answer: from a moment on, until another.
struct Outage {
  Timestamp from = kNever, until = kNever;
  [[nodiscard]] bool covers(Timestamp t) const { return t >= from && t < until; }
};

[[nodiscard]] std::unique_ptr<Server> make_web_server(Machine&);
/// Refuses connections while it is out.
[[nodiscard]] std::unique_ptr<Server> make_cloud_server(Machine&, Clock&, Outage);
[[nodiscard]] std::unique_ptr<Server> make_pop3_server(Machine&, std::uint64_t seed);
/// Told of every mail that was accepted.
using Received = std::function<void(IpAddress peer)>;
/// Ports 25 and 587.
[[nodiscard]] std::unique_ptr<Server> make_mail_server(Machine&, Receptionist, Received = {});
[[nodiscard]] std::unique_ptr<Server> make_resolver(Machine&, const Plan&, Clock&, Outage);
[[nodiscard]] std::unique_ptr<Server> make_login_server(Machine&);
[[nodiscard]] std::unique_ptr<Server> make_peer_server(Machine&, const std::vector<std::uint16_t>& ports);

}  // namespace lazaret
