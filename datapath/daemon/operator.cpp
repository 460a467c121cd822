#include "datapath/daemon/operator.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "core/evidence/explanation.hpp"
#include "core/evidence/names.hpp"

namespace lazaret::daemon {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

constexpr const char* kHelp =
    "status | accounts [AFTER] | account N | events N | release N REASON | quarantine N | classify N CLASS | bind "
    "PREFIX N [LINE] | unbind PREFIX | "
    "reset-fuse | stop-enforcement | resume-enforcement | report SOURCE PORT UNIX_NS DOMAIN confirmed | reload | "
    "snapshot";

AccountId account(const std::string& word) {
  AccountId id;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id.value);
  if (error != std::errc{} || end != word.data() + word.size() || id == kNobody)
    throw std::runtime_error("'" + word + "' is no account number");
  return id;
}

template <typename Enum>
Enum named(const std::string& word) {
  if (const auto found = find_named<Enum>(word)) return *found;
  std::string all;
  for (const std::string_view name : names_of<Enum>()) all += (all.empty() ? "" : ", ") + std::string(name);
  throw std::runtime_error("'" + word + "' is none of " + all);
}

Prefix prefix(const std::string& word) {
  const auto found = parse_prefix(word);
  if (!found) throw std::runtime_error("'" + word + "' is no address or prefix");
  return *found;
}

LineId line(const std::string& word) {
  const auto found = parse_line(word);
  if (!found) throw std::runtime_error("'" + word + "' is no access line: S-VLAN.C-VLAN or one VLAN, from 1 to 4094");
  return *found;
}

template <typename Enum, std::size_t kCount>
json by_name(const std::array<std::uint64_t, kCount>& counts) {
  json all = json::object();
  for (std::size_t i = 0; i < kCount; ++i) all[std::string(name_of(static_cast<Enum>(i)))] = counts[i];
  return all;
}

/// By the state after the last of an account's events.
json accounts_by_state(const State& s) {
  std::array<std::uint64_t, 8> counts{};
  for (const auto& [account, events] : s.told) ++counts[static_cast<std::size_t>(events.back().state)];
  json all = by_name<lazaret::State>(counts);
  all.erase("clear");  // told is of those that are not
  return all;
}

json status(Live& live, std::uint64_t dropped) {
  const Look look = live.look();
  const Carried& c = look.carried;
  const State& s = live.state();
  return {{"received", c.received},
          {"passed", c.passed},
          {"gardened", c.gardened},
          {"dropped", c.dropped},
          {"answered", c.answered},
          {"unanswered", c.unanswered},
          {"not_sent", c.not_sent},
          {"strange_port", c.strange_port},
          {"events_lost", c.notices_lost + look.counters.events_lost},
          {"judged", look.counters.packets},
          {"connections_dropped", dropped},
          {"fuse_blown", s.conductor.fuse_blown()},
          {"enforcing", s.conductor.enforcing()},
          {"log_octets", live.log_octets()},
          {"torn_octets", s.torn_octets},
          {"replayed", s.replayed},
          {"accounts", accounts_by_state(s)},
          {"events", by_name<EventKind>(s.tally.events)},
          {"reasons", by_name<Channel>(s.tally.reasons)},
          {"malformed", look.counters.malformed},
          {"spoofed", look.counters.spoofed},
          {"unbound", look.counters.unbound},
          {"evidence_lost", look.counters.contacts_skipped + look.counters.sessions_skipped +
                                look.counters.evidence_crowded + look.counters.bindings_refused},
          {"problem", live.problem() ? json(live.problem()->message) : json(nullptr)}};
}

std::int64_t unix_s(Timestamp at) { return at.ns / kNsPerSecond; }

json account_of(Live& live, AccountId id) {
  const AccountStatus s = live.look(id).status;
  json since = nullptr;
  if (const auto told = live.state().told.find(id); told != live.state().told.end() && s.state != lazaret::State::clear)
    for (const Event& e : told->second)
      if (e.kind != EventKind::reason && e.kind != EventKind::appealed) since = unix_s(e.at);
  return {{"account", id.value},
          {"state", name_of(s.state)},
          {"class", name_of(s.account_class)},
          {"later_left", s.later_left},
          {"history", s.history},
          {"belief_nats", static_cast<double>(s.belief) / kNat},
          {"since_s", since}};
}

/// Those that are not clear, by number, so many at a time: an answer fits the socket, and packets' turns stay short.
json accounts(Live& live, AccountId after) {
  constexpr std::size_t kMost = 100;
  std::vector<AccountId> ids;
  const auto& told = live.state().told;
  auto next = told.upper_bound(after);
  for (; next != told.end() && ids.size() < kMost; ++next) ids.push_back(next->first);
  const bool more = next != told.end();
  json all = json::array();
  for (const AccountId id : ids) {  // a look lets events in, and `told` with them
    json one = account_of(live, id);
    if (one["state"] != "clear") all.push_back(std::move(one));
  }
  return {{"accounts", std::move(all)}, {"next", more ? json(ids.back().value) : json(nullptr)}};
}

json events(const Live& live, AccountId id) {
  json all = json::array();
  const State& s = live.state();
  if (const auto told = s.told.find(id); told != s.told.end())
    for (const Event& e : told->second) {
      json one = {{"at_s", unix_s(e.at)},
                  {"kind", name_of(e.kind)},
                  {"state", name_of(e.state)},
                  {"text", explain(e, s.policy)}};
      if (e.kind == EventKind::reason) one["channel"] = name_of(e.channel);
      all.push_back(std::move(one));
    }
  return {{"account", id.value}, {"events", std::move(all)}};
}

Command command(const Words& w) {
  Command c;
  const auto is = [&](const char* verb, std::size_t words) { return w[0] == verb && w.size() == words; };
  if (is("release", 3)) {
    c.kind = CommandKind::operator_release, c.account = account(w[1]), c.release_reason = named<ReleaseReason>(w[2]);
  } else if (is("quarantine", 2)) {
    c.kind = CommandKind::operator_quarantine, c.account = account(w[1]);
  } else if (is("classify", 3)) {
    c.kind = CommandKind::classify, c.account = account(w[1]), c.account_class = named<AccountClass>(w[2]);
  } else if (is("bind", 3) || is("bind", 4)) {
    c.kind = CommandKind::bind, c.prefix = prefix(w[1]), c.account = account(w[2]);
    if (w.size() == 4) c.line = line(w[3]);
  } else if (is("unbind", 2)) {
    c.kind = CommandKind::release, c.prefix = prefix(w[1]);
  } else if (is("reset-fuse", 1)) {
    c.kind = CommandKind::reset_fuse;
  } else if (is("stop-enforcement", 1)) {
    c.kind = CommandKind::stop_enforcement;
  } else if (is("resume-enforcement", 1)) {
    c.kind = CommandKind::resume_enforcement;
  } else {
    throw std::runtime_error(std::string("there are: ") + kHelp);
  }
  return c;
}

template <typename T>
T number(const std::string& word, const char* what) {
  T value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size())
    throw std::runtime_error("'" + word + "' is no " + what);
  return value;
}

/// What the operator's shell read from a mail. PORT is 0 where the mail names none.
json report(Live& live, const Words& w) {
  AbuseReport r;
  const Prefix source = prefix(w[1]);
  if (source.length != 128) throw std::runtime_error("'" + w[1] + "' is no single address");
  r.source = source.address;
  if (const auto port = number<std::uint16_t>(w[2], "port"); port != 0) r.source_port = port;
  r.at.ns = number<std::int64_t>(w[3], "time");
  r.reporter_domain = w[4];
  r.authenticated = w[5] == "confirmed";
  const auto meant = live.report(r);
  if (const auto* why = std::get_if<Problem>(&meant)) throw std::runtime_error(why->message);
  const auto& accusation = std::get<Accusation>(meant);
  return {{"done", true},
          {"account", accusation.account.value},
          {"weight_nats", static_cast<double>(accusation.weight) / kNat}};
}

json answer(Live& live, const Words& w, std::uint64_t dropped) {
  if (w.empty()) throw std::runtime_error(std::string("there are: ") + kHelp);
  if (w[0] == "status" && w.size() == 1) return status(live, dropped);
  if (w[0] == "account" && w.size() == 2) return account_of(live, account(w[1]));
  if (w[0] == "accounts" && w.size() <= 2) return accounts(live, w.size() == 2 ? account(w[1]) : kNobody);
  if (w[0] == "events" && w.size() == 2) return events(live, account(w[1]));
  if (w[0] == "report" && w.size() == 6) return report(live, w);
  if (w[0] == "reload" && w.size() == 1) {
    const auto done = live.reload();
    if (const auto* problem = std::get_if<Problem>(&done)) throw std::runtime_error(problem->message);
    const auto& [feeds, left_out, bound, unbound, policy] = std::get<0>(done);
    return {{"done", true},   {"policy", policy ? "another" : "the same"},
            {"feeds", feeds}, {"left_out", left_out},
            {"bound", bound}, {"unbound", unbound}};
  }
  if (w[0] == "snapshot" && w.size() == 1) {
    if (const auto problem = live.snapshot()) throw std::runtime_error(problem->message);
    return {{"done", true}};
  }
  if (!live.commit(command(w))) throw std::runtime_error("not kept: " + live.problem()->message);
  return {{"done", true}};
}

}  // namespace

std::string answer_operator(Live& live, std::string_view line, std::uint64_t dropped) {
  json out;
  try {
    const json asked = json::parse(line);
    if (asked.at("v") != 1) throw std::runtime_error("'v' is another version than 1");
    out = answer(live, asked.at("words").get<Words>(), dropped);
  } catch (const std::exception& e) {
    out = {{"error", e.what()}};
  }
  out["v"] = 1;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace lazaret::daemon
