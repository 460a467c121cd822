// lazaret replay: anybody's capture, or a DNS log, through the core; what was decided, and why.
#include "scenarios/replay.hpp"

#include <fmt/format.h>

#include <iostream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/replay_dns_log.hpp"
#include "cli/replay_output.hpp"
#include "scenarios/feed_set.hpp"

namespace {

using namespace lazaret;

void print_table(const std::string& capture, const CaptureReplay& replay, const Policy& policy) {
  const CaptureReport& r = replay.report;
  std::cout << fmt::format("{} ({}): {} records, {} judged, {} skipped{}\n", capture, r.link_type, r.records, r.judged,
                           r.records - r.judged, r.skipped.empty() ? "" : " (" + listed(r.skipped) + ")");
  if (!r.adjusted.empty()) std::cout << fmt::format("time stamps adjusted: {}\n", listed(r.adjusted));
  if (2 * r.between_subscribers > r.judged)
    std::cout << fmt::format(
        "{} of the judged packets go from one subscriber to another: they count as sent, so no answer to them is seen "
        "and\n"
        "scans among them stay unjudged; name narrower --subscribers\n",
        r.between_subscribers);
  print_accounts(replay, policy);
}

/// Why a capture gave nothing to judge, and what to try.
std::string nothing_judged(const std::string& capture, const CaptureReport& r) {
  if (r.records == 0) return capture + ": holds no packets";
  if (r.skipped.contains("link_type"))
    return fmt::format(
        "{}: its link type {} is none that can be judged; capture on an Ethernet, raw IP, loopback or Linux 'any' "
        "interface",
        capture, r.link_type);
  if (r.skipped.contains("not_subscriber"))
    return capture +
           ": no packet comes from or goes to an address within --subscribers; name the prefixes of the monitored side";
  return fmt::format("{}: nothing in it could be judged ({})", capture, listed(r.skipped));
}

/// Nothing when one of them is none; the mistake is said.
std::optional<std::vector<Prefix>> read_prefixes(const std::vector<std::string>& subscribers) {
  std::vector<Prefix> prefixes;
  for (const std::string& text : subscribers) {
    const auto prefix = parse_prefix(text);
    if (!prefix) {
      std::cerr << "lazaret replay: --subscribers: '" << text
                << "' is no prefix; write 192.168.0.0/16, 192.168.2.16 or 2001:db8::/32\n";
      return std::nullopt;
    }
    prefixes.push_back(*prefix);
  }
  return prefixes;
}

std::optional<Policy> read_policy(const std::string& file) {
  if (file.empty()) return Policy{};
  auto loaded = load_policy(file);
  if (const auto* errors = std::get_if<1>(&loaded)) {
    for (const ScenarioError& e : *errors) std::cerr << e.text() << "\n";
    return std::nullopt;
  }
  return std::get<Policy>(loaded);
}

/// No feed where none was named. Nothing when one of the files cannot be used; why, is said.
std::optional<std::shared_ptr<const Feed>> read_feeds(const std::vector<std::string>& files) {
  auto loaded = load_feeds({files.begin(), files.end()}, Seed{0});
  if (const auto* errors = std::get_if<1>(&loaded)) {
    for (const FeedError& e : *errors) std::cerr << "lazaret replay: " << e.text() << "\n";
    return std::nullopt;
  }
  const auto& set = std::get<FeedSet>(loaded);
  for (const FeedError& e : set.tolerated) std::cerr << "lazaret replay: left out: " << e.text() << "\n";
  for (const std::string& summary : set.summaries) std::cerr << "lazaret replay: feed " << summary << "\n";
  return set.feed;
}

int replay(const std::string& capture, const std::vector<Prefix>& subscribers, const Policy& policy,
           const std::shared_ptr<const Feed>& feed, bool expect_clean, bool json) {
  const auto result = replay_capture(capture, subscribers, policy, 64, feed);
  if (const auto* problem = std::get_if<Problem>(&result)) {
    std::cerr << "lazaret replay: " << problem->message << "\n";
    return kBadInput;
  }
  const auto& done = std::get<CaptureReplay>(result);
  if (json)
    print_json(capture, done, policy);
  else
    print_table(capture, done, policy);
  if (!done.report.damage.empty())
    std::cerr << "lazaret replay: " << capture << ": reading ended early: " << done.report.damage
              << "; what came before it was judged\n";
  if (done.report.judged == 0) {
    std::cerr << "lazaret replay: " << nothing_judged(capture, done.report) << "\n";
    return kBadInput;
  }
  return expect_clean && !nobody_quarantined(done) ? kAnswerIsNo : kDone;
}

constexpr const char* kFooter =
    "Each address within --subscribers is an account of its own (in IPv6 each /64). Nobody chooses at the portal, and "
    "the\n"
    "capture cannot react to what is blocked. What goes from one subscriber to another counts as sent only.\n\n"
    "A feed is a list of addresses or names as Spamhaus DROP and abuse.ch publish them, or a plain list with a first "
    "line\n"
    "  # lazaret: category=c2 precision=0.9 ttl_s=86400\n"
    "that says what a hit is worth (docs/detectors.md); the term counts from when the file was last written.\n\n"
    "With --dns-log the input is a day's DNS log, and everybody who asks is an account (or who is within "
    "--subscribers).\n"
    "Formats (found out by the content): bind (query log, responselog, query-errors), unbound (log-queries, "
    "log-replies),\n"
    "dnsmasq (log-queries, also =extra), dnstap and dnstap-yaml (what dnstap-read and dnstap-read -y print), table, "
    "and\n"
    "pcap or pcapng of port 53. Text may be compressed by gzip. A table is CSV or TSV, a line a question:\n"
    "  time,client,qname,qtype,rcode\n"
    "  2026-11-24T06:34:26.350Z,192.0.2.7,www.example.com,A,NOERROR\n"
    "  1795502066.9,192.0.2.7,nosuch.example.com,MX,NXDOMAIN\n"
    "An empty rcode: the answer is not known. A first line with these names (also port and answer) says which column "
    "is\n"
    "which. Stamps without a zone are UTC unless --utc-offset says otherwise; stamps without a year (syslog) are of "
    "the\n"
    "last year in which they are not after the file's own time, unless --year names that of the first line.\n\n"
    "What a format cannot show is not judged, and the output says so. Failing look-ups (NXDOMAIN) need answers with "
    "codes:\n"
    "BIND's query log and dnstap without -y have none. Names that exist speak for a client only where the answer's "
    "addresses\n"
    "are shown: dnsmasq, dnstap-yaml, a table with the column answer, captures; not BIND's responselog, nor Unbound, "
    "even where\n"
    "they count records. There a client with many failing names looks worse than it would in a capture.\n\n"
    "Examples:\n"
    "  lazaret replay office.pcapng --subscribers 192.168.0.0/16,2001:db8::/32\n"
    "  lazaret replay scan.pcap --subscribers 192.168.2.16 --json\n"
    "  lazaret replay benign.pcap --subscribers 10.0.0.0/8 --policy strict.yaml --expect-clean\n"
    "  lazaret replay office.pcapng --subscribers 192.168.0.0/16 --feed drop.txt,ours.txt\n"
    "  lazaret replay --dns-log queries.log.gz --utc-offset +01:00\n\n"
    "Exit codes: 0 done; 1 somebody was quarantined and --expect-clean was given; 2 bad input, or nothing in it could "
    "be\n"
    "judged; 3 failed inside";

}  // namespace

int main(int count, char** values) {
  Arguments arguments("lazaret replay",
                      "A capture or a DNS log through the core: who would have been quarantined, and why.", kFooter);
  std::string capture, policy_file;
  std::vector<std::string> subscribers, feeds;
  DnsLogArguments log;
  const Argument capture_option = arguments.option("capture", &capture, "a pcap or pcapng file");
  const Argument log_option =
      arguments.option("--dns-log", &log.file, "a DNS log in place of a capture").excludes(capture_option);
  arguments.option("--subscribers", &subscribers, "prefixes of the monitored side, separated by commas")
      .separated_by_commas();
  arguments.option("--policy", &policy_file,
                   "YAML file with keys of the policy table (docs/parameters.md); defaults for the rest");
  arguments.option("--feed", &feeds, "lists of known bad addresses and names, separated by commas")
      .separated_by_commas();
  arguments.option("--format", &log.format, "of the DNS log, where its content does not show it").needs(log_option);
  arguments.option("--utc-offset", &log.utc_offset, "of the DNS log's time stamps without a zone: +02:00")
      .needs(log_option);
  arguments.option("--year", &log.year, "of the DNS log's first line, where stamps name none")
      .needs(log_option)
      .within(1970, 2099);
  arguments.option("--ipv6-prefix", &log.ipv6_prefix, "length of the IPv6 prefix that is one client (64)")
      .needs(log_option)
      .within(1, 128);
  arguments.option("--resolver", &log.resolvers, "whom the clients asked, where the DNS log does not say")
      .needs(log_option)
      .separated_by_commas();
  arguments.flag("--expect-clean", &log.expect_clean, "exit with 1 if anybody is quarantined");
  arguments.flag("--json", &log.json, "one JSON document on standard output");
  return arguments.run(count, values, [&] {
    if (!log_option.given() && !capture_option.given()) return arguments.missing("a capture, or --dns-log");
    if (!log_option.given() && subscribers.empty()) return arguments.missing("--subscribers");
    const auto prefixes = read_prefixes(subscribers);
    if (!prefixes) return kBadInput;
    const auto policy = read_policy(policy_file);
    if (!policy) return kBadInput;
    const auto feed = read_feeds(feeds);
    if (!feed) return kBadInput;
    if (!log_option.given()) return replay(capture, *prefixes, *policy, *feed, log.expect_clean, log.json);
    log.feed = *feed;
    log.subscribers = *prefixes;
    return replay_dns_log_verb(log, *policy);
  });
}
