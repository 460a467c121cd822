// Feed files in the formats of their publishers, written by hand with invented entries.
#include "scenarios/feed_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run_directory.hpp"
#include "tests/laws/dice.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

FeedOptions worth(FeedCategory category = FeedCategory::c2, double precision = 0.9) {
  return {.category = category, .precision = precision, .ttl_s = {}, .loaded = {}};
}

std::string shown(const FeedEntry& e) {
  if (e.kind == FeedKind::prefix) return to_text(e.prefix);
  std::string text;
  for (std::size_t at = 0; e.name[at] != 0; at += e.name[at] + std::size_t{1})
    text += (text.empty() ? "" : ".") + std::string(e.name.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                                    e.name.begin() + static_cast<std::ptrdiff_t>(at) + 1 + e.name[at]);
  return e.kind == FeedKind::name_tree ? "*." + text : text;
}

FeedFile read(std::string_view text, const FeedOptions& options = {}) {
  auto result = parse_feed("feed.txt", text, options);
  if (auto* errors = std::get_if<1>(&result)) {
    ADD_FAILURE() << errors->front().text();
    return {};
  }
  return std::get<FeedFile>(std::move(result));
}

std::vector<std::string> entries(const FeedFile& file) {
  std::vector<std::string> all;
  for (const FeedEntry& e : file.entries) all.push_back(shown(e));
  return all;
}

std::vector<std::string> refused(std::string_view text, const FeedOptions& options = {}) {
  const auto result = parse_feed("feed.txt", text, options);
  std::vector<std::string> all;
  if (const auto* errors = std::get_if<1>(&result))
    for (const FeedError& e : *errors) all.push_back(e.text());
  return all;
}

TEST(FeedFile, PlainListOfAddressesPrefixesAndNames) {
  const FeedFile file = read(
      "# invented\r\n198.51.100.7\r\n\r\n203.0.113.0/24  # a comment\n2001:db8:1::/48\nBad.Example.ORG.\n"
      "*.under.example.org\n.also.example.org\nhttp://user@198.51.100.8:8080/x#y\n",
      worth());
  EXPECT_EQ(file.format, FeedFormat::plain);
  EXPECT_THAT(entries(file), ElementsAre("198.51.100.7/32", "203.0.113.0/24", "2001:db8:1::/48", "bad.example.org",
                                         "*.under.example.org", "*.also.example.org", "198.51.100.8/32"));
  EXPECT_THAT(file.lines, ElementsAre(2, 4, 5, 6, 7, 8, 9));
}

TEST(FeedFile, HostsFile) {
  const FeedFile file = read(
      "127.0.0.1 localhost\n::1 localhost ip6-localhost\n0.0.0.0 0.0.0.0\n127.0.0.1\tbad.example.org\n"
      "0.0.0.0 a.example.org b.example.org # two\n",
      worth());
  EXPECT_THAT(entries(file), ElementsAre("bad.example.org", "a.example.org", "b.example.org"));
}

TEST(FeedFile, SpamhausDropAsText) {
  const FeedFile file =
      read("; Spamhaus DROP List 2007/10/09\n; Expires: never\n203.0.113.0/24 ; SBL1\n198.51.100.0/25;SBL2\n");
  EXPECT_EQ(file.format, FeedFormat::drop_text);
  EXPECT_THAT(entries(file), ElementsAre("203.0.113.0/24", "198.51.100.0/25"));
  EXPECT_EQ(file.entries[0].category, FeedCategory::drop);
  EXPECT_EQ(file.entries[0].precision, 0.6);
}

TEST(FeedFile, SpamhausDropAsJsonLines) {
  const FeedFile file = read(
      "{\"cidr\":\"203.0.113.0/24\",\"sblid\":\"SBL1\",\"rir\":\"ripencc\"}\n{\"cidr\":\"2001:db8::/"
      "32\",\"sblid\":\"SBL2\"}\n"
      "{\"type\":\"metadata\",\"timestamp\":1191931400,\"records\":2}\n");
  EXPECT_EQ(file.format, FeedFormat::json_lines);
  EXPECT_THAT(entries(file), ElementsAre("203.0.113.0/24", "2001:db8::/32"));
  EXPECT_EQ(file.entries[1].category, FeedCategory::drop);
}

TEST(FeedFile, FeodoTrackerCsvAndText) {
  const std::string comment = "####\n# abuse.ch Feodo Tracker Botnet C2 IP Blocklist (CSV) #\n####\n";
  const FeedFile csv =
      read(comment +
           "\"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\",\"last_online\",\"malware\"\n"
           "\"2007-10-09 12:00:00\",\"198.51.100.7\",\"443\",\"online\",\"2007-10-10\",\"Zob\"\n# END 1\n");
  EXPECT_EQ(csv.format, FeedFormat::feodo_csv);
  EXPECT_THAT(entries(csv), ElementsAre("198.51.100.7/32"));
  EXPECT_EQ(csv.entries[0].category, FeedCategory::c2);
  EXPECT_EQ(csv.entries[0].precision, 0.9);
  const FeedFile text = read(comment + "# DstIP\n198.51.100.7\n");
  EXPECT_THAT(entries(text), ElementsAre("198.51.100.7/32"));
  EXPECT_TRUE(read(comment).entries.empty()) << "a quiet month";
}

TEST(FeedFile, UrlhausHostFileTextAndCsv) {
  const std::string comment = "# abuse.ch URLhaus #\n";
  EXPECT_THAT(entries(read(comment + "127.0.0.1\tbad.example.org\n")), ElementsAre("bad.example.org"));
  const FeedFile text = read(comment + "http://198.51.100.7:4321/i\nhttps://files.example.org/a/b?c\n");
  EXPECT_THAT(entries(text), ElementsAre("198.51.100.7/32", "files.example.org"));
  EXPECT_EQ(text.entries[0].precision, 0.7);
  EXPECT_EQ(text.entries[1].precision, 0.55) << "the host of a file is often a victim itself";
  const FeedFile csv =
      read(comment +
           "# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n"
           "\"1\",\"2007-10-09 "
           "12:00:00\",\"http://[2001:db8::7]:80/x\",\"online\",\"\",\"malware_download\",\"elf,zob\",\"\",\"me\"\n");
  EXPECT_EQ(csv.format, FeedFormat::urlhaus_csv);
  EXPECT_THAT(entries(csv), ElementsAre("2001:db8::7/128"));
  EXPECT_EQ(csv.entries[0].category, FeedCategory::malware_download);
}

constexpr const char* kThreatFox =
    "# ThreatFox IOCs - CSV format\n"
    "# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\",\"fk_malware\",\"malware_alias\","
    "\"malware_printable\",\"last_seen_utc\",\"confidence_level\",\"is_compromised\",\"reference\",\"tags\","
    "\"anonymous\",\"reporter\"\n";

std::string indicator(std::string_view value, std::string_view type, std::string_view threat,
                      std::string_view confidence, std::string_view compromised = "False") {
  std::string row = "\"2007-10-09 12:00:00\"";
  for (const std::string_view field :
       {std::string_view("1"), value, type, threat, std::string_view("win.zob"), std::string_view("None"),
        std::string_view("Zob"), std::string_view(""), confidence, compromised, std::string_view("a \"\"word\"\""),
        std::string_view("x,y"), std::string_view("0"), std::string_view("me")})
    row += ", \"" + std::string(field) + "\"";
  return row + "\n";
}

TEST(FeedFile, ThreatFoxCsv) {
  const FeedFile file =
      read(kThreatFox + indicator("198.51.100.7:443", "ip:port", "botnet_cc", "75") +
           indicator("[2001:db8::7]:80", "ip:port", "payload_delivery", "100") +
           indicator("bad.example.org", "domain", "botnet_cc", "80") + indicator("00ff", "md5_hash", "payload", "100") +
           indicator("unsure.example.org", "domain", "botnet_cc", "50") +
           indicator("victim.example.org", "domain", "botnet_cc", "100", "True"));
  EXPECT_EQ(file.format, FeedFormat::threatfox_csv);
  EXPECT_THAT(entries(file), ElementsAre("198.51.100.7/32", "2001:db8::7/128", "bad.example.org"));
  EXPECT_EQ(file.skipped, 3U);
  EXPECT_EQ(file.entries[0].precision, 0.75);
  EXPECT_EQ(file.entries[1].precision, 0.9) << "no row says more than the publisher is worth";
  EXPECT_EQ(file.entries[1].category, FeedCategory::malware_download);
  EXPECT_EQ(file.entries[2].category, FeedCategory::c2);
  const FeedFile given = read(kThreatFox + indicator("198.51.100.7:1", "ip:port", "payload_delivery", "99"),
                              worth(FeedCategory::sinkhole, 0.8));
  EXPECT_EQ(given.entries[0].category, FeedCategory::sinkhole) << "the caller's word wins";
  EXPECT_EQ(given.entries[0].precision, 0.8);
}

TEST(FeedFile, WorthFromTheFirstLineUnlessTheCallerSays) {
  const std::string text = "# lazaret: category=sinkhole precision=0.95 ttl_s=60\n198.51.100.7\n";
  const FeedFile file = read(text, {.category = {}, .precision = {}, .ttl_s = {}, .loaded = Timestamp{5}});
  EXPECT_EQ(file.entries[0].category, FeedCategory::sinkhole);
  EXPECT_EQ(file.entries[0].precision, 0.95);
  EXPECT_EQ(file.entries[0].expires, Timestamp{5} + seconds(60));
  const FeedFile given = read(text, worth());
  EXPECT_EQ(given.entries[0].category, FeedCategory::c2);
  EXPECT_EQ(given.entries[0].precision, 0.9);
  EXPECT_EQ(read("198.51.100.7\n", worth()).entries[0].expires, kNever);
}

TEST(FeedFile, MistakesAreNamedWithTheirLine) {
  const struct {
    std::string text;
    FeedOptions options;
    const char* says;
  } cases[] = {
      {"", worth(), "feed.txt: is empty"},
      {"198.51.100.7\n", {}, "feed.txt: does not say its category and is of no known publisher; begin the file with"},
      {"# lazaret: category=c2\n198.51.100.7\n", {}, "feed.txt: does not say its precision"},
      {"# lazaret: category=c3\n",
       {},
       "feed.txt:1: category wants one of c2, malware_download, sinkhole, drop, spam_source or other, found 'c3'"},
      {"# lazaret: catgory=c2\n", {}, "feed.txt:1: unknown key 'catgory'; did you mean 'category'?"},
      {"# lazaret: precision=high\n", {}, "feed.txt:1: precision wants a number above 0.5 and below 1, found 'high'"},
      {"# lazaret: ttl_s=1d\n", {}, "feed.txt:1: ttl_s wants a whole number of seconds, found '1d'"},
      {"198.51.100.7\n", worth(FeedCategory::c2, 0.5), "feed.txt: precision must be above 0.5"},
      {"# lazaret: precision=nan category=c2\n198.51.100.7\n", {}, "feed.txt: precision must be above 0.5"},
      {"# lazaret: ttl_s=0\n198.51.100.7\n", worth(), "feed.txt: ttl_s must be from 1 to"},
      {"\"a\",\"b\"\n", worth(), "feed.txt:1: is CSV without the names of its columns"},
  };
  for (const auto& c : cases) {
    const auto said = refused(c.text, c.options);
    ASSERT_FALSE(said.empty()) << c.text;
    EXPECT_THAT(said.back(), testing::StartsWith(c.says));
  }
}

TEST(FeedFile, LinesThatWouldAccuseTheWrongOnes) {
  const std::pair<const char*, const char*> cases[] = {
      {"198.0.0.0/7", "covers too much of the Internet to accuse anybody; the shortest prefix is /8"},
      {"0.0.0.0/0", "covers too much"},
      {"2000::/18", "the shortest prefix is /19"},
      {"::/0", "covers too much"},
      {"::ffff:0:0/96", "covers too much"},
      {"10.1.2.3", "lies in 10.0.0.0/8 (private addresses), which no feed can mean"},
      {"::ffff:10.1.2.3", "private addresses"},
      {"192.168.0.0/15", "private addresses"},
      {"127.0.0.2", "loopback"},
      {"224.0.0.5", "multicast"},
      {"255.255.255.255", "reserved"},
      {"fe80::1", "link-local"},
      {"ff02::/32", "multicast"},
      {"fd00::/19", "private addresses"},
      {"::2", "special"},
      {"b\xc3\xbc"
       "cher.example",
       "'b??cher.example' is not ASCII; write the name in punycode"},
      {"org", "a name of one label"},
      {"*.org", "a name of one label"},
      {"*.a.b.c.d.e.f.g.h", "has 8 labels"},
      {"198.51.100.300", "expected an address, a prefix such as 192.0.2.0/24 or a name, found '198.51.100.300'"},
      {"198.51.100.0/33", "expected an address"},
      {"-a.example.org", "expected an address"},
      {"a..example.org", "expected an address"},
      {"<html>", "expected an address"},
      {"198.51.100.7 198.51.100.8", "expected nothing after '198.51.100.7', found '198.51.100.8'"},
      {"0.0.0.0", "expected a name after '0.0.0.0', as in a hosts file"},
      {"http://10.0.0.1/x", "private addresses"},
      {"http://a.example.org:http/", "has no port number after its colon"},
  };
  for (const auto& [line, says] : cases) {
    const FeedFile file = read("good.example.org\n" + std::string(line) + "\n", worth());
    EXPECT_THAT(entries(file), ElementsAre("good.example.org")) << line;
    ASSERT_EQ(file.tolerated.size(), 1U) << line;
    EXPECT_THAT(file.tolerated[0].text(), testing::StartsWith("feed.txt:2: ")) << line;
    EXPECT_THAT(file.tolerated[0].text(), HasSubstr(says));
  }
}

TEST(FeedFile, MoreThanAFewBadLinesRefuseItWhole) {
  const std::string bad = "<p>\n";
  EXPECT_EQ(read("a.example.org\n" + bad + bad + bad, worth()).tolerated.size(), kFeedErrorsTolerated);
  const auto said = refused("a.example.org\n" + bad + bad + bad + bad, worth());
  ASSERT_EQ(said.size(), kFeedErrorsTolerated + 1);
  EXPECT_EQ(said[3], "feed.txt:5: expected an address, a prefix such as 192.0.2.0/24 or a name, found '<p>'");
  EXPECT_LE(refused(
                std::string(100'000, '\n') +
                    [&] {
                      std::string page;
                      for (int i = 0; i < 1000; ++i) page += bad;
                      return page;
                    }(),
                worth())
                .size(),
            20U);
}

TEST(FeedFile, BadRowsOfCsvAndJson) {
  const FeedFile csv = read(kThreatFox + indicator("a.example.org", "domain", "botnet_cc", "much") +
                            "\"open\n\"1\",\"2\"\n" + indicator("b.example.org", "domain", "botnet_cc", "90"));
  ASSERT_EQ(csv.tolerated.size(), 3U);
  EXPECT_THAT(csv.tolerated[0].message, HasSubstr("expected a confidence_level from 0 to 100, found 'much'"));
  EXPECT_THAT(csv.tolerated[1].message, HasSubstr("expected comma-separated values"));
  EXPECT_THAT(csv.tolerated[2].message, HasSubstr("expected 15 values, found 2"));
  const FeedFile json = read("{\"cidr\":\"203.0.113.0/24\"}\n{\"cdir\":\"203.0.113.0/24\"}\n[1]\n{\"cidr\":\n");
  ASSERT_EQ(json.tolerated.size(), 3U);
  EXPECT_THAT(json.tolerated[0].message, HasSubstr("expected \"cidr\" with a prefix"));
  EXPECT_THAT(json.tolerated[2].message, HasSubstr("expected one JSON object a line"));
}

TEST(FeedFile, FilesThatCannotBeRead) {
  const ScratchDirectory directory;
  const auto said = [&](const std::filesystem::path& path) {
    const auto result = load_feed(path, worth());
    return result.index() == 1 ? std::get<1>(result).front().message : std::string("it was read");
  };
  write_file(directory.path / "good", "198.51.100.7\n");
  EXPECT_EQ(said(directory.path / "good"), "it was read");
  EXPECT_EQ(said(directory.path / "none"), "no such file; name a feed");
  EXPECT_EQ(said(directory.path), "is not a regular file; name a feed");
  EXPECT_EQ(said("/dev/zero"), "is not a regular file; name a feed");
}

/// Whatever a damaged file says, what is read can be built.
TEST(FeedFile, DamagedFilesAreReadOrRefusedAndNothingElse) {
  const std::string samples[] = {
      "# lazaret: category=c2 precision=0.9\n198.51.100.7\n*.bad.example.org\nhttp://a.example.org:1/\n0.0.0.0 "
      "b.example.org\n",
      "; Spamhaus DROP\n203.0.113.0/24 ; SBL1\n", "{\"cidr\":\"203.0.113.0/24\",\"sblid\":\"SBL1\"}\n",
      kThreatFox + indicator("198.51.100.7:443", "ip:port", "botnet_cc", "75")};
  std::size_t read_count = 0;
  for (unsigned seed = 1; seed <= laws::seeds(3000); ++seed) {
    laws::Dice dice(seed);
    std::string text = dice.pick(samples);
    for (std::uint64_t n = 1 + dice.below(4); n > 0; --n) {
      const std::size_t place = dice.below(text.size());
      if (dice.chance(60))
        text[place] = static_cast<char>(dice.chance(50) ? dice.below(256) : "\"#;,.:/*[{\n0"[dice.below(12)]);
      else
        text.erase(place, dice.below(8));
      if (text.empty()) break;
    }
    const auto result = parse_feed("f", text, {});
    if (result.index() == 1) continue;
    const auto feed = Feed::build(std::get<FeedFile>(result).entries, FeedLimits{}, Seed{1});
    ASSERT_EQ(feed.index(), 0U) << text;
    ++read_count;
  }
  EXPECT_GT(read_count, 100U);
}

}  // namespace
}  // namespace lazaret
