// What a quarantine closes and what it leaves alone: success of each service inside and outside of restriction.
//
// The rule: an attempt by the household (not by its bot) is *inside* if its account was restricted from the attempt's
// begin to its end, *outside* if it was restricted at no moment of it. Attempts across a change are left out of both
// and counted on their own, so that a call that was up when the quarantine began neither helps nor hurts. Ownership:
// values. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/intervals.hpp"
#include "analysis/timeline.hpp"

namespace lazaret {

enum class Effect {
  unknown,     ///< no attempts on one of the sides, or mostly failing on both
  unaffected,  ///< success differs by at most kUnaffected
  closed,      ///< at most kClosed of the attempts succeed, where outside at least half do
  unclear,     ///< differs by more, but so little or in so few attempts that chance explains it
  worse,
  better,
};
constexpr double kUnaffected = 0.01;
constexpr double kClosed = 0.02;

struct ServiceScore {
  std::string service;
  Share inside, outside;
  std::uint64_t portal_inside = 0;   ///< answered by the page instead
  std::uint64_t refused_inside = 0;  ///< failed fast
  std::uint64_t straddling = 0, straddling_ok = 0;
  double difference = 0;                ///< inside minus outside
  Interval difference_interval{-1, 1};  ///< Newcombe
  Effect effect = Effect::unknown;
  /// The whole interval of the difference lies within kUnaffected: as good as shown, not just not contradicted.
  [[nodiscard]] bool shown_unaffected() const {
    return difference_interval.low >= -kUnaffected && difference_interval.high <= kUnaffected;
  }
};

/// In the order people read them: mail and web, then voice, then the rest by name.
[[nodiscard]] std::vector<ServiceScore> score_services(const std::vector<TruthCount>&);

/// "POP3 mail reading" for "pop3"; the key itself where there is no better name.
[[nodiscard]] std::string service_title(std::string_view service);
[[nodiscard]] std::string_view name_of(Effect);

}  // namespace lazaret
