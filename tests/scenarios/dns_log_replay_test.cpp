// DNS logs through the core: whose account it is, which answers belong to which question, and the same outcome whatever
// the format.
#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include "scenarios/dns_log/frame.hpp"
#include "scenarios/dns_log/replay.hpp"
#include "tests/scenarios/dns_logs.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

/// The core's memory of an account's names is a small bitmap, in which a few new ones pass for known.
constexpr unsigned kMistaken = 5;
constexpr auto kMx = static_cast<std::size_t>(Channel::spam_mx_query);

DnsLogReplay replay_file(const std::filesystem::path& path, DnsLogRequest request = {}) {
  request.log.year = kDnsLogYear;
  auto result = replay_dns_log(path, request, Policy{});
  EXPECT_EQ(result.index(), 0U) << std::get<Problem>(result).message;
  return result.index() == 0 ? std::get<DnsLogReplay>(std::move(result)) : DnsLogReplay{};
}
DnsLogReplay replay_text(const std::string& text, const DnsLogRequest& request = {}) {
  const TextFile file("dns.log", text);
  return replay_file(file.path, request);
}

/// One home that asks for thirty mail exchangers, half of which do not exist, and a neighbour that reads one page.
std::vector<DnsLogEntry> a_spammers_hour() {
  std::vector<DnsLogEntry> entries;
  for (int i = 0; i < 30; ++i) {
    DnsLogEntry e;
    e.stamp_ns = (1795502066 + 60LL * i) * kNsPerSecond;
    e.client = IpAddress::v4(i == 29 ? 0xc000'0208 : 0xc000'0207);
    e.client_port = static_cast<std::uint16_t>(40000 + i);
    e.id = static_cast<std::uint16_t>(i);
    e.resolver = IpAddress::v4(0xc000'0235);
    e.name = name_on_the_wire("mail" + std::to_string(i) + ".example");
    e.type = i == 29 ? 1 : 15;
    DnsLogEntry answer = e;
    answer.response = true;
    answer.rcode = static_cast<std::uint8_t>(i % 2 == 0 ? 0 : 3);
    answer.records = 0;
    answer.size = 50;
    entries.push_back(e);
    entries.push_back(answer);
  }
  return entries;
}

TEST(DnsLogReplays, TheSameOutcomeInEveryFormat) {
  for (const auto& [format, name] : kDnsLogFormats) {
    std::vector<DnsLogEntry> entries = a_spammers_hour();
    const DnsLogReplay done = replay_text(write_dns_log(format, entries));
    EXPECT_EQ(done.format, name);
    EXPECT_EQ(done.queries, 30U) << name;
    EXPECT_EQ(done.queries_inferred, 0U) << name;
    EXPECT_EQ(done.answers_seen, 30U) << name;
    EXPECT_EQ(done.names_decided, format == DnsLogFormat::dnstap ? 0U : 30U) << name;
    EXPECT_EQ(done.replay.report.judged, format == DnsLogFormat::dnstap ? 30U : 60U) << name;
    EXPECT_EQ(done.replay.counters.packets, done.replay.report.judged) << name;
    EXPECT_EQ(done.replay.counters.unbound, 0U) << name;
    ASSERT_EQ(done.replay.accounts.size(), 2U) << name;
    EXPECT_EQ(done.replay.accounts[0].address, "192.0.2.7");
    EXPECT_GE(done.replay.accounts[0].status.seen[kMx].adverse, 29U - kMistaken) << name;
    EXPECT_GT(done.replay.accounts[0].status.scores[kMx], 0) << name;
    EXPECT_EQ(done.replay.accounts[1].status.seen[kMx].adverse, 0U) << name;
    EXPECT_TRUE(done.replay.report.adjusted.empty()) << name;
  }
}

constexpr auto kFailure = static_cast<std::size_t>(Channel::dns_failure);

/// A bot that tries a generated domain a minute, every fourth of which exists, and a home that mistypes as often as
/// people do.
std::vector<DnsLogEntry> a_generators_hour() {
  std::vector<DnsLogEntry> entries;
  for (int i = 0; i < 80; ++i) {
    const bool bot = i % 2 == 0;
    const bool exists = bot ? i % 8 == 0 : i % 40 != 19;
    DnsLogEntry e;
    e.stamp_ns = (1795502066 + 30LL * i) * kNsPerSecond;
    e.client = IpAddress::v4(bot ? 0xc000'0207 : 0xc000'0208);
    e.client_port = static_cast<std::uint16_t>(40000 + i);
    e.id = static_cast<std::uint16_t>(i);
    e.resolver = IpAddress::v4(0xc000'0235);
    e.name = name_on_the_wire((bot ? "kq" : "shop") + std::to_string(i) + "x.example");
    e.type = 1;
    DnsLogEntry answer = e;
    answer.response = true;
    answer.rcode = static_cast<std::uint8_t>(exists ? 0 : 3);
    if (exists) answer.addresses = {IpAddress::v4(0xcb00'7101U + static_cast<std::uint32_t>(i))};
    answer.records = static_cast<std::uint16_t>(answer.addresses.size());
    answer.size = 60;
    entries.push_back(e);
    entries.push_back(answer);
  }
  return entries;
}

TEST(DnsLogReplays, ABotIsFoundByItsFailingNames) {
  for (const auto& [format, name] : kDnsLogFormats) {
    std::vector<DnsLogEntry> entries = a_generators_hour();
    const DnsLogReplay done = replay_text(write_dns_log(format, entries));
    ASSERT_EQ(done.replay.accounts.size(), 2U) << name;
    const CaptureAccount& bot = done.replay.accounts[0];
    const CaptureAccount& home = done.replay.accounts[1];
    if (format == DnsLogFormat::dnstap) {  // no codes
      EXPECT_EQ(bot.worst, State::clear) << name;
      EXPECT_EQ(bot.status.seen[kFailure].observations, 0U) << name;
      continue;
    }
    EXPECT_EQ(bot.worst, State::quarantined) << name;
    EXPECT_GE(bot.status.seen[kFailure].adverse, 30U - kMistaken) << name;
    EXPECT_LE(home.worst, State::watched) << name;
    const bool shows_addresses = format != DnsLogFormat::bind && format != DnsLogFormat::unbound;
    EXPECT_EQ(done.addresses_shown, shows_addresses ? 48U : 0U) << name;
    // Where no address is shown only what fails counts.
    const Sighting& seen = bot.status.seen[kFailure];
    EXPECT_EQ(seen.observations > seen.adverse, shows_addresses) << name;
    EXPECT_EQ(home.status.scores[kFailure] > 0, !shows_addresses) << name;
  }
}

TEST(DnsLogReplays, AnAnswerThatOnlyCountsItsRecordsSpeaksForNobody) {
  const std::string failed = "2026-11-24T06:34:26Z,192.0.2.7,nosuch.example,A,NXDOMAIN\n";
  const auto score = [&](const std::string& more) {
    return replay_text("time,client,qname,qtype,rcode,answer\n" + failed + more)
        .replay.accounts.at(0)
        .status.scores[kFailure];
  };
  const Score alone = score("");
  EXPECT_GT(alone, 0);
  EXPECT_EQ(score("2026-11-24T06:34:27Z,192.0.2.7,www.found.example,A,NOERROR,\n"), alone) << "no address";
  EXPECT_LT(score("2026-11-24T06:34:27Z,192.0.2.7,www.found.example,A,NOERROR,192.0.2.80\n"), alone);
  // BIND's responselog says how many records there are, which may as well be an alias that leads nowhere.
  const std::string line =
      "24-Nov-2026 06:34:26.746 responses: info: client @0x7f 192.0.2.7#4000 (w.example): response: ";
  const DnsLogReplay bind = replay_text(line + "nosuch.example IN A NXDOMAIN 0 1 1 +E(0)K (192.0.2.53)\n" + line +
                                        "www.found.example IN A NOERROR 1 0 1 +E(0)K (192.0.2.53)\n");
  EXPECT_EQ(bind.names_decided, 2U);
  EXPECT_EQ(bind.replay.accounts.at(0).status.seen[kFailure].observations, 1U);
}

TEST(DnsLogReplays, WholeSecondsDoNotHideABurst) {
  // Twelve questions in one second, each answered before the next: more than the core remembers as open.
  std::string text;
  for (int i = 0; i < 12; ++i) {
    const std::string asked = "[1795502123] unbound[1:0] info: 192.0.2.7 kq" + std::to_string(i) + "x.example. A IN";
    text += asked + "\n" + asked + " NXDOMAIN 0.000000 1 45\n";
  }
  const DnsLogReplay done = replay_text(text);
  EXPECT_EQ(done.replay.accounts.at(0).status.seen[kFailure].adverse, 12U);
  EXPECT_EQ(done.replay.counters.unmatched_replies, 0U);
  EXPECT_EQ(done.replay.accounts.at(0).worst, State::quarantined);
}

TEST(DnsLogReplays, AnswersWithoutQuestionsHaveTheirsInferred) {
  // log-replies without log-queries: each line stands for a question too, also where one name is asked for again.
  const std::string reply = "[1795502123] unbound[1:0] info: 192.0.2.7 mx.example. MX IN NXDOMAIN 0.0 0 45\n";
  const DnsLogReplay replies = replay_text(reply + reply);
  EXPECT_EQ(replies.queries, 2U);
  EXPECT_EQ(replies.queries_inferred, 2U);
  EXPECT_EQ(replies.replay.report.judged, 4U);
  EXPECT_EQ(replies.replay.accounts[0].status.seen[kMx].adverse, 1U) << "one name";
  // Where the log holds questions, a second answer to one of them says the failure once more.
  const std::string question = "[1795502123] unbound[1:0] info: 192.0.2.7 mx.example. MX IN\n";
  const DnsLogReplay both = replay_text(question + reply + reply);
  EXPECT_EQ(both.queries, 1U);
  EXPECT_EQ(both.queries_inferred, 0U);
  EXPECT_EQ(both.replay.report.skipped.at("repeated_answer"), 1U);
}

TEST(DnsLogReplays, WhoIsAClient) {
  const std::string text =
      "2026-11-24T06:34:26Z,192.0.2.7,a.example,A,\n"
      "2026-11-24T06:34:27Z,2001:db8:0:1::5,a.example,A,\n"
      "2026-11-24T06:34:28Z,2001:db8:0:1::6,a.example,A,\n"
      "2026-11-24T06:34:29Z,2001:db8:0:2::6,a.example,A,\n";
  const auto addresses = [&](const DnsLogRequest& request) {
    std::vector<std::string> all;
    for (const CaptureAccount& a : replay_text(text, request).replay.accounts) all.push_back(a.address);
    return all;
  };
  DnsLogRequest request;
  EXPECT_EQ(addresses(request), (std::vector<std::string>{"192.0.2.7", "2001:db8:0:1::5", "2001:db8:0:2::6"}));
  request.ipv6_bits = 48;
  EXPECT_EQ(addresses(request), (std::vector<std::string>{"192.0.2.7", "2001:db8:0:1::5"}));
  request.ipv6_bits = 128;
  EXPECT_EQ(addresses(request).size(), 4U);
  request.ipv6_bits = 64;
  request.subscribers = {*parse_prefix("2001:db8:0:2::/64")};
  EXPECT_EQ(addresses(request), (std::vector<std::string>{"2001:db8:0:2::6"}));
  EXPECT_EQ(replay_text(text, request).replay.report.skipped.at("not_subscriber"), 3U);
}

TEST(DnsLogReplays, TimeFollowsTheRuleOfCaptures) {
  const DnsLogReplay done = replay_text(
      "2026-11-24T06:34:26Z,192.0.2.7,a.example,A,\n"
      "2026-11-24T05:34:26Z,192.0.2.7,b.example,A,\n"    // an hour back: goes on from where it was
      "2026-11-24T05:34:27Z,192.0.2.7,c.example,A,\n"    // a second later
      "2026-11-26T05:34:27Z,192.0.2.7,d.example,A,\n");  // more than a day
  EXPECT_EQ(done.replay.report.adjusted,
            (std::map<std::string, std::uint64_t>{{"time_backwards", 1}, {"time_jump", 1}}));
  EXPECT_EQ(done.replay.end, epoch_end(Policy{}, Timestamp{1795502067 * kNsPerSecond}));
}

TEST(DnsLogReplays, WhereNothingCanBeReadTheLinesAreShown) {
  const TextFile file("dns.log", "Dear diary\nnothing,happened,today,again,\n");
  DnsLogRequest request;
  request.log.format = DnsLogFormat::table;
  const auto result = replay_dns_log(file.path, request, Policy{});
  ASSERT_EQ(result.index(), 1U);
  const std::string& said = std::get<Problem>(result).message;
  EXPECT_NE(said.find("can be read as table\n  line 1: no_time: Dear diary\n  line 2: no_time: nothing,"),
            std::string::npos)
      << said;
}

TEST(DnsLogReplays, ProgressIsToldForBothReadings) {
  std::string text;
  for (int i = 0; i < 70000; ++i) text += "2026-11-24T06:34:26Z,192.0.2.7,a.example,A,\n";
  DnsLogRequest request;
  std::vector<std::pair<bool, std::uint64_t>> told;
  request.progress = [&](const DnsLogProgress& p) {
    EXPECT_GT(p.share, 0);
    EXPECT_LE(p.share, 1);
    told.emplace_back(p.judging, p.records);
  };
  EXPECT_EQ(replay_text(text, request).queries, 70000U);
  EXPECT_EQ(told, (std::vector<std::pair<bool, std::uint64_t>>{{false, 65536}, {true, 61072}}));
}

/// A classic pcap of raw Ethernet frames.
std::string pcap_of(const std::vector<DnsMessage>& messages) {
  std::string text;
  const auto put = [&](std::uint32_t v) { text.append(reinterpret_cast<const char*>(&v), sizeof v); };
  put(0xa1b23c4dU), put(0x00040002U), put(0U), put(0U), put(262144U), put(DLT_EN10MB);
  std::uint32_t second = 1000;
  for (const DnsMessage& m : messages) {
    DnsFrame frame;
    write_dns_frame(m, frame);
    put(second++), put(0U), put(static_cast<std::uint32_t>(frame.held)), put(frame.wire_length);
    text.append(reinterpret_cast<const char*>(frame.octets.data()), frame.held);
  }
  return text;
}

TEST(DnsLogReplays, OfACaptureThoseWhoAskAndAreNotAskedAreClients) {
  const std::string name = name_on_the_wire("mx.example");
  const auto message = [&](std::uint32_t client, std::uint32_t resolver, bool response) {
    DnsMessage m;
    m.client = IpAddress::v4(client);
    m.resolver = IpAddress::v4(resolver);
    m.client_port = 4000;
    m.type = 15;
    m.name = name;
    m.response = response;
    m.rcode = response ? 3 : 0;
    return m;
  };
  constexpr std::uint32_t kHome = 0xc000'0207, kResolver = 0xc000'0235, kElsewhere = 0xc633'6401;
  const std::string text = pcap_of({message(kHome, kResolver, false), message(kResolver, kElsewhere, false),
                                    message(kResolver, kElsewhere, true), message(kHome, kResolver, true)});
  const DnsLogReplay done = replay_text(text);
  EXPECT_EQ(done.format, "capture");
  ASSERT_EQ(done.replay.accounts.size(), 1U);
  EXPECT_EQ(done.replay.accounts[0].address, "192.0.2.7");
  EXPECT_EQ(done.replay.accounts[0].status.seen[kMx].adverse, 1U);
  EXPECT_EQ(done.replay.report.judged, 2U);
  EXPECT_EQ(done.replay.report.skipped.at("not_subscriber"), 2U);
  EXPECT_EQ(done.queries, 2U);
  EXPECT_EQ(done.answers_seen, 2U);

  // Of IPv6 the network is the account, unless a server stands in it.
  DnsMessage inside = message(0, 0, false);
  inside.client = {0x2001'0db8'0000'0001, 7}, inside.resolver = {0x2001'0db8'0000'0001, 0x53};
  DnsMessage outside = inside;
  outside.client.high += 1;
  const TextFile file("made.pcap", pcap_of({inside, outside}));
  const auto found = find_dns_clients(file.path, {}, 64);
  ASSERT_EQ(found.index(), 0U);
  EXPECT_EQ(std::get<0>(found).clients, (std::vector<Prefix>{{inside.client, 128}, {{outside.client.high, 0}, 64}}));

  const TextFile quiet("quiet.pcap", pcap_of({}));
  const auto nobody = replay_dns_log(quiet.path, {}, Policy{});
  ASSERT_EQ(nobody.index(), 1U);
  EXPECT_NE(std::get<Problem>(nobody).message.find("nobody in this capture asks a DNS question"), std::string::npos);
}

}  // namespace
}  // namespace lazaret
