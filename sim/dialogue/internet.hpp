// Who is on the Internet of a scenario: which program serves at a server of the plan, and how addresses answer at which
// no server is.
// Ownership: values; programs own their listeners. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "sim/dialogue/servers.hpp"
#include "sim/population/intent.hpp"

namespace lazaret {

/// The program of a server of the plan; nothing for the portal, which needs a desk.
[[nodiscard]] std::unique_ptr<Server> make_server(Service, Machine&, const Scenario&, const Plan&, Clock&,
                                                  Received at_exchangers = {});

/// The rest of the Internet: whatever address no server holds. To a SYN it answers by a seeded hash of destination and
/// port, so that an address behaves the same for everybody and at all times: most are silent, some refuse, a few answer.
/// Everything else it swallows.
class Strangers {
 public:
  /// `answering`: by port, the share of addresses that answer with SYN+ACK; none on other ports.
  Strangers(std::uint64_t seed, std::map<std::uint16_t, double> answering);
  explicit Strangers(const Scenario&);

  enum class Answer : std::uint8_t { silence, refusal, acceptance };
  struct Reply {
    Answer answer = Answer::silence;
    std::uint8_t hops = 0;  ///< time to live of the reply
    std::uint32_t sequence = 0;
  };
  [[nodiscard]] Reply reply_to_syn(IpAddress to, std::uint16_t port) const;

 private:
  std::uint64_t seed_;
  std::map<std::uint16_t, double> answering_;
};

}  // namespace lazaret
