// What each channel promises: the behaviour it looks for, what it observes and how it counts, what it can add, and what
// it cannot see. docs/detectors.md is printed from this table; the rules themselves are in docs/semantics.md.
// Ownership: a constant table. Threads: any.
#pragma once

#include <span>
#include <string_view>

#include "core/event.hpp"
#include "core/policy.hpp"

namespace lazaret {

struct Contract {
  Channel channel;
  std::string_view behaviour;
  std::string_view observes;    ///< what counts as one observation
  std::string_view model;       ///< how an observation becomes a step of the score
  std::string_view parameters;  ///< rows of the policy table that it uses besides those below, separated by blanks
  std::string_view cap;         ///< the row that bounds its score
  bool convicts;                ///< it may be certain by itself; otherwise its cap stays below the certain score
  std::string_view per_day;     ///< the row with a clean account's observations in a day
  std::string_view half_life;   ///< the row
  std::string_view state;       ///< what an account keeps for it, besides its standing
  std::string_view source;
  /// Where tests see it count on something real, separated by blanks: exchanges of tests/real, or *.pcap for captures
  /// that others published.
  std::string_view seen_on;
  std::string_view blind;  ///< what it cannot see, and what is mistaken for it
};

/// One of each channel, in order.
[[nodiscard]] std::span<const Contract> contracts();
[[nodiscard]] const Contract& contract_of(Channel);

/// What the channel can add at most, in nats.
[[nodiscard]] double cap_of(Channel, const Policy&);
/// The score from which a channel is certain by itself, in nats: ln(N / r), N observations of a clean account in a day,
/// r wrong quarantines in a day that are accepted (evidence.false_quarantines_per_day).
[[nodiscard]] double certain_score(Channel, const Policy&);

}  // namespace lazaret
