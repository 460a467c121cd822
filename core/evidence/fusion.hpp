// Many weak facts, one belief: each channel keeps a clamped log-likelihood score (CUSUM: Page 1954; Schechter et al. 2004
// use it as the reverse sequential test) that decays with its family's half-life; belief is their sum on prior log-odds.
// Ownership: values. Threads: pure.
#pragma once

#include <array>

#include "core/event.hpp"
#include "core/policy.hpp"

namespace lazaret {

/// What one detector saw once.
struct Observation {
  Channel channel = Channel::scan_ports;
  bool adverse = false;
  Score step = 0;  ///< what it adds to the score, before the clamp
  std::uint16_t port = 0, source_port = 0;
};

struct ChannelState {
  Score score = 0;
  Timestamp decayed_at;
  Sighting seen;
};

/// The evidence against one account.
struct Evidence {
  std::array<ChannelState, kChannels> channels{};
};

/// How an account is weighed: the ordinary way, or the stricter one of probation.
enum class Watch : std::uint8_t { ordinary, strict };

class Fusion {
 public:
  explicit Fusion(const Policy&);

  void observe(Evidence&, const Observation&, Timestamp at) const;
  /// All channels as they stand at `at`.
  [[nodiscard]] Evidence decayed(const Evidence&, Timestamp at) const;
  /// Log-odds of infection. REQUIRES decayed() to the time of asking.
  [[nodiscard]] Score belief(const Evidence&, Watch) const;
  /// Enough for quarantine: belief, and one certain channel or two families that agree. REQUIRES decayed().
  [[nodiscard]] bool enough(const Evidence&, Watch) const;

  [[nodiscard]] Score watch_threshold() const { return watch_; }
  [[nodiscard]] Score quarantine_threshold() const { return quarantine_; }
  [[nodiscard]] Score certain(Watch w) const { return w == Watch::strict ? certain_strict_ : certain_; }

 private:
  void decay(ChannelState&, Channel, Timestamp at) const;

  Score prior_, prior_strict_, watch_, quarantine_, certain_, certain_strict_;
  std::array<Score, kChannels> cap_{};
  std::array<std::int64_t, kChannels> quantum_ns_{};  ///< a 64th of the half-life
  std::array<std::int64_t, 64> decay_{};              ///< 65536 * 2^(-i/64)
};

/// llround(x * 65536): nats to Score.
[[nodiscard]] Score to_score(double nats);
/// Log-odds of a probability, as a Score.
[[nodiscard]] Score log_odds(double probability);

}  // namespace lazaret
