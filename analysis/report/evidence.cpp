#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "analysis/report/facts.hpp"
#include "analysis/story.hpp"
#include "analysis/words.hpp"
#include "core/evidence/explanation.hpp"

namespace lazaret {
namespace {

/// Stories in one report; `lazaret explain` tells the others.
constexpr std::size_t kStories = 250;

/// "spam bot" for "spam_bot".
std::string spoken(std::string behaviour) {
  std::replace(behaviour.begin(), behaviour.end(), '_', ' ');
  return behaviour;
}

std::string outcome_of(const AccountLine& line) {
  std::string text = "quarantined at ";
  for (std::size_t i = 0; i < line.entries.size(); ++i)
    text += (i == 0 ? "" : ", again at ") + moment(line.entries[i].at_s);
  return text;
}

}  // namespace

std::string truth_of(const AccountLine& line) {
  if (line.infections.empty()) return "Never infected.";
  std::string text;
  for (const InfectionSpan& i : line.infections)
    text += fmt::format("{}Infected ({}{}) from {}{}.", text.empty() ? "" : " ", spoken(i.behaviour),
                        i.device.empty() ? "" : ", " + i.device, moment(i.from_s),
                        i.cleaned ? ", cleaned at " + moment(i.to_s) : " to the end");
  return text;
}

void add_evidence(PageData& page, const Summary& s, const Run& run) {
  PageData stories(PageData::type::list);
  std::size_t told = 0, all = 0;
  for (const auto& [account, line] : s.timeline.accounts()) {
    if (!line.quarantined()) continue;
    if (++all > kStories) continue;
    ++told;
    PageData story;
    story.set("account", std::to_string(account));
    story.set("truth", truth_of(line)), story.set("outcome", outcome_of(line));
    const auto known = std::find_if(run.truth.accounts.begin(), run.truth.accounts.end(),
                                    [id = account](const TruthAccount& a) { return a.account == id; });
    if (known != run.truth.accounts.end() && !known->ipv4.empty())
      story.set("address",
                fmt::format("{}{}, {}", known->ipv4, known->ipv6.empty() ? "" : " and " + known->ipv6,
                            counted(static_cast<std::uint64_t>(std::max<std::int64_t>(0, known->devices)), "device")));
    PageData lines(PageData::type::list);
    for (const StoryLine& l : story_of(run, AccountId{account})) {
      if (is_bookkeeping(l.kind)) continue;
      PageData row;
      row.set("at", moment(l.at_s)), row.set("state", std::string(name_of(l.state))), row.set("text", l.reason);
      lines.push_back(row);
    }
    story.set("lines", lines);
    stories.push_back(story);
  }
  page.set("has_stories", told > 0);
  page.set("stories", stories);
  if (all > told)
    page.set("evidence_cut",
             fmt::format("Told here are {} accounts; `lazaret explain RUN ACCOUNT` tells the others.", of(told, all)));
}

}  // namespace lazaret
