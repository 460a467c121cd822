// DNS logs: what each server's lines are read as, what is written is read back, and what nothing can be read of.
#include "scenarios/dns_log/dns_log.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

#include "scenarios/dns_log/fields.hpp"
#include "tests/scenarios/dns_logs.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

using Lines = std::vector<std::string>;

struct ReadLog {
  Lines entries;
  DnsLogCounts counts;
  DnsLogFormat format = DnsLogFormat::table;
};

ReadLog read_log(const std::filesystem::path& path, const DnsLogOptions& options = {{}, 0, kDnsLogYear}) {
  ReadLog log;
  auto opened = DnsLog::open(path, options);
  EXPECT_EQ(opened.index(), 0U) << std::get<Problem>(opened).message;
  if (opened.index() != 0) return log;
  auto& reader = std::get<DnsLog>(opened);
  for (DnsLogEntry e; reader.next(e);) log.entries.push_back(dns_entry_text(e));
  log.counts = reader.counts();
  log.format = reader.format();
  return log;
}
ReadLog read_text(const std::string& text, const DnsLogOptions& options = {{}, 0, kDnsLogYear}) {
  const TextFile file("dns.log", text);
  return read_log(file.path, options);
}
Lines texts(const std::vector<DnsLogEntry>& entries) {
  Lines lines;
  for (const DnsLogEntry& e : entries) lines.push_back(dns_entry_text(e));
  return lines;
}
std::uint64_t sum(const DnsLogCounts& counts) {
  std::uint64_t n = counts.read;
  for (const auto& [cause, count] : counts.skipped) n += count;
  return n;
}

TEST(DnsLogSamples, EachServersLines) {
  constexpr auto kBase = "1795502066";  // 2026-11-24 06:34:26 UTC
  const std::string base = kBase;
  struct Row {
    DnsLogFormat format;
    Lines entries;
  };
  for (const Row& row : std::vector<Row>{
           {DnsLogFormat::bind,
            {base + "746000000 question 192.0.2.7#52057 id -1 example.com type 15 of 192.0.2.53",
             base + "914000000 question 192.0.2.7#46075 id -1 other.example type 1 of 192.0.2.53",
             base + "914000000 answer 192.0.2.7#46075 id -1 other.example type 1 code 5 records 0",
             "1795502069146000000 question 2001:db8::7#43206 id -1 www.example.com type 1 of 2001:db8::53"}},
           {DnsLogFormat::unbound,
            {"1795502123000000000 question 192.0.2.7#0 id -1 nope.example.com type 1",
             "1795502123000000000 answer 192.0.2.7#0 id -1 nope.example.com type 1 code 3 size 45"}},
           {DnsLogFormat::dnsmasq,
            {"1795502155000000000 question 192.0.2.7#0 id -1 nope.example.com type 1",
             "1795502155000000000 answer 192.0.2.7#0 id -1 nope.example.com type 1 code 3 records 0",
             "1795502155000000000 question 192.0.2.7#0 id -1 alias.example.com type 1",
             "1795502155000000000 answer 192.0.2.7#0 id -1 alias.example.com type 1 code 0 records 1 192.0.2.80",
             "1795502156000000000 question 192.0.2.7#0 id -1 other.example type 1",
             "1795502156000000000 answer 192.0.2.7#0 id -1 other.example type 1 code 5 records 0",
             "1795502156000000000 question 192.0.2.7#0 id -1 25.2.0.192.in-addr.arpa type 12",
             "1795502156000000000 answer 192.0.2.7#0 id -1 25.2.0.192.in-addr.arpa type 12 code 0"}},
           {DnsLogFormat::dnstap,
            {base + "746000000 answer 192.0.2.7#52057 id -1 example.com type 15 of 192.0.2.53 size 105",
             "1795502068410000000 answer 2001:db8::7#59104 id -1 www.example.com type 999 of 2001:db8::53 size 116"}},
           {DnsLogFormat::dnstap_yaml,
            {base + "000000000 answer 192.0.2.7#54962 id 1034 www.example.com type 28 of 192.0.2.53 code 0 records 1 "
                    "size 100 2001:db8::80"}},
           {DnsLogFormat::table,
            {base + "350000000 question 192.0.2.7#0 id -1 www.example.com type 1",
             base + "350000000 answer 192.0.2.7#0 id -1 www.example.com type 1 code 0",
             base + "900000000 question 192.0.2.7#0 id -1 nosuch.example.com type 15",
             base + "900000000 answer 192.0.2.7#0 id -1 nosuch.example.com type 15 code 3",
             "1795502067000000000 question 2001:db8::7#0 id -1 www.example.com type 28"}}}) {
    const ReadLog log = read_text(dns_log_sample(row.format));
    EXPECT_EQ(log.format, row.format) << name_of(row.format);
    EXPECT_EQ(log.entries, row.entries) << name_of(row.format);
    EXPECT_TRUE(log.counts.unreadable.empty()) << name_of(row.format) << ": " << log.counts.unreadable[0].text;
  }
}

TEST(DnsLogSamples, OtherSpellingsOfTheSame) {
  const Lines question = {"1795502066000000000 question 192.0.2.7#53212 id -1 www.example.com type 1"};
  for (const std::string line :
       {"24-Nov-2026 06:34:26 client @0x7f 192.0.2.7#53212 (www.example.com): view inside: query: www.example.com IN A "
        "+",
        "2026-11-24T06:34:26.000 client @0x7f0 192.0.2.7#53212 (www.example.com): query: www.example.com IN A +",
        "2026-11-24T08:34:26+02:00 queries: client 192.0.2.7#53212: query: www.example.com IN A +",
        "Nov 24 06:34:26 ns1 named[812]: client @0x7f 192.0.2.7#53212/key k1 (www.example.com): query: "
        "www.example.com IN A +"}) {
    EXPECT_EQ(read_text(line + "\r\n").entries, question) << line;
  }
  const Lines reply = {"1795502066000000000 answer 192.0.2.7#0 id -1 www.example.com type 1 code 4 size 60"};
  for (const char* line : {"Nov 24 06:34:26 unbound[15787:0] reply: 192.0.2.7 www.example.com. A IN NOTIMPL 0.1 0 60",
                           "Nov 24 06:34:26 ns1 unbound: [15787:0] info: 192.0.2.7 www.example.com. A IN NOTIMPL 0.1 0 "
                           "60 on udp/53"})
    EXPECT_EQ(read_text(line).entries, reply) << line;
  // BIND 9.20, responselog yes.
  EXPECT_EQ(read_text("24-Nov-2026 06:34:26.000 responses: info: client @0x7f 192.0.2.7#53212 (www.example.com): "
                      "response: www.example.com IN A NXDOMAIN 0 1 1 +E(0)K (192.0.2.53)")
                .entries,
            Lines{"1795502066000000000 answer 192.0.2.7#53212 id -1 www.example.com type 1 of 192.0.2.53 code 3 "
                  "records 0"});
  // A block list's answer, and one of SERVFAIL that names its question by the serial only.
  EXPECT_EQ(read_text("Nov 24 06:34:26 dnsmasq[1]: query[A] ads.example.com from 192.0.2.7\n"
                      "Nov 24 06:34:26 dnsmasq[1]: gravity blocked ads.example.com is 0.0.0.0\n"
                      "Nov 24 06:34:26 dnsmasq[1]: 9 192.0.2.8/4000 query[MX] b.example from 192.0.2.8\n"
                      "Nov 24 06:34:26 dnsmasq[1]: 9 192.0.2.8/4000 reply error is SERVFAIL\n")
                .entries,
            (Lines{"1795502066000000000 question 192.0.2.7#0 id -1 ads.example.com type 1",
                   "1795502066000000000 answer 192.0.2.7#0 id -1 ads.example.com type 1 code 0 records 1 0.0.0.0",
                   "1795502066000000000 question 192.0.2.8#4000 id -1 b.example type 15",
                   "1795502066000000000 answer 192.0.2.8#4000 id -1 b.example type 15 code 2 records 0"}));
}

TEST(DnsLogFields, Stamps) {
  struct Row {
    const char* text;
    std::int64_t ns;  // -1: none
    const char* rest;
  };
  for (const Row& row : {Row{"24-Nov-2026 06:34:26.350 x", 1795502066350000000, "x"},
                         Row{"[0] x", 0, "x"},
                         Row{"2026-11-24T06:34:26,350Z x", 1795502066350000000, "x"},
                         Row{"2026-11-24 06:34:26 x", 1795502066000000000, "x"},
                         Row{"2026-11-24T01:04:26-0530 x", 1795502066000000000, "x"},
                         Row{"2026-11-24T06:34:26.1234567899Z", 1795502066123456789, ""},
                         Row{"Nov 24 06:34:26 x", 1795502066000000000, "x"},
                         Row{"Nov  4 06:34:26 x", 1793774066000000000, "x"},
                         Row{"1795502066.5   x", 1795502066500000000, "x"},
                         Row{"[1795502066.5] x", 1795502066500000000, "x"},
                         Row{"2024-02-29T00:00:00Z", 1709164800000000000, ""},
                         Row{"1970-01-01T00:00:00", 0, ""},
                         Row{"2023-02-29T00:00:00Z", -1, ""},
                         Row{"24-Now-2026 06:34:26 x", -1, ""},
                         Row{"2026-11-24T06:34 x", -1, ""},
                         Row{"2026-11-24T24:00:00 x", -1, ""},
                         Row{"12345 x", -1, ""},
                         Row{"99999999999 x", -1, ""},
                         Row{"1795502066x", -1, ""},
                         Row{"[1795502066 x", -1, ""},
                         Row{"1969-12-31T23:59:59Z", -1, ""},
                         Row{"2100-01-01T00:00:00Z", -1, ""},
                         Row{"", -1, ""},
                         Row{"client", -1, ""}}) {
    StampReader reader({0, kDnsLogYear, 0});
    std::string_view text = row.text;
    const auto stamp = reader.take(text);
    EXPECT_EQ(stamp.value_or(-1), row.ns) << row.text;
    EXPECT_EQ(text, row.ns < 0 ? row.text : row.rest) << row.text;
  }
  StampReader east({3600, kDnsLogYear, 0});
  std::string_view local = "Nov 24 07:34:26 x", zoned = "2026-11-24T06:34:26Z";
  EXPECT_EQ(east.take(local), 1795502066000000000);
  EXPECT_EQ(east.take(zoned), 1795502066000000000);
}

TEST(DnsLogFields, TheYearThatSyslogLeavesOut) {
  // By the file's own time: the last year in which the stamp is not after it (a day's grace for zones).
  struct Row {
    std::int64_t written_s;
    const char* text;
    std::int64_t s;
  };
  constexpr std::int64_t kJanuary2 = 1798848000;  // 2027-01-02
  for (const Row& row : {Row{kJanuary2, "Jan  1 00:00:00", 1798761600}, Row{kJanuary2, "Dec 31 00:00:00", 1798675200},
                         Row{kJanuary2, "Jan  3 00:00:00", 1798934400}, Row{kJanuary2, "Jan  4 00:00:00", 1767484800},
                         Row{kJanuary2, "Feb 29 00:00:00", 1709164800}}) {
    StampReader reader({0, 0, row.written_s});
    std::string_view text = row.text;
    EXPECT_EQ(reader.take(text), row.s * kNsPerSecond) << row.text;
  }
  // By --year, which is that of the first line.
  StampReader reader({0, 2026, 0});
  for (const auto& [line, s] : {std::pair<const char*, std::int64_t>{"Dec 31 23:59:59", 1798761599},
                                {"Jan  1 00:00:00", 1798761600},
                                {"Dec 31 23:59:59", 1798761599},
                                {"Jan  1 00:00:01", 1798761601}}) {
    std::string_view text = line;
    EXPECT_EQ(reader.take(text), s * kNsPerSecond) << line;
  }
}

TEST(DnsLogFields, NamesTypesCodes) {
  using namespace std::string_literals;
  EXPECT_EQ(read_name("a.bc."), "\1a\2bc\0"s);
  EXPECT_EQ(read_name("."), "\0"s);
  EXPECT_EQ(read_name("a\\.b\\032c"), "\5a.b c\0"s);
  EXPECT_TRUE(read_name(std::string(63, 'x')).has_value());
  const std::string longest = std::string(63, 'x') + "." + std::string(63, 'x') + "." + std::string(63, 'x') + ".";
  EXPECT_EQ(read_name(longest + std::string(61, 'x'))->size(), 255U);
  for (const std::string& bad :
       {""s, ".."s, ".a"s, "a..b"s, "a\\"s, "a\\25"s, "a\\256"s, std::string(64, 'x'), longest + std::string(62, 'x')})
    EXPECT_FALSE(read_name(bad).has_value()) << bad;
  EXPECT_EQ(read_type("mx"), 15);
  EXPECT_EQ(read_type("TYPE65535"), 65535);
  EXPECT_EQ(read_type("type=999"), 999);
  EXPECT_EQ(read_type("28"), 28);
  for (const char* bad : {"", "TYPE", "TYPE65536", "MXX", "-1"}) EXPECT_FALSE(read_type(bad)) << bad;
  EXPECT_EQ(read_rcode("NXDOMAIN"), 3);
  EXPECT_EQ(read_rcode("RCODE11"), 11);
  for (const char* bad : {"", "BADVERS", "16", "RCODE16"}) EXPECT_FALSE(read_rcode(bad)) << bad;
  EXPECT_EQ(reverse_name(IpAddress::v4(0xc000'0219)), name_on_the_wire("25.2.0.192.in-addr.arpa"));
  EXPECT_EQ(reverse_name({0x2001'0db8'0000'0000, 0x53}),
            name_on_the_wire("3.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"));
}

TEST(DnsLogProperty, WhatIsWrittenIsReadBack) {
  for (const auto& [format, name] : kDnsLogFormats) {
    // These two write octets that are no letters as they are, or as '?'.
    const bool plain = format == DnsLogFormat::dnsmasq || format == DnsLogFormat::unbound;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      std::vector<DnsLogEntry> entries = random_dns_entries(seed, 50, plain);
      const std::string text = write_dns_log(format, entries);
      const ReadLog log = read_text(text);
      EXPECT_EQ(log.format, format) << name << " seed " << seed;
      ASSERT_EQ(log.entries, texts(entries)) << name << " seed " << seed;
      EXPECT_EQ(sum(log.counts), log.counts.records);
      EXPECT_TRUE(log.counts.unreadable.empty()) << name << ": " << log.counts.unreadable[0].text;
    }
  }
}

TEST(DnsLogProperty, DamagedLinesAreCountedAndNothingElse) {
  std::mt19937_64 dice(7);
  for (const auto& [format, name] : kDnsLogFormats) {
    std::vector<DnsLogEntry> entries = random_dns_entries(3, 20, true);
    const std::string good = dns_log_sample(format) + write_dns_log(format, entries);
    for (int turn = 0; turn < 60; ++turn) {
      std::string text = good;
      for (std::uint64_t n = 1 + dice() % 30; n > 0; --n) {
        const std::size_t at = dice() % text.size();
        if (dice() % 3 == 0)
          text[at] = static_cast<char>(dice());
        else if (dice() % 2 == 0)
          text.erase(at, 1 + dice() % 20);
        else
          text.insert(at, text.substr(dice() % text.size(), 1 + dice() % 20));
      }
      const ReadLog log = read_text(text, {format, 0, kDnsLogYear});
      EXPECT_EQ(sum(log.counts), log.counts.records) << name;
      for (const auto& [cause, count] : log.counts.skipped) EXPECT_GT(count, 0U) << cause;
      EXPECT_LE(log.counts.unreadable.size(), 5U);
    }
  }
}

TEST(DnsLogFiles, UnreadableLinesAreShownWithTheirNumbers) {
  const ReadLog log = read_text(
      "# a comment\n"
      "2026-11-24T06:34:26Z,192.0.2.7,www.example.com,A,NOERROR\n"
      "yesterday,192.0.2.7,www.example.com,A,NOERROR\n"
      "2026-11-24T06:34:26Z,192.0.2.777,www.example.com,A,\n"
      "2026-11-24T06:34:26Z,192.0.2.7,www..com,A,\n"
      "2026-11-24T06:34:26Z,192.0.2.7,www.example.com,QQ,\n"
      "\n"
      "2026-11-24T06:34:26Z,192.0.2.7,\x1b[31m.example.com,A,WELL\n");
  EXPECT_EQ(log.counts.read, 1U);
  EXPECT_EQ(
      log.counts.skipped,
      (std::map<std::string, std::uint64_t>{
          {"bad_client", 1}, {"bad_code", 1}, {"bad_name", 1}, {"bad_type", 1}, {"no_time", 1}, {"other_line", 1}}));
  ASSERT_EQ(log.counts.unreadable.size(), 5U);
  EXPECT_EQ(log.counts.unreadable[0].line, 3U);
  EXPECT_EQ(log.counts.unreadable[0].cause, "no_time");
  EXPECT_EQ(log.counts.unreadable[4].line, 8U);
  EXPECT_EQ(log.counts.unreadable[4].text.find('\x1b'), std::string::npos) << "nothing that a terminal obeys";
}

TEST(DnsLogFiles, GzipLongLinesAndAByteOrderMark) {
  std::vector<DnsLogEntry> entries = random_dns_entries(11, 3000, false);
  const std::string text = write_dns_log(DnsLogFormat::bind, entries);
  const ScratchDirectory directory;
  const auto packed = directory.path / "dns.log.gz";
  gzFile out = gzopen(packed.c_str(), "wb");
  ASSERT_EQ(gzwrite(out, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
  gzclose(out);
  EXPECT_EQ(read_log(packed).entries, texts(entries));

  const std::string whole = file_text(packed);
  write_file(directory.path / "cut.gz", whole.substr(0, whole.size() / 2));
  const ReadLog cut = read_log(directory.path / "cut.gz");
  EXPECT_GT(cut.entries.size(), 100U);
  EXPECT_LT(cut.entries.size(), entries.size());
  EXPECT_NE(cut.counts.damage.find("cut short"), std::string::npos) << cut.counts.damage;

  const std::string line = "2026-11-24T06:34:26Z,192.0.2.7,www.example.com,A,\n";
  const ReadLog long_line = read_text("\xef\xbb\xbf" + line + std::string(3'000'000, 'x') + "\n" + line + "last");
  EXPECT_EQ(long_line.counts.read, 2U);
  EXPECT_EQ(long_line.counts.skipped, (std::map<std::string, std::uint64_t>{{"no_time", 1}, {"too_long", 1}}));
  EXPECT_EQ(long_line.counts.unreadable.back().line, 4U);
}

TEST(DnsLogFiles, WhatIsNoLogIsSaidToBeNone) {
  const ScratchDirectory directory;
  const auto said = [&](std::string_view text) {
    const auto path = directory.path / "file";
    write_file(path, text);
    const auto opened = DnsLog::open(path, {});
    return opened.index() == 1 ? std::get<Problem>(opened).message : std::string("it was read");
  };
  EXPECT_NE(said("Dear diary\n").find("its first line: 'Dear diary'"), std::string::npos);
  EXPECT_NE(said("").find("is empty"), std::string::npos);
  EXPECT_NE(said(std::string("\0\0\0\0\0\0\0\x22\0\0\0\2\0\0\0\1\0\0\0\x16protobuf:dnstap.Dnstap", 42))
                .find("dnstap-read -y"),
            std::string::npos);
  EXPECT_NE(said("\x28\xb5\x2f\xfd and so on").find("zstd -d"), std::string::npos);
  const auto none = DnsLog::open(directory.path / "none", {});
  EXPECT_NE(std::get<Problem>(none).message.find("no such file"), std::string::npos);
  EXPECT_NE(std::get<Problem>(DnsLog::open(directory.path, {})).message.find("is a directory"), std::string::npos);
  EXPECT_NE(std::get<Problem>(DnsLog::open("/dev/null", {})).message.find("is not a regular file"), std::string::npos);
}

}  // namespace
}  // namespace lazaret
