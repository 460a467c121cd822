#include "analysis/league.hpp"

#include <algorithm>

namespace lazaret {
namespace {

void add(LeagueRow& sum, const LeagueRow& row) {
  ++sum.isps;
  sum.accounts += row.accounts, sum.vulnerable += row.vulnerable;
  sum.infected += row.infected, sum.infected_at_end += row.infected_at_end, sum.spells += row.spells;
  sum.bot_days += row.bot_days, sum.mails += row.mails;
}

}  // namespace

League make_league(const Timeline& timeline, const Run& run) {
  League league;
  league.acting.isp = "those that act", league.acting.acts = true, league.acting.isps = 0;
  league.looking_on.isp = "those that look on", league.looking_on.isps = 0;
  for (const TruthIsp& isp : run.truth.isps) {
    LeagueRow row{.isp = isp.name,
                  .acts = isp.acts,
                  .accounts = isp.accounts,
                  .vulnerable = isp.vulnerable,
                  .mails = isp.mails_received};
    const auto& lines = timeline.accounts();
    const auto end = lines.lower_bound(isp.first_account + isp.accounts);
    for (auto it = lines.lower_bound(isp.first_account); it != end; ++it) {
      const AccountLine& line = it->second;
      if (line.infections.empty()) continue;
      ++row.infected;
      row.spells += line.infections.size();
      row.infected_at_end += !line.infections.back().cleaned;
      row.bot_days += (line.seconds(true, false) + line.seconds(true, true)) / 86400;
    }
    add(isp.acts ? league.acting : league.looking_on, row);
    league.rows.push_back(std::move(row));
  }
  std::stable_sort(league.rows.begin(), league.rows.end(),
                   [](const LeagueRow& a, const LeagueRow& b) { return a.mails > b.mails; });
  return league;
}

}  // namespace lazaret
