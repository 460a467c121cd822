// What the bots did to others: before anything was done about them, while restricted, and while let out again.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/timeline.hpp"

namespace lazaret {

struct HarmTally {
  std::uint64_t attempts = 0, ok = 0;
};

/// Attempts in one minute, by whether the account's line was restricted when each began.
struct HarmMinute {
  HarmTally open, restricted;
  double intended =
      0;  ///< what the scenario's bots set out to do, were nothing done: rate x infections at work, as planned
};

struct Harm {
  std::string service;  ///< direct_smtp, probe, dns, ...
  HarmTally before;     ///< until the account's first quarantine; all of it where there was none
  HarmTally restricted;
  HarmTally between;  ///< open again: 'later', probation, released
  std::vector<HarmMinute> minutes;
  [[nodiscard]] std::uint64_t attempts() const { return before.attempts + restricted.attempts + between.attempts; }
  [[nodiscard]] std::uint64_t ok() const { return before.ok + restricted.ok + between.ok; }
};

/// By service. Malicious outcomes only.
[[nodiscard]] std::vector<Harm> tally_harm(const Timeline&, const Run&);

}  // namespace lazaret
