// A world's run, journalled and replayed: plain replay must give what the world got, with any number of engines and any
// batch.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <deque>

#include "core/ensemble.hpp"
#include "scenarios/manifest.hpp"
#include "scenarios/records.hpp"
#include "scenarios/replay.hpp"
#include "tests/scenarios/files.hpp"
#include "tests/scenarios/random_values.hpp"

namespace lazaret {
namespace {

constexpr std::uint32_t kAccounts = 12;

std::vector<std::uint8_t> tcp(std::uint32_t from, std::uint32_t to, std::uint16_t from_port, std::uint16_t to_port,
                              std::uint8_t flags) {
  std::vector<std::uint8_t> f(14 + 20 + 20 + 6);
  f[12] = 8, f[14] = 0x45, f[17] = 40, f[22] = 64, f[23] = 6;
  const auto put = [&](std::size_t at, std::uint32_t v, int octets) {
    for (int i = 0; i < octets; ++i)
      f[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(v >> (8 * (octets - 1 - i)));
  };
  put(26, from, 4), put(30, to, 4), put(34, from_port, 2), put(36, to_port, 2);
  put(38, flags == 0x02 ? 7 : 9, 4), put(42, flags == 0x02 ? 0 : 8, 4);
  f[46] = 0x50, f[47] = flags;
  return f;
}

/// Half the accounts scan, all browse; people choose; everything is handed to one ensemble packet by packet, as ns-3
/// does.
Replayed live(const std::filesystem::path& directory, std::uint64_t seed) {
  RandomValues random(seed);
  Scenario scenario;
  scenario.name = "journalled";
  scenario.policy.quarantine_later_s = 20;
  scenario.policy.quarantine_remediation_s = 30;
  scenario.policy.quarantine_probation_s = 40;
  scenario.policy.fuse_max_quarantines = 4;
  Manifest manifest;
  manifest.seed = seed;
  auto created = RunWriter::create(directory, scenario, manifest);
  EXPECT_EQ(created.index(), 0U);
  auto& writer = std::get<RunWriter>(created);
  Ensemble ensemble(scenario.policy, manifest.limits, Seed{seed}, 1);
  Replayed got;
  const auto take = [&](const EnsembleOutcome& o) {
    got.verdicts.insert(got.verdicts.end(), o.verdicts.begin(), o.verdicts.end());
    got.events.insert(got.events.end(), o.events.begin(), o.events.end());
    got.decided.insert(got.decided.end(), o.decided.begin(), o.decided.end());
    for (const Event& e : o.events) writer.event(e);
    for (const Command& c : o.decided) writer.command(c);
  };
  const auto command = [&](Command c) {
    take(ensemble.process({c.at, {}, {&c, 1}}));
    writer.command(c);
  };
  Timestamp now{0};
  const auto address = [](std::uint32_t account) { return 0x0a000000U + account; };
  // More leases at one instant than one batch may hold.
  for (std::uint32_t a = 1; a <= kAccounts; ++a)
    for (std::uint32_t n = 0; n < 8; ++n) {
      Command c;
      c.account = {a};
      c.prefix = n == 0 ? Prefix{IpAddress::v4(address(a)), 128} : Prefix{{0x20010db800000000ULL + a * 256 + n, 0}, 64};
      command(c);
    }
  const auto packet = [&](std::vector<std::uint8_t> frame, Direction direction) {
    const PacketView view{now, frame, static_cast<std::uint32_t>(frame.size()), direction};
    const auto outcome = ensemble.process({now, {&view, 1}, {}});
    writer.packet(view, outcome.verdicts[0]);
    take(outcome);
  };
  for (int i = 0; i < 6000; ++i) {
    if (!random.chance(8)) now.ns += static_cast<std::int64_t>(random.bits() % 60'000'000);
    const std::uint32_t account = 1 + static_cast<std::uint32_t>(random.bits() % kAccounts);
    const std::uint32_t peer = 0xc6336400U + static_cast<std::uint32_t>(random.bits() % 4096);
    const auto port = static_cast<std::uint16_t>(1024 + random.bits() % 60000);
    const bool scans = account % 2 == 0 && random.chance();
    const std::uint16_t to = scans ? 23 : random.chance() ? 80 : 443;
    packet(tcp(address(account), peer, port, to, 0x02), Direction::upstream);
    if (!scans || random.chance(20)) packet(tcp(peer, address(account), to, port, 0x12), Direction::downstream);
    if (random.chance(40)) {
      Command c;
      now.ns += 1;  // the seam's order: a command comes before all packets of its instant
      c.at = now;
      c.kind = random.chance(30) ? CommandKind::reset_fuse : CommandKind::choose;
      if (c.kind == CommandKind::choose) {
        c.choice = random.one_of<Choice>();
        c.account = {account};
      }
      command(c);
    }
  }
  const Timestamp end = now + seconds(100);
  take(ensemble.finish(end));
  got.counters = ensemble.counters();
  const auto finished = writer.finish(end, got.counters, {});
  EXPECT_EQ(finished.index(), 0U);
  return got;
}

bool same_commands(const std::vector<Command>& a, const std::vector<Command>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Command& x, const Command& y) { return same(x, y); });
}

TEST(JournalReplay, GivesWhatTheWorldGot) {
  for (const std::uint64_t seed : {11U, 12U, 13U}) {
    const ScratchDirectory scratch;
    const Replayed got = live(scratch.path / "run", seed);
    // The test is worth something only if the ladder was climbed.
    const auto happened = [&](EventKind kind) {
      return std::count_if(got.events.begin(), got.events.end(), [&](const Event& e) { return e.kind == kind; });
    };
    ASSERT_GT(happened(EventKind::quarantined), 2);
    ASSERT_GT(happened(EventKind::choice_refused), 0);
    ASSERT_GT(happened(EventKind::fuse_blown), 0);
    const auto run = std::get<RunReader>(RunReader::open(scratch.path / "run"));
    EXPECT_TRUE(std::get<0>(run.events()) == got.events);
    EXPECT_TRUE(std::get<0>(run.verdicts()) == got.verdicts);
    for (const unsigned shards : {1U, 2U, 5U})
      for (const std::size_t batch : {std::size_t{1}, std::size_t{7}, kBatchMax}) {
        const auto result = replay_journal(run, shards, batch);
        ASSERT_EQ(result.index(), 0U) << std::get<Problem>(result).message;
        const Replayed& again = std::get<0>(result);
        EXPECT_TRUE(again.verdicts == got.verdicts) << shards << " shards, batches of " << batch;
        EXPECT_TRUE(again.events == got.events) << shards << " shards, batches of " << batch;
        EXPECT_TRUE(same_commands(again.decided, got.decided)) << shards << " shards, batches of " << batch;
        EXPECT_TRUE(again.counters == got.counters) << shards << " shards, batches of " << batch;
      }
  }
}

TEST(JournalReplay, ACorruptedJournalGivesSomethingElseOrIsRefused) {
  const ScratchDirectory scratch;
  const Replayed got = live(scratch.path / "run", 14);
  const auto run = std::get<RunReader>(RunReader::open(scratch.path / "run"));
  const auto journal = scratch.path / "run" / kJournalFile;
  const std::string good = file_text(journal);

  // Another destination port in one SYN of a scanner: port 23 becomes 24.
  std::string octets = good;
  const std::string telnet_syn("\x00\x17\x00\x00\x00\x07\x00\x00\x00\x00\x50\x02", 12);
  const std::size_t where = octets.find(telnet_syn);
  ASSERT_NE(where, std::string::npos);
  for (std::size_t at = where; at != std::string::npos; at = octets.find(telnet_syn, at)) octets[at + 1] = 24;
  write_file(journal, octets);
  const auto altered = replay_journal(run, 1, 64);
  ASSERT_EQ(altered.index(), 0U);
  EXPECT_FALSE(std::get<0>(altered).events == got.events);
  EXPECT_EQ(run.altered_files(), std::vector<std::string>{"journal.pcapng"});

  write_file(journal, good.substr(0, good.size() - 7));
  const auto cut = replay_journal(run, 1, 64);
  ASSERT_EQ(cut.index(), 1U);
  EXPECT_NE(std::get<Problem>(cut).message.find("the file is cut short"), std::string::npos);
}

TEST(JournalReplay, ImpossibleRequestsAreRefused) {
  const ScratchDirectory scratch;
  live(scratch.path / "run", 15);
  auto run = std::get<RunReader>(RunReader::open(scratch.path / "run"));
  EXPECT_EQ(replay_journal(run, 0, 1).index(), 1U);
  EXPECT_EQ(replay_journal(run, 1, 0).index(), 1U);
  EXPECT_EQ(replay_journal(run, 1, kBatchMax + 1).index(), 1U);
  run.manifest.end = {5};
  const auto early = replay_journal(run, 1, 64);
  ASSERT_EQ(early.index(), 1U);
  EXPECT_NE(std::get<Problem>(early).message.find("after the end of the run"), std::string::npos);
}

}  // namespace
}  // namespace lazaret
