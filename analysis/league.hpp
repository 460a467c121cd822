// The ISPs of a run side by side: bots, and the spam that the rest of the Internet took from each; and the same for those
// that act and those that only look on, which is how much the others gain when some act.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/timeline.hpp"

namespace lazaret {

struct LeagueRow {
  std::string isp;  ///< or what the sum is of
  bool acts = false;
  std::uint64_t isps = 1, accounts = 0;
  std::uint64_t vulnerable = 0;  ///< homes that could be infected
  std::uint64_t infected = 0;    ///< accounts that ever were
  std::uint64_t infected_at_end = 0;
  std::uint64_t spells = 0;  ///< infections, those that came back too
  double bot_days = 0;       ///< account-days with a bot, restricted or not
  std::uint64_t mails = 0;   ///< of bots or not, that exchangers accepted from its addresses
  /// A thousand subscribers.
  [[nodiscard]] double per_thousand(double figure) const {
    return accounts == 0 ? 0 : figure * 1000 / static_cast<double>(accounts);
  }
};

struct League {
  std::vector<LeagueRow> rows;   ///< most mails first; empty where there is but one ISP
  LeagueRow acting, looking_on;  ///< sums
};

[[nodiscard]] League make_league(const Timeline&, const Run&);

}  // namespace lazaret
