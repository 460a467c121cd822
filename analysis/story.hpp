// One account's story: its events in order, each as a sentence that a subscriber or a help desk can read.
// Ownership: values. Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/run.hpp"

namespace lazaret {

struct StoryLine {
  double at_s = 0;
  EventKind kind = EventKind::bound;
  State state = State::clear;
  Channel channel = Channel::scan_ports;  ///< of evidence
  std::string rule;                       ///< the event's name; for evidence, its channel's
  double observed = 0, limit = 0;
  std::string unit;  ///< of both: "nat" for scores and beliefs; empty for counts
  std::string reason;
};

/// Every event of the account; empty for one that the run does not know.
[[nodiscard]] std::vector<StoryLine> story_of(const Run&, AccountId);
/// Leases, nodes and names counted for the conductor: they tell a subscriber nothing.
[[nodiscard]] bool is_bookkeeping(EventKind);
/// What usually helps against the evidence in the story, each sentence once, in the story's order.
[[nodiscard]] std::vector<std::string> remedies_for(const std::vector<StoryLine>&);
/// The account that `text` names: its number, or an address that truth gives it. Nothing where there is none.
[[nodiscard]] std::optional<AccountId> find_account(const Run&, std::string_view text);

}  // namespace lazaret
