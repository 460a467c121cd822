// A crowd: as many subscribers as wanted and what they do, written window by window, so that millions of packets need no
// memory. What is done to them, or beside them, is written into the same windows by a Trouble.
// Ownership: a crowd owns its town and the open window. Threads: one at a time.
#pragma once

#include <functional>
#include <vector>

#include "tests/laws/machine.hpp"
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {

struct CrowdPlan {
  std::uint64_t seed = 1;
  unsigned victims = 1000;  ///< accounts 1..victims: one in 25 is a bot
  unsigned strangers = 8;   ///< the accounts after them: they send nothing of their own
  std::int64_t window_ms = 100;
  unsigned windows = 100;  ///< in which episodes begin
  unsigned active = 20;  ///< how many of a thousand victims begin one in a window; of a thousand bots six times as many
};

struct Window {
  Timestamp begin, end;
  std::vector<StreamPacket> own;  ///< what the victims send and are sent
};
/// Writes into `war` (subjects and policy of the crowd) packets stamped at or after the window's begin; those after its
/// end are kept for the next windows.
using Trouble = std::function<void(const Window&, Stream& war, Scripts&, Dice&)>;

struct CrowdRecord {
  std::vector<Verdict> verdicts;       ///< of the victims' own packets
  std::vector<Event> events, strange;  ///< of victims, of strangers
  std::map<AccountId, AccountStatus> status;
  Counters counters;
  std::uint64_t packets = 0;
};

/// Policy, leases and the rest of what a machine is made of; its packets are empty.
[[nodiscard]] Stream crowd_town(const CrowdPlan&);
/// `approve_strangers`: carry out the quarantines proposed for them; the victims' always are.
[[nodiscard]] CrowdRecord play_crowd(const CrowdPlan&, const Maker&, const Trouble& = {},
                                     bool approve_strangers = true);
/// Of the victims: events, verdicts, status.
[[nodiscard]] Difference compare_victims(const CrowdPlan&, const CrowdRecord& calm, const CrowdRecord& troubled);

}  // namespace lazaret::laws
