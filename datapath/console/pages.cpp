#include "datapath/console/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <kainjow/mustache.hpp>
#include <utility>

#include "datapath/console/resources.hpp"

namespace lazaret::console {
namespace {

using kainjow::mustache::data;
using nlohmann::json;

data object() { return data(data::type::object); }
data list() { return data(data::type::list); }

using Words = std::pair<std::string_view, std::string_view>;
constexpr Words kStates[] = {{"clear", "Clear"},       {"watched", "Watched"},           {"notified", "Notified"},
                             {"proposed", "Proposed"}, {"quarantined", "In quarantine"}, {"remediating", "Cleaning up"},
                             {"deferred", "Deferred"}, {"probation", "On probation"}};
constexpr Words kReleases[] = {{"cleaned", "Cleaned"},
                               {"false_alarm", "False alarm"},
                               {"appeal_upheld", "Appeal upheld"},
                               {"hardship", "Hardship"},
                               {"other", "Other"}};
constexpr Words kClasses[] = {{"ordinary", "Ordinary"},
                              {"business", "Business: its administrator is told first"},
                              {"vulnerable", "Vulnerable: nothing is closed without an operator"},
                              {"exempt", "Exempt: never weighed"}};
constexpr Words kDone[] = {{"release", "Released"},
                           {"quarantine", "Quarantined"},
                           {"classify", "Classified"},
                           {"reset-fuse", "Fuse reset"},
                           {"stop-enforcement", "Enforcement stopped"},
                           {"resume-enforcement", "Enforcement resumed"}};
constexpr Words kPackets[] = {{"received", "Received"},
                              {"passed", "Passed"},
                              {"gardened", "To the garden"},
                              {"dropped", "Dropped"},
                              {"answered", "Rejected, with an answer"},
                              {"unanswered", "Rejected, no answer allowed"},
                              {"malformed", "Malformed"},
                              {"spoofed", "Forged sources"}};
constexpr Words kLosses[] = {{"not_sent", "Not sent: the outgoing port was full"},
                             {"events_lost", "Events lost"},
                             {"evidence_lost", "Observations lost"},
                             {"connections_dropped", "Connections that flooded a socket"}};

template <std::size_t kCount>
std::string word_for(const Words (&table)[kCount], const std::string& name) {
  for (const auto& [key, words] : table)
    if (key == name) return std::string(words);
  return name;
}

/// In groups of three, with thin spaces that do not break.
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, "\u202f");
  return text;
}

template <std::size_t kCount>
data options(const Words (&table)[kCount], const std::string& chosen) {
  data all = list();
  for (const auto& [value, words] : table) {
    data one = object();
    one.set("value", std::string(value));
    one.set("words", std::string(words));
    one.set("chosen", data(value == chosen ? data::type::bool_true : data::type::bool_false));
    all.push_back(one);
  }
  return all;
}

/// How loud a state is shown.
std::string mood_of(const std::string& state) {
  if (state == "quarantined" || state == "remediating") return "closed";
  if (state == "clear") return "clear";
  return "open";
}

data flag(bool is) { return data(is ? data::type::bool_true : data::type::bool_false); }

void set_time(data& to, std::int64_t at_s, std::int64_t now_s) {
  to.set("when", time_text(at_s));
  to.set("age", age_text(std::max<std::int64_t>(0, now_s - at_s)));
}

void set_account(data& to, const json& a, std::int64_t now_s) {
  const std::string state = text_in(a, "state");
  to.set("number", std::to_string(count_in(a, "account")));
  to.set("state", word_for(kStates, state));
  to.set("mood", mood_of(state));
  const std::string account_class = text_in(a, "class");
  const std::string words = word_for(kClasses, account_class);
  to.set("class", words.substr(0, words.find(':')));
  const json& belief = part_of(a, "belief_nats");
  const double nats = belief.is_number() ? belief.get<double>() : 0;
  to.set("belief", fmt::format("{}{:.1f}", nats < 0 ? "\u2212" : "", std::abs(nats)));
  to.set("later_left", std::to_string(count_in(a, "later_left")));
  to.set("history", std::to_string(count_in(a, "history")));
  const json& since = part_of(a, "since_s");
  to.set("has_since", flag(since.is_number_integer()));
  if (since.is_number_integer()) set_time(to, since.get<std::int64_t>(), now_s);
}

data entries_of(const std::vector<AuditEntry>& entries) {
  data all = list();
  for (const AuditEntry& e : entries) {
    data one = object();
    one.set("when", time_text(e.at_s));
    one.set("who", e.who);
    one.set("role", e.role);
    one.set("what", word_for(kDone, e.what));
    one.set("account", e.account);
    one.set("has_account", flag(!e.account.empty()));
    one.set("choice", e.what == "release" ? word_for(kReleases, e.choice) : e.choice);
    one.set("has_choice", flag(!e.choice.empty()));
    one.set("why", e.why.empty() ? "–" : e.why);
    one.set("good", flag(e.outcome == "done"));
    one.set("outcome", e.outcome.empty() ? "not known" : e.outcome);
    all.push_back(one);
  }
  return all;
}

std::string fill(data& values) {
  // Another style is another address: browsers keep each for long.
  static const std::string style = in_hex(digest_of(resource::style())).substr(0, 16);
  values.set("style", style);
  kainjow::mustache::mustache page{std::string(resource::page())};
  return page.render(values);
}

data frame(const View& view, const std::string& isp, const std::string& title, const std::string& here) {
  data values = object();
  values.set("isp", isp);
  values.set("title", title);
  values.set("inside", flag(true));
  values.set("who", view.person.name);
  values.set("role", std::string(name_of(view.person.role)));
  values.set("csrf", view.csrf);
  values.set("has_note", flag(!view.note.empty()));
  values.set("note", view.note);
  values.set("bad", flag(view.bad));
  values.set("may_release", flag(view.person.role >= Role::helpdesk));
  values.set("may_all", flag(view.person.role >= Role::operator_));
  for (const char* page : {"overview", "accounts", "audit"}) values.set(std::string("at_") + page, flag(here == page));
  return values;
}

/// Nothing: the daemon answered, and what it said is behind `to`.
const json* good_part(data& values, const Said& said) {
  const auto* good = std::get_if<json>(&said);
  values.set("down", flag(good == nullptr));
  if (good != nullptr) return good;
  const auto* refused = std::get_if<Refused>(&said);
  values.set("down_why", refused != nullptr ? refused->why : std::string("It does not answer."));
  return nullptr;
}

template <std::size_t kCount>
data rows(const Words (&table)[kCount], const json& counts) {
  data all = list();
  for (const auto& [key, words] : table) {
    data row = object();
    row.set("words", std::string(words));
    row.set("count", grouped(count_in(counts, std::string(key).c_str())));
    all.push_back(row);
  }
  return all;
}

}  // namespace

std::string time_text(std::int64_t unix_s) {
  const std::time_t at = unix_s;
  std::tm parts{};
  gmtime_r(&at, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string age_text(std::int64_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < 2 * 86400) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " days";
}

std::string Pages::log_in(const std::string& note) const {
  data values = object();
  values.set("isp", isp_);
  values.set("title", "Sign in");
  values.set("outside", flag(true));
  values.set("has_note", flag(!note.empty()));
  values.set("note", note);
  values.set("bad", flag(true));
  return fill(values);
}

std::string Pages::overview(const View& view, const Said& status) const {
  data values = frame(view, isp_, "Overview", "overview");
  if (const json* s = good_part(values, status)) {
    data page = object();
    page.set("enforcing", flag(true_in(*s, "enforcing")));
    page.set("fuse_blown", flag(true_in(*s, "fuse_blown")));
    page.set("disk_failed", flag(part_of(*s, "problem").is_string()));
    page.set("problem", text_in(*s, "problem"));
    const json& by_state = part_of(*s, "accounts");
    page.set("quarantined", grouped(count_in(by_state, "quarantined") + count_in(by_state, "remediating")));
    data states = list();
    for (const auto& [key, words] : kStates) {
      if (key == "clear") continue;
      data row = object();
      row.set("words", std::string(words));
      row.set("count", grouped(count_in(by_state, std::string(key).c_str())));
      states.push_back(row);
    }
    page.set("states", states);
    page.set("packets", rows(kPackets, *s));
    page.set("losses", rows(kLosses, *s));
    std::vector<std::pair<std::uint64_t, std::string>> reasons;
    const json& counts = part_of(*s, "reasons");
    if (counts.is_object())
      for (const auto& [channel, count] : counts.items())
        if (count_in(counts, channel.c_str()) > 0) reasons.emplace_back(count_in(counts, channel.c_str()), channel);
    std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    data shown = list();
    for (const auto& [count, channel] : reasons) {
      data row = object();
      row.set("words", channel);
      row.set("count", grouped(count));
      shown.push_back(row);
    }
    page.set("reasons", shown);
    page.set("no_reasons", flag(reasons.empty()));
    values.set("overview", page);
  }
  return fill(values);
}

std::string Pages::accounts(const View& view, const Said& accounts) const {
  data values = frame(view, isp_, "Accounts", "accounts");
  if (const json* all = good_part(values, accounts)) {
    data page = object(), rows = list();
    const json& list_of = part_of(*all, "accounts");
    if (list_of.is_array())
      for (const json& a : list_of) {
        data row = object();
        set_account(row, a, view.now_s);
        rows.push_back(row);
      }
    page.set("rows", rows);
    page.set("none", flag(!list_of.is_array() || list_of.empty()));
    page.set("more", flag(part_of(*all, "next").is_number()));
    page.set("next", std::to_string(count_in(*all, "next")));
    values.set("accounts", page);
  }
  return fill(values);
}

std::string Pages::account(const View& view, const std::string& number, const Said& account, const Said& events,
                           const std::vector<AuditEntry>& trail) const {
  data values = frame(view, isp_, "Account " + number, "account");
  if (const json* a = good_part(values, account)) {
    data page = object(), timeline = list();
    set_account(page, *a, view.now_s);
    page.set("clear", flag(text_in(*a, "state") == "clear"));
    page.set("in_quarantine", flag(mood_of(text_in(*a, "state")) == "closed"));
    std::vector<json> newest;
    if (const auto* e = std::get_if<json>(&events); e != nullptr && part_of(*e, "events").is_array())
      newest.assign(part_of(*e, "events").rbegin(), part_of(*e, "events").rend());
    for (const json& e : newest) {
      data row = object();
      const json& at = part_of(e, "at_s");
      set_time(row, at.is_number_integer() ? at.get<std::int64_t>() : 0, view.now_s);
      row.set("text", text_in(e, "text"));
      row.set("label", part_of(e, "channel").is_string() ? text_in(e, "channel") : text_in(e, "kind"));
      row.set("evidence", flag(text_in(e, "kind") == "reason"));
      timeline.push_back(row);
    }
    page.set("timeline", timeline);
    page.set("no_timeline", flag(newest.empty()));
    page.set("releases", options(kReleases, ""));
    page.set("classes", options(kClasses, text_in(*a, "class")));
    page.set("trail", entries_of(trail));
    page.set("no_trail", flag(trail.empty()));
    values.set("account", page);
  }
  return fill(values);
}

std::string Pages::audit(const View& view, const std::vector<AuditEntry>& trail) const {
  data values = frame(view, isp_, "Audit trail", "audit");
  values.set("down", flag(false));
  data page = object();
  page.set("trail", entries_of(trail));
  page.set("no_trail", flag(trail.empty()));
  values.set("audit", page);
  return fill(values);
}

std::string Pages::message(const View& view, const std::string& text) const {
  data values = frame(view, isp_, "Not found", "");
  values.set("down", flag(false));
  data page = object();
  page.set("text", text);
  values.set("message", page);
  return fill(values);
}

}  // namespace lazaret::console
