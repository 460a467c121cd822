// The exchanges that make_exchanges.bash made, for tests: which there are, what the core must say of them, and their
// frames. A detector's author adds the expectation to the table in exchanges.cpp.
// Ownership: values. Threads: any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.hpp"
#include "core/packet/decode.hpp"
#include "core/policy.hpp"

namespace lazaret::real {

/// What the core must say of an exchange's subscriber under world_policy().
enum class Says : std::uint8_t {
  clean,        ///< of somebody clean: not even told
  evidence,     ///< of a bot: the channels saw something adverse; what follows is not this exchange's alone to say
  notified,     ///< of a bot: told, not quarantined
  quarantined,  ///< of a bot
};

struct Expectation {
  std::string_view exchange;
  Says says = Says::clean;
  std::vector<Channel> channels{};  ///< each saw something adverse
};
/// One row an exchange; the table is in exchanges.cpp.
[[nodiscard]] const std::vector<Expectation>& expectations();

/// The ISP's own services in that world: resolver and mail relay.
[[nodiscard]] Policy world_policy();

/// Why there are no exchanges here; empty where there are.
[[nodiscard]] std::string absence();
[[nodiscard]] std::filesystem::path capture_of(std::string_view exchange);

/// NAME.json, written with the capture.
struct Sidecar {
  IpAddress subscriber;
  std::string mac;   ///< of the home's end of the line
  std::string kind;  ///< bot or clean
  std::string behaviour;
  unsigned count = 0;  ///< acts that it is made of: mails, log-ins, questions, packets
};
[[nodiscard]] std::optional<Sidecar> sidecar_of(std::string_view exchange);

/// One frame, whole, and what the core's decoder says of it.
struct Frame {
  std::vector<std::uint8_t> octets;
  std::int64_t at_ns = 0;
  bool sent = false;  ///< by the home, whatever source address it gave
  Facts facts;        ///< `payload` points into `octets`: at most what the core looks at
  [[nodiscard]] bool tcp() const { return facts.transport == Transport::tcp; }
  [[nodiscard]] bool udp() const { return facts.transport == Transport::udp; }
  [[nodiscard]] bool syn() const { return tcp() && (facts.tcp_flags & (kSyn | kAck)) == kSyn; }
};
/// Nothing unless the file is a classic pcap with nanoseconds, of Ethernet, undamaged, with every frame whole.
[[nodiscard]] std::optional<std::vector<Frame>> frames_of(std::string_view exchange);

}  // namespace lazaret::real
