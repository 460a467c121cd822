#include "cli/replay_dns_log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>

#include "cli/arguments.hpp"
#include "cli/replay_output.hpp"
#include "scenarios/dns_log/fields.hpp"
#include "scenarios/dns_log/replay.hpp"

namespace lazaret {
namespace {

/// One line that is rewritten, on a terminal only.
class ProgressLine {
 public:
  void show(const DnsLogProgress& p) {
    if (!terminal_) return;
    constexpr std::size_t kWidth = 30;
    const auto full = std::min(kWidth, static_cast<std::size_t>(p.share * kWidth));
    std::cerr << fmt::format("\r\x1b[K[{}{}] {:3.0f} %  {} ({} of 2)  {} records", std::string(full, '#'),
                             std::string(kWidth - full, '.'), p.share * 100, p.judging ? "judging" : "counting clients",
                             p.judging ? 2 : 1, p.records)
              << std::flush;
  }
  void end() const {
    if (terminal_) std::cerr << "\r\x1b[K" << std::flush;
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) == 1;
};

/// "+02:00", "-0530", "Z" as seconds east of Greenwich.
std::optional<int> read_offset(const std::string& text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-' && text != "Z")) return std::nullopt;
  const std::string noon = "2000-01-01T12:00:00", shifted = noon + text;
  std::string_view at_noon = noon, with_offset = shifted;
  StampReader reader(DnsLogTime{});
  const auto base = reader.take(at_noon), stamp = reader.take(with_offset);
  if (!base || !stamp || !with_offset.empty()) return std::nullopt;
  return static_cast<int>((*base - *stamp) / kNsPerSecond);
}

/// What is wrong with the arguments; empty when nothing is.
std::string read_arguments(const DnsLogArguments& a, DnsLogRequest& request) {
  request.subscribers = a.subscribers;
  request.feed = a.feed;
  request.ipv6_bits = static_cast<std::uint8_t>(a.ipv6_prefix);
  request.log.year = a.year;
  if (!a.format.empty()) {
    std::string names;
    for (const auto& [format, name] : kDnsLogFormats) {
      if (name == a.format) request.log.format = format;
      names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    }
    if (!request.log.format) return fmt::format("--format: '{}' is none of {}", a.format, names);
  }
  if (!a.utc_offset.empty()) {
    const auto offset = read_offset(a.utc_offset);
    if (!offset) return fmt::format("--utc-offset: '{}' is none; write +02:00 or -05:30", a.utc_offset);
    request.log.utc_offset_s = *offset;
  }
  for (const std::string& text : a.resolvers) {
    const auto address = read_address(text);
    if (!address) return fmt::format("--resolver: '{}' is no address", text);
    (address->is_v4() ? request.resolver_v4 : request.resolver_v6) = *address;
  }
  return {};
}

/// Enough for a quarantine.
bool looks_infected(const CaptureAccount& a) {
  return a.worst != State::clear && a.worst != State::watched && a.worst != State::notified;
}

/// What this log cannot show, and the remedy.
std::vector<std::string> notes_on(const DnsLogReplay& done) {
  std::vector<std::string> notes;
  const std::string remedy =
      " To have them judged, log answers too: BIND 9.20 responselog yes, Unbound log-replies: yes, dnstap through "
      "dnstap-read -y, or a capture of port 53.";
  const auto no_code = done.replay.report.skipped.find("answer_without_code");
  if (done.answers_seen == 0)
    notes.push_back(
        "The log holds questions only. Which names do not exist only answers tell, so failing look-ups (NXDOMAIN) are "
        "not judged; what was asked for is, which under the default policy does not suffice for a quarantine." +
        remedy);
  else if (no_code != done.replay.report.skipped.end() && no_code->second == done.answers_seen)
    notes.push_back("The log shows that there were answers, not which. Failing look-ups (NXDOMAIN) are not judged." +
                    remedy);
  else if (done.names_decided == 0)
    notes.push_back(
        "Of answers the log holds the server's own failures only (SERVFAIL, REFUSED). Names that do not exist "
        "(NXDOMAIN) are not in it and are not judged." +
        remedy);
  else if (done.addresses_shown == 0)
    notes.push_back(
        "No answer in the log shows an address. A name that exists speaks for a client only with its "
        "addresses, so here only names that do not exist (NXDOMAIN) count: clients look worse than they would in a "
        "capture. Addresses are in dnstap through dnstap-read -y, in dnsmasq's log, in a table's column answer, and in "
        "a capture of port 53.");
  if (done.format != "capture")
    notes.push_back(
        "A DNS log shows look-ups only: scanning, mail sent directly and all other traffic are not judged.");
  if (done.replay.report.skipped.contains("too_many_subscribers"))
    notes.push_back(
        "There are more clients than one replay takes; those who came later are not judged. Split them with "
        "--subscribers.");
  return notes;
}

long told_only(const DnsLogReplay& done) {
  return std::count_if(done.replay.accounts.begin(), done.replay.accounts.end(),
                       [](const CaptureAccount& a) { return a.worst == State::notified; });
}

std::string summary_of(const DnsLogReplay& done, const Policy& policy) {
  const auto& accounts = done.replay.accounts;
  const auto infected = std::count_if(accounts.begin(), accounts.end(), looks_infected);
  const auto told = told_only(done);
  const std::string others =
      told == 0 ? std::string()
                : fmt::format("\n{} more would only be told: suspicion, not enough for a quarantine.", told);
  if (infected == 0) return fmt::format("0 of {} clients look infected.{}", accounts.size(), others);
  constexpr long kNamedMax = 100;
  std::string text =
      fmt::format("{} of {} clients look{} infected:", infected, accounts.size(), infected == 1 ? "s" : "");
  long named = 0;
  for (const CaptureAccount& a : accounts) {
    if (!looks_infected(a)) continue;
    if (++named > kNamedMax) break;
    std::string reasons;
    for (const EvidencePiece& p : evidence_of(a, policy))
      reasons += fmt::format("{}{}", reasons.empty() ? "" : "; ", p.reason);
    text += fmt::format("\n  {}: {}", a.address, reasons);
  }
  if (infected > kNamedMax) text += fmt::format("\n  and {} more", infected - kNamedMax);
  return text + others;
}

nlohmann::ordered_json as_json(const DnsLogArguments& a, const DnsLogReplay& done, const Policy& policy) {
  using Json = nlohmann::ordered_json;
  Json document = replay_json(a.file, done.replay, policy);
  Json unreadable = Json::array();
  for (const auto& u : done.unreadable) unreadable.push_back({{"line", u.line}, {"cause", u.cause}, {"text", u.text}});
  document["format"] = done.format;
  document["clients"] = done.replay.accounts.size();
  document["queries"] = done.queries;
  document["queries_inferred"] = done.queries_inferred;
  document["answers_seen"] = done.answers_seen;
  document["names_decided"] = done.names_decided;
  document["addresses_shown"] = done.addresses_shown;
  document["look_infected"] = std::count_if(done.replay.accounts.begin(), done.replay.accounts.end(), looks_infected);
  document["only_told"] = told_only(done);
  document["unreadable"] = std::move(unreadable);
  document["notes"] = notes_on(done);
  document["summary"] = summary_of(done, policy);
  return document;
}

void print_table(const DnsLogArguments& a, const DnsLogReplay& done, const Policy& policy) {
  const CaptureReport& r = done.replay.report;
  const bool capture = done.format == "capture";
  std::cout << fmt::format("{} ({}): {} {}, {} questions{} and {} answers of {} client{}\n", a.file, done.format,
                           r.records, capture ? "packets" : "records", done.queries,
                           done.queries_inferred == 0
                               ? std::string()
                               : fmt::format(" ({} inferred from their answers)", done.queries_inferred),
                           done.answers_seen, done.replay.accounts.size(), done.replay.accounts.size() == 1 ? "" : "s");
  if (!r.skipped.empty()) std::cout << fmt::format("skipped: {}\n", listed(r.skipped));
  for (const auto& u : done.unreadable) std::cout << fmt::format("  line {}: {}: {}\n", u.line, u.cause, u.text);
  if (!r.adjusted.empty()) std::cout << fmt::format("time stamps adjusted: {}\n", listed(r.adjusted));
  print_accounts(done.replay, policy);
  std::cout << "\n";
  for (const std::string& note : notes_on(done)) std::cout << "Note: " << note << "\n";
  std::cout << "\n" << summary_of(done, policy) << "\n";
}

}  // namespace

int replay_dns_log_verb(const DnsLogArguments& arguments, const Policy& policy) {
  const auto refuse = [](const std::string& why) {
    std::cerr << "lazaret replay: " << why << "\n";
    return kBadInput;
  };
  DnsLogRequest request;
  if (const std::string wrong = read_arguments(arguments, request); !wrong.empty()) return refuse(wrong);
  ProgressLine line;
  request.progress = [&line](const DnsLogProgress& p) { line.show(p); };
  const auto result = replay_dns_log(arguments.file, request, policy);
  line.end();
  if (const auto* problem = std::get_if<Problem>(&result)) return refuse(problem->message);
  const auto& done = std::get<DnsLogReplay>(result);
  if (arguments.json)
    std::cout << as_json(arguments, done, policy).dump(2) << "\n";
  else
    print_table(arguments, done, policy);
  if (const std::string& damage = done.replay.report.damage; !damage.empty())
    std::cerr << "lazaret replay: " << arguments.file << ": reading ended early: " << damage
              << "; what came before it was judged\n";
  if (done.replay.report.judged == 0)
    return refuse(fmt::format("{}: nothing in it could be judged ({}){}", arguments.file,
                              listed(done.replay.report.skipped),
                              done.replay.report.skipped.contains("not_subscriber")
                                  ? "; name the prefixes of the clients with --subscribers, or leave it out"
                                  : ""));
  return arguments.expect_clean && !nobody_quarantined(done.replay) ? kAnswerIsNo : kDone;
}

}  // namespace lazaret
