#include "analysis/story.hpp"

#include <algorithm>
#include <charconv>

#include "core/evidence/explanation.hpp"

namespace lazaret {
namespace {

/// Kinds whose observed and limit are scores in 1/65536 nat.
bool is_scored(EventKind kind) {
  return kind == EventKind::watched || kind == EventKind::unwatched || kind == EventKind::reason ||
         kind == EventKind::notified || kind == EventKind::administrator_notified ||
         kind == EventKind::operator_asked || kind == EventKind::quarantine_proposed ||
         kind == EventKind::quarantined || kind == EventKind::quarantine_held;
}

}  // namespace

std::vector<StoryLine> story_of(const Run& run, AccountId account) {
  std::vector<StoryLine> story;
  for (const Event& event : run.events) {
    if (event.account != account) continue;
    const bool scored = is_scored(event.kind);
    const double scale = scored ? static_cast<double>(kNat) : 1;
    story.push_back(
        {.at_s = in_seconds(event.at),
         .kind = event.kind,
         .state = event.state,
         .channel = event.channel,
         .rule = std::string(event.kind == EventKind::reason ? name_of(event.channel) : name_of(event.kind)),
         .observed = static_cast<double>(event.observed) / scale,
         .limit = static_cast<double>(event.limit) / scale,
         .unit = scored ? "nat" : "",
         .reason = explain(event, run.scenario.policy)});
  }
  return story;
}

std::optional<AccountId> find_account(const Run& run, std::string_view text) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  const bool numbered = error == std::errc() && stopped == end && number != 0;
  for (const TruthAccount& a : run.truth.accounts)
    if (numbered ? a.account == number : !text.empty() && (a.ipv4 == text || a.ipv6 == text))
      return AccountId{a.account};
  const bool heard_of = numbered && std::any_of(run.events.begin(), run.events.end(),
                                                [number](const Event& e) { return e.account.value == number; });
  return heard_of ? std::optional(AccountId{number}) : std::nullopt;
}

bool is_bookkeeping(EventKind kind) {
  return kind == EventKind::bound || kind == EventKind::unbound || kind == EventKind::node_joined ||
         kind == EventKind::name_failed;
}

std::vector<std::string> remedies_for(const std::vector<StoryLine>& story) {
  std::vector<std::string> hints;
  for (const StoryLine& line : story) {
    if (line.kind != EventKind::reason) continue;
    std::string hint = remedy_hint(line.channel);
    if (std::find(hints.begin(), hints.end(), hint) == hints.end()) hints.push_back(std::move(hint));
  }
  return hints;
}

}  // namespace lazaret
