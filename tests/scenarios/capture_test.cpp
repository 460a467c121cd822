// Captures of others: every file of ../shared/captures, and made ones for each rule of time, link types and damage.
#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "core/detect/contracts.hpp"
#include "core/evidence/explanation.hpp"
#include "scenarios/replay.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

const std::filesystem::path kCaptures = LAZARET_SOURCE_DIR "/../shared/captures";
const char* const kAbsent =
    "THE CAPTURES ARE ABSENT (../shared/captures beside the project): nothing real was replayed";

struct Labelled {
  std::filesystem::path file;
  std::string label;
  std::vector<Prefix> subscribers;  ///< everybody, where the label names none
};

std::vector<Labelled> labelled_captures() {
  std::vector<Labelled> all;
  std::ifstream in(kCaptures / "labels.csv");
  std::string line;
  for (std::getline(in, line); std::getline(in, line);) {
    std::stringstream fields(line);
    std::string file, label, subscriber;
    std::getline(fields, file, ',');
    std::getline(fields, label, ',');
    std::getline(fields, subscriber, ',');
    const auto prefix = parse_prefix(subscriber);
    all.push_back({kCaptures / file, label,
                   prefix ? std::vector{*prefix} : std::vector{*parse_prefix("0.0.0.0/0"), *parse_prefix("::/0")}});
  }
  return all;
}

/// Everything that a replay says of its accounts, for a failing test's message.
std::string story(const CaptureReplay& replay) {
  std::string text;
  for (const CaptureAccount& a : replay.accounts) {
    text += a.address + " " + std::string(name_of(a.worst)) + " belief " +
            std::to_string(static_cast<double>(a.status.belief) / kNat);
    for (unsigned c = 0; c < kChannels; ++c)
      if (a.status.seen[c].observations > 0)
        text += " " + std::string(name_of(static_cast<Channel>(c))) + " " +
                std::to_string(static_cast<double>(a.status.scores[c]) / kNat) + " (" +
                std::to_string(a.status.seen[c].adverse) + "/" + std::to_string(a.status.seen[c].observations) + ")";
    text += "\n";
  }
  return text;
}

TEST(Captures, EveryRecordCountsOnceAndNothingCrashes) {
  if (!std::filesystem::exists(kCaptures)) GTEST_SKIP() << kAbsent;
  std::size_t files = 0;
  std::set<std::filesystem::path> labelled;
  for (const Labelled& capture : labelled_captures()) {
    labelled.insert(capture.file);
    const auto result = replay_capture(capture.file, capture.subscribers, Policy{});
    ASSERT_EQ(result.index(), 0U) << std::get<Problem>(result).message;
    const CaptureReport& report = std::get<0>(result).report;
    std::uint64_t counted = report.judged;
    for (const auto& [cause, count] : report.skipped) counted += count;
    EXPECT_EQ(counted, report.records) << capture.file;
    EXPECT_GT(report.records, 0U) << capture.file;
    EXPECT_EQ(std::get<0>(result).counters.packets, report.judged) << capture.file;
    ++files;
  }
  EXPECT_GE(files, 37U);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kCaptures))
    if (entry.path().extension().string().starts_with(".pcap")) {
      EXPECT_TRUE(labelled.contains(entry.path())) << entry.path() << " has no label";
    }
}

TEST(Captures, ScannersAreQuarantinedWithReadableReasons) {
  if (!std::filesystem::exists(kCaptures)) GTEST_SKIP() << kAbsent;
  std::set<std::string> wanted = {"iot_telnet_scanner.pcap", "synscan.pcap"};
  for (const Labelled& capture : labelled_captures()) {
    if (wanted.erase(capture.file.filename()) == 0) continue;
    const auto result = replay_capture(capture.file, capture.subscribers, Policy{});
    ASSERT_EQ(result.index(), 0U);
    const CaptureReplay& replay = std::get<0>(result);
    ASSERT_EQ(replay.accounts.size(), 1U) << capture.file;
    EXPECT_EQ(replay.accounts[0].worst, State::quarantined) << capture.file << "\n" << story(replay);
    bool reasoned = false;
    for (const Event& e : replay.accounts[0].events)
      reasoned = reasoned || (e.kind == EventKind::reason && explain(e, Policy{}).find(" failed") != std::string::npos);
    EXPECT_TRUE(reasoned) << capture.file;
  }
  EXPECT_TRUE(wanted.empty()) << *wanted.begin() << " has no label";
}

TEST(Captures, NothingBenignIsQuarantined) {
  if (!std::filesystem::exists(kCaptures)) GTEST_SKIP() << kAbsent;
  unsigned files = 0;
  for (const Labelled& capture : labelled_captures()) {
    if (capture.label != "benign") continue;
    ++files;
    const auto result = replay_capture(capture.file, capture.subscribers, Policy{});
    ASSERT_EQ(result.index(), 0U);
    for (const CaptureAccount& account : std::get<0>(result).accounts) {
      EXPECT_NE(account.worst, State::quarantined) << capture.file << "\n" << story(std::get<0>(result));
      EXPECT_NE(account.worst, State::proposed) << capture.file << "\n" << story(std::get<0>(result));
    }
  }
  EXPECT_GE(files, 21U);
}

/// Trojans and beacons without scans: what they do may add to a suspicion, and convicts nobody.
TEST(Captures, OtherMalwareAtMostCorroborates) {
  if (!std::filesystem::exists(kCaptures)) GTEST_SKIP() << kAbsent;
  unsigned files = 0;
  for (const Labelled& capture : labelled_captures()) {
    const std::string name = capture.file.filename();
    if (capture.label != "malicious" || name == "iot_telnet_scanner.pcap" || name == "synscan.pcap") continue;
    ++files;
    const auto result = replay_capture(capture.file, capture.subscribers, Policy{});
    ASSERT_EQ(result.index(), 0U);
    for (const CaptureAccount& account : std::get<0>(result).accounts)
      EXPECT_TRUE(account.worst == State::clear || account.worst == State::watched) << story(std::get<0>(result));
  }
  EXPECT_EQ(files, 4U);
}

/// What docs/detectors.md says that a channel is seen on; its exchanges are in tests/real.
TEST(Captures, ChannelsCountOnTheCapturesThatTheirContractsName) {
  if (!std::filesystem::exists(kCaptures)) GTEST_SKIP() << kAbsent;
  std::map<std::string, CaptureReplay> replays;
  for (const Labelled& capture : labelled_captures()) {
    auto result = replay_capture(capture.file, capture.subscribers, Policy{});
    ASSERT_EQ(result.index(), 0U);
    replays.emplace(capture.file.filename(), std::get<CaptureReplay>(std::move(result)));
  }
  unsigned named = 0;
  for (const Contract& c : contracts()) {
    std::istringstream words{std::string(c.seen_on)};
    for (std::string name; words >> name;) {
      if (!name.ends_with(".pcap")) continue;
      ++named;
      ASSERT_TRUE(replays.contains(name)) << name;
      EXPECT_TRUE(std::ranges::any_of(
          replays.at(name).accounts,
          [&](const CaptureAccount& a) { return a.status.seen[static_cast<unsigned>(c.channel)].adverse > 0; }))
          << name_of(c.channel) << " saw nothing on " << name << "\n"
          << story(replays.at(name));
    }
  }
  EXPECT_GE(named, 7U);
}

TEST(Captures, TheFilesWhoseTimeJumpsSaySo) {
  if (!std::filesystem::exists(kCaptures)) GTEST_SKIP() << kAbsent;
  for (const char* name : {"1kxun", "instagram", "ookla", "pop3", "zoom"}) {
    const auto result =
        replay_capture(kCaptures / "benign" / (std::string(name) + ".pcap"), {*parse_prefix("0.0.0.0/0")}, Policy{});
    ASSERT_EQ(result.index(), 0U);
    std::uint64_t adjusted = 0;
    for (const auto& [cause, count] : std::get<0>(result).report.adjusted) adjusted += count;
    EXPECT_GT(adjusted, 0U) << name;
  }
}

/// A classic pcap made octet by octet: header with link type and nanoseconds, then records.
class Pcap {
 public:
  explicit Pcap(std::uint32_t link_type) {
    put(0xa1b23c4dU), put(0x00040002U), put(0U), put(0U), put(262144U), put(link_type);
  }
  Pcap& record(std::int64_t ns, const std::vector<std::uint8_t>& octets) {
    put(static_cast<std::uint32_t>(ns / kNsPerSecond)), put(static_cast<std::uint32_t>(ns % kNsPerSecond));
    put(static_cast<std::uint32_t>(octets.size())), put(static_cast<std::uint32_t>(octets.size()));
    text.append(octets.begin(), octets.end());
    return *this;
  }
  std::string text;

 private:
  void put(std::uint32_t v) { text.append(reinterpret_cast<const char*>(&v), sizeof v); }
};

/// An IPv4 TCP SYN from 10.0.0.1 to 198.51.100.x.
std::vector<std::uint8_t> syn(std::uint8_t to) {
  std::vector<std::uint8_t> p = {0x45, 0,    0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10,   0, 0,    1,    198, 51, 100, to,
                                 0x9c, 0x40, 0, 23, 0, 0, 0, 1, 0,  0, 0, 0, 0x50, 2, 0xff, 0xff, 0,   0,  0,   0};
  return p;
}
std::vector<std::uint8_t> behind(std::vector<std::uint8_t> header, const std::vector<std::uint8_t>& packet) {
  header.insert(header.end(), packet.begin(), packet.end());
  return header;
}
std::vector<std::uint8_t> ethernet(std::uint8_t to) {
  return behind({0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 8, 0}, syn(to));
}

CaptureReplay replay_text(const std::string& text) {
  const TextFile file("made.pcap", text);
  auto result = replay_capture(file.path, {*parse_prefix("10.0.0.0/8")}, Policy{});
  EXPECT_EQ(result.index(), 0U) << std::get<Problem>(result).message;
  return std::get<CaptureReplay>(std::move(result));
}

TEST(MadeCaptures, TimeNeverRunsBackwardsNorLeaps) {
  constexpr std::int64_t kS = kNsPerSecond;
  const auto replay = replay_text(Pcap(DLT_EN10MB)
                                      .record(1000 * kS, ethernet(1))
                                      .record(1001 * kS, ethernet(2))
                                      .record(400 * kS, ethernet(3))               // back: goes on from 1001
                                      .record(402 * kS, ethernet(4))               // 1003
                                      .record(402 * kS + 86400 * kS, ethernet(5))  // a day is allowed: 1003 + 1 d
                                      .record(402 * kS + 2 * 86400 * kS + 1, ethernet(6))  // more than a day: stays
                                      .record(402 * kS + 2 * 86400 * kS + 2, ethernet(7))
                                      .text);
  EXPECT_EQ(replay.report.judged, 7U);
  EXPECT_EQ(replay.report.adjusted, (std::map<std::string, std::uint64_t>{{"time_backwards", 1}, {"time_jump", 1}}));
  EXPECT_EQ(replay.end, epoch_end(Policy{}, Timestamp{1003 * kS + 86400 * kS + 1}));
}

TEST(MadeCaptures, LinkTypes) {
  const std::vector<std::pair<int, std::vector<std::uint8_t>>> known = {
      {DLT_EN10MB, ethernet(1)},
      {101, syn(1)},  // LINKTYPE_RAW
      {228, syn(1)},  // LINKTYPE_IPV4
      {DLT_NULL, behind({2, 0, 0, 0}, syn(1))},
      {DLT_LINUX_SLL, behind({0, 4, 0, 1, 0, 6, 0, 0, 0, 0, 0, 2, 0, 0, 8, 0}, syn(1))},
      {276, behind({8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6, 0, 0, 0, 0, 0, 2, 0, 0}, syn(1))},  // LINKTYPE_LINUX_SLL2
  };
  for (const auto& [type, octets] : known) {
    const auto replay = replay_text(Pcap(static_cast<std::uint32_t>(type)).record(kNsPerSecond, octets).text);
    EXPECT_EQ(replay.report.judged, 1U) << type;
    EXPECT_EQ(replay.counters.octets, 54U) << type << ": every header became 14 octets of Ethernet";
    ASSERT_EQ(replay.accounts.size(), 1U) << type;
    EXPECT_EQ(replay.accounts[0].address, "10.0.0.1") << type;
  }
  const auto ppp = replay_text(Pcap(9).record(kNsPerSecond, syn(1)).text);
  EXPECT_EQ(ppp.report.judged, 0U);
  EXPECT_EQ(ppp.report.skipped.at("link_type"), 1U);
  EXPECT_EQ(ppp.report.link_type, "PPP");
}

TEST(MadeCaptures, SkippedByCause) {
  std::vector<std::uint8_t> arp = ethernet(1), cut = ethernet(1), foreign = ethernet(1);
  arp[13] = 6;
  cut.resize(20);
  foreign[26] = 11;
  std::string text = Pcap(DLT_EN10MB)
                         .record(1, ethernet(1))
                         .record(2, arp)
                         .record(3, cut)
                         .record(4, foreign)
                         .record(5, {})
                         .record(6, ethernet(2))
                         .text;
  text.resize(text.size() - 10);  // the last record is cut short
  const auto replay = replay_text(text);
  EXPECT_EQ(replay.report.records, 6U);
  EXPECT_EQ(replay.report.judged, 1U);
  EXPECT_EQ(replay.report.skipped,
            (std::map<std::string, std::uint64_t>{
                {"empty_frame", 1}, {"malformed", 1}, {"not_ip", 1}, {"not_subscriber", 1}, {"truncated_file", 1}}));
  EXPECT_NE(replay.report.damage, "");
  const auto empty = replay_text(Pcap(DLT_EN10MB).text);
  EXPECT_EQ(empty.report.records, 0U);
  EXPECT_TRUE(empty.accounts.empty());
}

TEST(MadeCaptures, TrafficBetweenSubscribersCountsAsSent) {
  std::vector<std::uint8_t> inside = ethernet(1);
  inside[30] = 10, inside[31] = 0, inside[32] = 0, inside[33] = 2;
  const auto replay = replay_text(Pcap(DLT_EN10MB).record(1, inside).record(2, ethernet(1)).text);
  EXPECT_EQ(replay.report.judged, 2U);
  EXPECT_EQ(replay.report.between_subscribers, 1U);
  EXPECT_EQ(replay.accounts.size(), 1U);
}

TEST(MadeCaptures, WhatIsNoCaptureIsSaidToBeNone) {
  const ScratchDirectory directory;
  const auto said = [](const std::filesystem::path& p) {
    const auto result = replay_capture(p, {*parse_prefix("10.0.0.0/8")}, Policy{});
    return result.index() == 1 ? std::get<Problem>(result).message : std::string("it was read");
  };
  write_file(directory.path / "text", "not a capture, but longer than any header needs to be");
  write_file(directory.path / "empty", "");
  write_file(directory.path / "short", "\xd4\xc3\xb2\xa1");
  EXPECT_NE(said(directory.path / "none").find("no such file"), std::string::npos);
  EXPECT_NE(said(directory.path).find("is a directory"), std::string::npos);
  EXPECT_NE(said("/dev/zero").find("is not a regular file"), std::string::npos);
  EXPECT_NE(said(directory.path / "text").find("is no pcap or pcapng capture"), std::string::npos);
  EXPECT_NE(said(directory.path / "empty").find("is empty (0 octets)"), std::string::npos);
  EXPECT_NE(said(directory.path / "short").find("is no readable capture"), std::string::npos);
}

TEST(MadeCaptures, EachAddressIsAnAccountAndV6EachSlash64) {
  std::vector<std::uint8_t> v6(14 + 40 + 20);
  v6[12] = 0x86, v6[13] = 0xdd, v6[14] = 0x60, v6[19] = 20, v6[20] = 6, v6[21] = 64;
  v6[22] = 0x20, v6[23] = 0x01, v6[24] = 0x0d, v6[25] = 0xb8;  // source 2001:db8::
  v6[38] = 0x20, v6[39] = 0x02;                                // destination 2002::
  v6[14 + 40 + 12] = 0x50, v6[14 + 40 + 13] = 2;
  auto same_home = v6, other_home = v6;
  same_home[37] = 9;
  other_home[29] = 1;
  const TextFile file(
      "made.pcap",
      Pcap(DLT_EN10MB).record(1, v6).record(2, same_home).record(3, other_home).record(4, ethernet(1)).text);
  const auto result =
      replay_capture(file.path, {*parse_prefix("2001:db8::/32"), *parse_prefix("10.0.0.0/8")}, Policy{});
  ASSERT_EQ(result.index(), 0U);
  const auto& accounts = std::get<0>(result).accounts;
  ASSERT_EQ(accounts.size(), 3U);
  EXPECT_EQ(accounts[0].address, "2001:db8::");
  EXPECT_EQ(accounts[1].address, "2001:db8:0:1::");
  EXPECT_EQ(accounts[2].address, "10.0.0.1");
  EXPECT_EQ(std::get<0>(result).counters.unbound, 0U);
}

}  // namespace
}  // namespace lazaret
