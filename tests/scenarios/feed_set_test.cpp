// Feed files named on a command line, from their text to an account's evidence.
#include "scenarios/feed_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "scenarios/dns_log/replay.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kOurs =
    "# lazaret: category=c2 precision=0.95 ttl_s=3600\n198.51.100.7\npanel.example.net\n";

FeedSet loaded(const std::vector<std::filesystem::path>& paths) {
  auto result = load_feeds(paths, Seed{0});
  if (const auto* errors = std::get_if<1>(&result)) {
    ADD_FAILURE() << errors->front().text();
    return {};
  }
  return std::get<FeedSet>(std::move(result));
}

/// A client asks once for each name, and is answered.
DnsLogReplay asked(const std::vector<std::string>& names, const std::shared_ptr<const Feed>& feed) {
  std::string text = "time,client,qname,qtype,rcode,answer\n";
  for (std::size_t n = 0; n < names.size(); ++n)
    text += "17955020" + std::to_string(10 + n) + ",192.0.2.7," + names[n] + ",A,NOERROR,203.0.113.9\n";
  const TextFile log("table.csv", text);
  DnsLogRequest request;
  request.feed = feed;
  auto result = replay_dns_log(log.path, request, Policy{});
  EXPECT_EQ(result.index(), 0U) << std::get<Problem>(result).message;
  return std::get<DnsLogReplay>(std::move(result));
}

unsigned hits(const DnsLogReplay& done) {
  return done.replay.accounts.at(0).status.seen[static_cast<unsigned>(Channel::c2_name)].adverse;
}

TEST(FeedSet, NoFilesAreNoFeed) { EXPECT_EQ(loaded({}).feed, nullptr); }

TEST(FeedSet, SeveralFilesAreOneFeed) {
  const TextFile ours("ours.txt", kOurs);
  const TextFile drop("drop.txt", "; Spamhaus DROP List\n192.0.2.0/24 ; SBL1\n");
  const FeedSet set = loaded({ours.path, drop.path});
  ASSERT_NE(set.feed, nullptr);
  EXPECT_EQ(set.feed->prefixes(), 2U);
  EXPECT_EQ(set.feed->names(), 1U);
  EXPECT_THAT(set.summaries, ElementsAre(HasSubstr("ours.txt: 2 entries"), HasSubstr("drop.txt: 1 entries")));
  EXPECT_NE(set.feed->find(IpAddress::v4(0xc000'0263), Timestamp{}), nullptr);
}

TEST(FeedSet, AListedNameIsEvidenceAndOnlyIt) {
  const TextFile ours("ours.txt", kOurs);
  std::filesystem::last_write_time(
      ours.path, std::chrono::file_clock::from_sys(std::chrono::sys_seconds{std::chrono::seconds{1'795'502'000}}));
  const FeedSet set = loaded({ours.path});
  EXPECT_EQ(hits(asked({"panel.example.net", "www.example.net"}, set.feed)), 1U);
  EXPECT_EQ(hits(asked({"www.example.net"}, set.feed)), 0U);
  EXPECT_EQ(hits(asked({"panel.example.net"}, nullptr)), 0U);
}

TEST(FeedSet, ATermRunsFromWhenTheFileWasWritten) {
  const TextFile ours("ours.txt", kOurs);
  std::filesystem::last_write_time(
      ours.path, std::chrono::file_clock::from_sys(std::chrono::sys_seconds{std::chrono::seconds{1'795'498'000}}));
  EXPECT_EQ(hits(asked({"panel.example.net"}, loaded({ours.path}).feed)), 0U) << "an hour's term, a day's age";
}

TEST(FeedSet, OneBadFileRefusesAllAndEachIsNamed) {
  const TextFile ours("ours.txt", kOurs), empty("empty.txt", ""), unsaid("unsaid.txt", "198.51.100.7\n");
  const auto result = load_feeds({ours.path, empty.path, unsaid.path, "absent.txt"}, Seed{0});
  ASSERT_EQ(result.index(), 1U);
  std::vector<std::string> texts;
  for (const FeedError& e : std::get<1>(result)) texts.push_back(e.text());
  EXPECT_THAT(texts, ElementsAre(HasSubstr("empty.txt"), HasSubstr("unsaid.txt"), HasSubstr("absent.txt")));
}

TEST(FeedSet, TooMuchIsNamedByFileAndLine) {
  const std::uint32_t most = FeedLimits{}.prefixes;
  std::string text = "# lazaret: category=c2 precision=0.9\n";
  for (std::uint32_t n = 0; n <= most; ++n) text += to_text(IpAddress::v4(0x0b00'0000 + n)) + "\n";
  const TextFile ours("ours.txt", kOurs), huge("huge.txt", text);
  const auto result = load_feeds({ours.path, huge.path}, Seed{0});
  ASSERT_EQ(result.index(), 1U);
  EXPECT_THAT(std::get<1>(result).front().text(), AllOf(HasSubstr("huge.txt:" + std::to_string(most + 1) + ": "),
                                                        HasSubstr("more than 1048576 addresses")));
}

}  // namespace
}  // namespace lazaret
