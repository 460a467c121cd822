// The evidence of one channel against one account, and what makes it.
// Ownership: values, trivially copyable. Threads: none.
#pragma once

#include "core/event.hpp"
#include "core/limits.hpp"
#include "core/short_row.hpp"
#include "core/time.hpp"

namespace lazaret {

/// What one detector saw once.
struct Observation {
  Channel channel = Channel::scan_ports;
  bool adverse = false;
  Score step = 0;  ///< what it adds to the score, before the clamp
  std::uint16_t port = 0, source_port = 0;
};

/// One channel's score, and the facts behind it. Scores stay below 2^24 (256 nats).
struct Standing {
  std::uint32_t score : 24 = 0;
  std::uint32_t number : 8 = 0;  ///< the Channel
  Second decayed_at = 0;
  Second first = 0, last = 0;  ///< of the adverse observations
  std::uint16_t observations = 0, adverse = 0;
  std::uint16_t port = 0, source_port = 0;  ///< of the last adverse observation

  [[nodiscard]] Channel channel() const { return static_cast<Channel>(number); }
  [[nodiscard]] Sighting sighting() const {
    return {begin_of(first), begin_of(last), observations, adverse, port, source_port};
  }
  template <typename Archive>
  void archive(Archive& a) {
    std::uint32_t s = score;
    std::uint8_t n = static_cast<std::uint8_t>(number);
    a(s), a(n), a(decayed_at), a(first), a(last), a(observations), a(adverse), a(port), a(source_port);
    score = s & 0xff'ffffU, number = n;
  }
};
static_assert(sizeof(Standing) == 24);

using Evidence = ShortRow<Standing, kStandingsPerAccount>;

}  // namespace lazaret
