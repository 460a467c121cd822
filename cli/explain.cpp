// lazaret explain RUN ACCOUNT: one account's story, as a help desk would read it to the subscriber.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "analysis/story.hpp"
#include "analysis/words.hpp"
#include "cli/arguments.hpp"
#include "core/evidence/explanation.hpp"

namespace {

using namespace lazaret;

nlohmann::ordered_json as_json(AccountId account, const std::vector<StoryLine>& story) {
  nlohmann::ordered_json events = nlohmann::ordered_json::array();
  for (const StoryLine& line : story)
    events.push_back({{"at_s", line.at_s},
                      {"event", name_of(line.kind)},
                      {"rule", line.rule},
                      {"state", name_of(line.state)},
                      {"observed", line.observed},
                      {"limit", line.limit},
                      {"unit", line.unit},
                      {"reason", line.reason}});
  return {{"account", account.value}, {"events", events}, {"remedies", remedies_for(story)}};
}

void print(const Run& run, AccountId account, const std::vector<StoryLine>& story) {
  std::cout << "Account " << account.value;
  for (const TruthAccount& a : run.truth.accounts)
    if (a.account == account.value) std::cout << ", " << a.ipv4 << (a.ipv6.empty() ? "" : " and ") << a.ipv6;
  std::cout << "\n";
  for (const TruthInfection& i : run.truth.infections)
    if (i.account == account.value)
      std::cout << fmt::format("In truth: {} on {} from {}{}\n", i.behaviour, i.device, moment(i.from_s),
                               i.until_s ? " to " + moment(*i.until_s) : " to the end");
  std::cout << "\n";
  for (const StoryLine& line : story)
    if (line.kind != EventKind::name_failed)  // counted for the conductor; there can be very many
      std::cout << fmt::format("{:>8}  {:<12} {}\n", moment(line.at_s), name_of(line.state), line.reason);
  const std::vector<std::string> remedies = remedies_for(story);
  if (!remedies.empty()) std::cout << "\nWhat usually helps:\n";
  for (const std::string& remedy : remedies) std::cout << "  " << remedy << "\n";
}

int explain_account(const std::string& directory, const std::string& who, bool json) {
  const auto loaded = load_run(directory);
  if (const auto* problem = std::get_if<Problem>(&loaded)) {
    std::cerr << "lazaret explain: " << problem->message << "\n";
    return kBadInput;
  }
  const Run& run = std::get<Run>(loaded);
  const auto account = find_account(run, who);
  if (!account) {
    std::cerr << fmt::format(
        "lazaret explain: {} knows no account '{}'; name its number (1 to {}) or one of its addresses\n", directory,
        who, run.truth.accounts.size());
    return kBadInput;
  }
  const std::vector<StoryLine> story = story_of(run, *account);
  if (json)
    std::cout << as_json(*account, story).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
  else
    print(run, *account, story);
  return kDone;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments(
      "lazaret explain", "One account's story: what was seen, when, how often, against which limit, and what followed.",
      "Examples:\n  lazaret explain runs/cipp_2007 17\n  lazaret explain runs/cipp_2007 100.64.0.17 --json\n\n"
      "Exit codes: 0 told; 2 not a complete run, no such account, or usage; 3 failed inside");
  std::string directory, account;
  bool json = false;
  arguments.option("run", &directory, "the run directory").required();
  arguments.option("account", &account, "its number, or one of its addresses").required();
  arguments.flag("--json", &json, "one JSON document on standard output");
  return arguments.run(count, values, [&] { return explain_account(directory, account, json); });
}
