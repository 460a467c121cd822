// Many weak facts, one belief: each channel keeps a clamped log-likelihood score (CUSUM: Page 1954; Schechter et al. 2004
// use it as the reverse sequential test) that decays with its family's half-life. Within a family the greatest score
// counts whole and the others in part, because channels of a family often see the same packets; belief is the sum over
// families on prior log-odds. Exact rules: docs/semantics.md, 12.
// Ownership: values. Threads: pure.
#pragma once

#include <array>

#include "core/counters.hpp"
#include "core/evidence/standing.hpp"
#include "core/policy.hpp"

namespace lazaret {

/// What a family must add to count as one that agrees.
constexpr Score kCorroborates = 2 * kNat;

/// How an account is weighed: the ordinary way, or the stricter one of probation.
enum class Watch : std::uint8_t { ordinary, strict };

/// What evidence amounts to at one moment.
struct Weight {
  Score belief = 0;     ///< log-odds of infection
  bool enough = false;  ///< for quarantine: belief, and one certain channel or two families that agree
};

class Fusion {
 public:
  explicit Fusion(const Policy&);

  void observe(Evidence&, const Observation&, Second at, Counters&) const;
  /// The score of a standing as it is at `at`.
  [[nodiscard]] Score score(const Standing&, Second at) const;
  [[nodiscard]] Weight weigh(const Evidence&, Second at, Watch) const;

  [[nodiscard]] Score watch_threshold() const { return watch_; }
  [[nodiscard]] Score notify_threshold() const { return notify_; }
  [[nodiscard]] Score quarantine_threshold() const { return quarantine_; }
  /// The score at which the channel is certain by itself: ln(observations a day / wrong quarantines a day).
  [[nodiscard]] Score certain(Channel c, Watch w) const {
    return certain_[static_cast<unsigned>(w)][static_cast<unsigned>(family_of(c))];
  }

 private:
  /// Stores the decayed score.
  void decay(Standing&, Second at) const;
  /// The channel's standing, taken if need be; nullptr when there is none and the observation cannot have one.
  Standing* standing(Evidence&, const Observation&, Second at, Counters&) const;

  std::array<Score, 2> prior_;  ///< by Watch
  Score watch_, notify_, quarantine_, correlated_;
  std::array<std::array<Score, kFamilies>, 2> certain_{};  ///< by Watch
  std::array<Score, kChannels> cap_{};
  std::array<Second, kFamilies> quantum_s_{};  ///< a 64th of the half-life
  std::array<std::int64_t, 64> decay_{};       ///< 65536 * 2^(-i/64)
};

/// llround(x * 65536): nats to Score.
[[nodiscard]] Score to_score(double nats);
/// Log-odds of a probability, as a Score.
[[nodiscard]] Score log_odds(double probability);

/// What a Bernoulli observation adds, by Wald: ln(bot / clean) when adverse, ln((1 - bot) / (1 - clean)) when not.
struct Steps {
  Steps(double clean, double bot);
  Score adverse, exonerating;
};

}  // namespace lazaret
