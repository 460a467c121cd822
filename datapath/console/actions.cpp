#include "datapath/console/actions.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "core/evidence/names.hpp"

namespace lazaret::console {
namespace {

constexpr std::string_view kAccounts = "/accounts/";
constexpr Action kActions[] = {
    {"/release", "release", "reason", Role::helpdesk, true, false},
    {"/quarantine", "quarantine", "", Role::operator_, true, true},
    {"/classify", "classify", "class", Role::operator_, true, true},
    {"/fuse/reset", "reset-fuse", "", Role::operator_, false, true},
    {"/enforcement/stop", "stop-enforcement", "", Role::operator_, false, true},
    {"/enforcement/resume", "resume-enforcement", "", Role::operator_, false, true},
};

bool known_choice(const Action& action, const std::string& name) {
  return action.choice == "reason" ? find_named<ReleaseReason>(name).has_value()
                                   : find_named<AccountClass>(name).has_value();
}

/// One line of UTF-8.
bool plain_text(const std::string& text) {
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == 127; })) return false;
  try {
    (void)nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    return false;
  }
  return true;
}

std::string field(const std::map<std::string, std::string>& fields, std::string_view name) {
  const auto found = fields.find(std::string(name));
  return found == fields.end() ? std::string() : found->second;
}

}  // namespace

bool is_account(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number != kNobody.value;
}

std::optional<Target> find_action(std::string_view path) {
  std::string account;
  if (path.starts_with(kAccounts)) {
    path.remove_prefix(kAccounts.size());
    const std::size_t slash = std::min(path.find('/'), path.size());
    account = path.substr(0, slash);
    path.remove_prefix(slash);
    if (account.empty()) return std::nullopt;
  }
  for (const Action& action : kActions)
    if (action.path == path && action.of_account == !account.empty()) return Target{&action, account};
  return std::nullopt;
}

Outcome Actions::perform(const Person& person, const Target& target, const std::map<std::string, std::string>& fields,
                         std::int64_t now_s) {
  const Action& action = *target.action;
  if (person.role < action.least) return {403, "Your role does not allow this."};
  if (action.of_account && !is_account(target.account)) return {400, "'" + target.account + "' is no account number."};
  AuditEntry entry;
  entry.at_s = now_s, entry.who = person.name, entry.role = name_of(person.role), entry.what = action.word;
  entry.account = target.account, entry.why = field(fields, "why");
  if (!action.choice.empty()) {
    entry.choice = field(fields, action.choice);
    if (!known_choice(action, entry.choice))
      return {400, "'" + std::string(action.choice) + "' is missing, or none of those that there are."};
  }
  if (action.wants_why && entry.why.find_first_not_of(' ') == std::string::npos)
    return {400, "A reason is wanted ('why'): it goes to the audit trail."};
  if (entry.why.size() > kLongestWhy || !plain_text(entry.why))
    return {400, "'why' is one line of at most " + std::to_string(kLongestWhy) + " octets."};
  if (!audit_.begin(entry)) {
    ++failed_;
    return {503, "The audit trail cannot be written, and without it nothing is done."};
  }
  std::vector<std::string> words = {std::string(action.word)};
  if (action.of_account) words.push_back(target.account);
  if (!action.choice.empty()) words.push_back(entry.choice);
  const Said said = daemon_.ask(words);
  const auto end = [&](std::uint64_t& counter, const std::string& outcome, Outcome result) {
    ++counter;
    if (!audit_.finish(entry, outcome)) result.detail += " The audit trail could not be completed.";
    return result;
  };
  if (std::holds_alternative<NoAnswer>(said))
    return end(failed_, "no answer",
               {504, "The daemon did not answer; it may have been done. Look before you repeat."});
  if (const auto* refused = std::get_if<Refused>(&said))
    return end(failed_, "refused: " + refused->why, {409, "The daemon refused: " + refused->why + "."});
  return end(done_, "done", {200, "Done, and on stable storage."});
}

}  // namespace lazaret::console
