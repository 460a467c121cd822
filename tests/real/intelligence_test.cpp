// What others know, against real exchanges: feeds made of an exchange's own addresses, names and TLS clients, and an
// abuse report that finds its account by the leases. And every detector's contract names what it is seen on.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <set>

#include "core/detect/contracts.hpp"
#include "core/evidence/names.hpp"
#include "core/packet/name.hpp"
#include "core/packet/tls.hpp"
#include "scenarios/abuse_report.hpp"
#include "tests/real/watch.hpp"

namespace lazaret::real {
namespace {

struct Exchange {
  Sidecar about;
  std::vector<Frame> frames;
};

/// What this file sees beside the table of expectations.
const std::set<std::pair<Channel, std::string_view>>& seen_here() {
  static const std::set<std::pair<Channel, std::string_view>> kSeen = {
      {Channel::c2_address, "web_browsing"}, {Channel::c2_name, "dns_nxdomain"},
      {Channel::c2_name, "tls_hellos"},      {Channel::c2_sinkhole, "dns_nxdomain"},
      {Channel::c2_client, "tls_hellos"},    {Channel::report_abuse, "mail_direct_rejected"},
  };
  return kSeen;
}

class RealIntelligence : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = absence(); !why.empty()) GTEST_SKIP() << why;
  }
  void open(std::string_view exchange) {
    const auto sidecar = sidecar_of(exchange);
    auto frames = frames_of(exchange);
    ASSERT_TRUE(sidecar && frames) << exchange << " is no pair of a whole capture and a sidecar";
    ex = {*sidecar, std::move(*frames)};
  }
  /// Adverse observations of the channel with the feed; without it there must be none.
  [[nodiscard]] std::uint32_t with(std::span<const FeedEntry> feed, Channel c) {
    const auto index = static_cast<std::size_t>(c);
    EXPECT_EQ(watch(ex.about, ex.frames, world_policy()).adverse[index], 0U) << name_of(c) << " without a feed";
    watched = watch(ex.about, ex.frames, world_policy(), feed);
    return watched.adverse[index];
  }

  Exchange ex;
  Watched watched;
};

FeedEntry named(const char* text, FeedKind kind, FeedCategory category) {
  FeedEntry e;
  e.kind = kind;
  e.category = category;
  e.precision = 0.9;
  const auto wire = wire_name(text);
  EXPECT_TRUE(wire.has_value()) << text;
  e.name.assign(wire->octets().begin(), wire->octets().end());
  return e;
}

FeedEntry at(const char* text, FeedCategory category) {
  FeedEntry e;
  e.category = category;
  e.prefix = *parse_prefix(text);
  e.precision = 0.9;
  return e;
}

TEST_F(RealIntelligence, AddressesOfAFeedThatTheHomeBrowses) {
  ASSERT_NO_FATAL_FAILURE(open("web_browsing"));
  const FeedEntry feed[] = {at("198.18.80.1", FeedCategory::c2), at("198.18.80.4/31", FeedCategory::malware_download),
                            at("203.0.113.0/24", FeedCategory::c2)};
  EXPECT_EQ(with(feed, Channel::c2_address), 3U) << watched.story;
  EXPECT_NE(watched.worst, State::quarantined) << "a feed alone corroborates: " << watched.story;
}

TEST_F(RealIntelligence, NamesOfAFeedThatTheHomeAsksFor) {
  ASSERT_NO_FATAL_FAILURE(open("dns_nxdomain"));
  const FeedEntry feed[] = {named("www.site3.example", FeedKind::name, FeedCategory::c2),
                            named("site5.example", FeedKind::name_tree, FeedCategory::c2),
                            named("site6.example", FeedKind::name, FeedCategory::c2)};
  EXPECT_EQ(with(feed, Channel::c2_name), 2U) << "site6.example itself is never asked for: " << watched.story;
}

TEST_F(RealIntelligence, SinkholesByNameAndByAnswer) {
  ASSERT_NO_FATAL_FAILURE(open("dns_nxdomain"));
  const FeedEntry by_answer[] = {at("198.18.80.2", FeedCategory::sinkhole)};
  EXPECT_EQ(with(by_answer, Channel::c2_sinkhole), 1U) << watched.story;
  const FeedEntry by_name[] = {named("site4.example", FeedKind::name_tree, FeedCategory::sinkhole)};
  EXPECT_EQ(with(by_name, Channel::c2_sinkhole), 1U) << watched.story;
}

TEST_F(RealIntelligence, ServerNamesInClientHellos) {
  ASSERT_NO_FATAL_FAILURE(open("tls_hellos"));
  const FeedEntry feed[] = {named("two.example", FeedKind::name, FeedCategory::c2),
                            named("eight.example", FeedKind::name, FeedCategory::c2)};
  EXPECT_EQ(with(feed, Channel::c2_name), 2U) << watched.story;
}

TEST_F(RealIntelligence, OneClientsFingerprintTellsItFromTheOthers) {
  ASSERT_NO_FATAL_FAILURE(open("tls_hellos"));
  std::vector<std::string> clients;
  for (const Frame& f : ex.frames) {
    if (!f.sent || !f.tcp()) continue;
    const auto hello = read_client_hello(f.facts.payload, kWatchSeed.value);
    if (hello && hello->ja4_complete) clients.emplace_back(hello->ja4_text());
  }
  ASSERT_EQ(clients.size(), ex.about.count);
  EXPECT_GE(std::set<std::string>(clients.begin(), clients.end()).size(), 4U) << "three programs, several settings";
  FeedEntry client;
  client.kind = FeedKind::client;
  client.category = FeedCategory::c2;
  client.precision = 0.9;
  client.name.assign(clients.back().begin(), clients.back().end());
  EXPECT_EQ(with(std::span(&client, 1), Channel::c2_client), 1U) << watched.story;
  EXPECT_EQ(watched.worst, State::clear) << "a client alone says little: " << watched.story;
}

std::string mail_date(std::int64_t at_ns) {
  const std::time_t s = at_ns / kNsPerSecond;
  std::tm parts{};
  gmtime_r(&s, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts);
  return text;
}

TEST_F(RealIntelligence, AnAbuseReportFindsItsAccountByTheLeasesAndCounts) {
  ASSERT_NO_FATAL_FAILURE(open("mail_direct_rejected"));
  const Timestamp began{ex.frames.front().at_ns}, spam{ex.frames[ex.frames.size() / 2].at_ns};
  const std::string mail =
      "Authentication-Results: mx.isp.example; dkim=pass header.d=strict.example\r\n"
      "From: abuse desk <desk@strict.example>\r\nTo: abuse@isp.example\r\nDate: " +
      mail_date(spam.ns) +
      "\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\r\n\r\n"
      "--b\r\nContent-Type: text/plain\r\n\r\nYour subscriber offers pills.\r\n"
      "--b\r\nContent-Type: message/feedback-report\r\n\r\n"
      "Feedback-Type: abuse\r\nUser-Agent: desk/1\r\nVersion: 1\r\nArrival-Date: " +
      mail_date(spam.ns) + "\r\nSource-IP: " + to_text(ex.about.subscriber) +
      "\r\n\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: offer0@cheap.example\r\n\r\nCheap pills.\r\n--b--\r\n";
  const auto read = parse_abuse_report("report", mail, "mx.isp.example");
  ASSERT_EQ(read.index(), 0U) << std::get<Problem>(read).message;

  // Somebody else had the address a day before, and has it again afterwards.
  const Prefix lease{ex.about.subscriber, 128};
  LeaseHistory leases({}, kWatchSeed);
  leases.bind(Timestamp{began.ns - 86400 * kNsPerSecond}, lease, {}, AccountId{7});
  leases.bind(Timestamp{began.ns - kNsPerSecond}, lease, {}, kHome);  // a mail's date has whole seconds
  const Timestamp later{ex.frames.back().at_ns + 3600 * kNsPerSecond};
  leases.bind(later, lease, {}, AccountId{7});
  ReporterTrust trust;
  trust.precision["strict.example"] = 0.9;
  const auto found = accuse(std::get<AbuseReport>(read), leases, trust, later);
  ASSERT_EQ(found.index(), 0U) << to_text(std::get<NoAccusation>(found));
  EXPECT_EQ(std::get<Accusation>(found).account, kHome);

  Command report;
  report.kind = CommandKind::report;
  report.account = std::get<Accusation>(found).account;
  report.step = std::get<Accusation>(found).weight;
  report.port = 25;
  const auto index = static_cast<std::size_t>(Channel::report_abuse);
  const auto spoken = std::span(ex.frames).first(4);  // before any mail: the report must count by itself
  const Watched silent = watch(ex.about, spoken, world_policy());
  const Watched told = watch(ex.about, spoken, world_policy(), {}, std::span(&report, 1));
  EXPECT_EQ(silent.adverse[index], 0U);
  EXPECT_EQ(told.adverse[index], 1U);
  EXPECT_EQ(told.status.scores[index], weight_of_precision(0.9));
  EXPECT_GT(told.status.belief, silent.status.belief + kNat);
}

TEST(RealContracts, EveryDetectorIsSeenOnSomethingReal) {
  std::set<std::pair<Channel, std::string_view>> tested = seen_here();
  for (const Expectation& e : expectations())
    for (const Channel c : e.channels) tested.emplace(c, e.exchange);
  std::set<std::pair<Channel, std::string_view>> promised;
  for (const Contract& c : contracts()) {
    EXPECT_FALSE(c.seen_on.empty()) << name_of(c.channel);
    for (std::string_view rest = c.seen_on; !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      if (!name.ends_with(".pcap")) promised.emplace(c.channel, name);  // captures: tests/scenarios/capture_test.cpp
    }
  }
  for (const auto& [channel, exchange] : promised)
    EXPECT_TRUE(tested.contains({channel, exchange})) << name_of(channel) << " is not tested on " << exchange;
  for (const auto& [channel, exchange] : tested)
    EXPECT_TRUE(promised.contains({channel, exchange})) << name_of(channel) << "'s contract does not name " << exchange;
}

}  // namespace
}  // namespace lazaret::real
