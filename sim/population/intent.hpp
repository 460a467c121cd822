// What a behaviour wants done (an intent), who does it (a renderer), and how it went. Behaviours know nothing of
// packets: world/stack_renderer turns intents into ns-3 sockets; another renderer may write frames instead. Ownership:
// values; call-backs are called at most once, never from within render(). Threads: the simulator's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "core/address.hpp"
#include "core/command.hpp"
#include "core/time.hpp"
#include "sim/population/truth.hpp"
#include "sim/topology/plan.hpp"

namespace lazaret {

/// A page or download: resolve, connect, ask, read it all.
struct Fetch {
  std::string host;  ///< a name, or an address as text
  bool tls = false;
  std::uint32_t octets = 0;
  std::string path;  ///< where not just any page of that many octets
};
/// POP3: log in, read what is there, leave.
struct MailCheck {
  std::string host;
};
/// A mail through the ISP's relay (submission or port 25).
struct MailSend {
  std::string relay;
  std::uint32_t octets = 0;
};
/// A mail straight to the exchanger of `domain`.
struct DirectMail {
  std::string domain;
  std::uint32_t octets = 0;
};
struct Call {
  Duration length;
};
struct Resolve {
  std::string name;
};
/// A lone SYN by a program that writes its own packets.
struct Probe {
  IpAddress to;
  std::uint16_t port = 0;
  bool numbered_by_target = true;  ///< as Mirai numbers its SYNs
};
/// One session of wrong passwords, in the language of the port.
struct LoginGuess {
  IpAddress to;
  std::uint16_t port = 0;
};
constexpr std::uint16_t kFtpPort = 21, kSshPort = 22, kTelnetPort = 23;
/// So many packets to one target at an even pace, whether it answers or not.
struct Burst {
  IpAddress to;
  std::uint16_t port = 0;
  bool syn = false;  ///< lone SYNs; else datagrams
  std::int64_t packets = 0;
  Duration gap;
};
/// A peer-to-peer program joins one of its peers, if somebody is there.
struct PeerContact {
  IpAddress to;
  std::uint16_t port = 0;
};
using Intent =
    std::variant<Fetch, MailCheck, MailSend, DirectMail, Call, Resolve, Probe, LoginGuess, Burst, PeerContact>;

enum class Result : std::uint8_t { ok, portal, refused, timeout, failed };
[[nodiscard]] const char* name_of(Result);

struct Done {
  Result result = Result::failed;
  std::vector<Choice> offered;  ///< Result::portal: the choices on the page
};

class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual void render(const HomePlan&, DeviceKind, const Intent&, Behaviour, std::function<void(const Done&)>) = 0;
};

/// Simulated time, for behaviours.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;
  virtual void after(Duration, std::function<void()>) = 0;
};

constexpr Duration from_seconds(double s) { return {static_cast<std::int64_t>(s * 1e9)}; }
constexpr double in_seconds(Timestamp t) { return static_cast<double>(t.ns) / 1e9; }

/// The path on the portal for a choice.
[[nodiscard]] std::string choice_path(Choice);

}  // namespace lazaret
