// The law of parity on random streams, and that the check can fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "datapath/eal.hpp"
#include "datapath/parity.hpp"
#include "datapath/replay_driver.hpp"
#include "scenarios/replay.hpp"
#include "tests/datapath/synthetic_run.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ReplayParity : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::path(testing::TempDir()) /
                 (std::string("lazaret_parity_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(directory_);
  }
  void TearDown() override { fs::remove_all(directory_); }

  RunReader open() {
    auto run = RunReader::open(directory_);
    if (auto* problem = std::get_if<Problem>(&run)) throw std::runtime_error(problem->message);
    return std::get<RunReader>(run);
  }
  Parity check(unsigned workers = 2) {
    auto parity = check_parity(open(), workers);
    if (auto* problem = std::get_if<Problem>(&parity)) throw std::runtime_error(problem->message);
    return std::get<Parity>(parity);
  }

  std::string read(const char* file) {
    std::ifstream in(directory_ / file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void write(const char* file, const std::string& octets) {
    std::ofstream(directory_ / file, std::ios::binary) << octets;
  }

  /// Where the octets of enhanced packet block `n` begin in the journal.
  std::size_t block(const std::string& journal, unsigned n) {
    const auto u32 = [&](std::size_t at) {
      std::uint32_t value = 0;
      std::memcpy(&value, journal.data() + at, sizeof value);
      return value;
    };
    std::size_t at = 0;
    for (unsigned seen = 0; at < journal.size(); at += u32(at + 4)) {
      if (u32(at) == 6 && seen++ == n) return at;
    }
    throw std::runtime_error("the journal has fewer packets");
  }
  /// The packets whose verdict is not a plain pass.
  std::vector<unsigned> closed_packets() {
    const auto verdicts = std::get<0>(open().verdicts());
    std::vector<unsigned> found;
    for (unsigned i = 0; i < verdicts.size(); ++i)
      if (verdicts[i].rule == Rule::mail_closed) found.push_back(i);
    return found;
  }

  fs::path directory_;
};

TEST_F(ReplayParity, TheStreamHasWhatTheLawIsAbout) {
  const SyntheticSummary s = write_synthetic_run(directory_, {});
  EXPECT_GE(s.packets, 8000U);
  EXPECT_GE(s.quarantined, 4U);
  EXPECT_GE(s.held, 1U) << "the fuse blew";
  EXPECT_GE(s.commands_decided, s.quarantined + s.held);
  EXPECT_EQ(s.stopped, 1U);
  EXPECT_GE(s.node_joined, 10U);
  EXPECT_GE(s.popular, 5U);
  EXPECT_GE(s.rejected, 20U);
  EXPECT_GE(s.gardened, 5U);
}

TEST_F(ReplayParity, AnyNumberOfWorkersAnswersAsTheRecorderDid) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    fs::remove_all(directory_);
    write_synthetic_run(directory_, {.seed = seed, .accounts = 24 + static_cast<unsigned>(seed) * 3});
    const RunReader run = open();
    const auto plain = replay_journal(run, 1, kBatchMax);
    ASSERT_TRUE(std::holds_alternative<Replayed>(plain)) << std::get<Problem>(plain).message;
    for (const unsigned workers : {1U, 2U, 3U}) {
      const auto replayed = replay_through_dpdk(run, workers);
      ASSERT_TRUE(std::holds_alternative<DpdkReplay>(replayed)) << std::get<Problem>(replayed).message;
      const DpdkReplay& dpdk = std::get<DpdkReplay>(replayed);
      EXPECT_EQ(dpdk.replayed.verdicts, std::get<Replayed>(plain).verdicts) << workers << " workers, seed " << seed;
      EXPECT_EQ(dpdk.replayed.events, std::get<Replayed>(plain).events) << workers << " workers, seed " << seed;
      ASSERT_EQ(dpdk.replayed.decided.size(), std::get<Replayed>(plain).decided.size());
      for (std::size_t i = 0; i < dpdk.replayed.decided.size(); ++i)
        EXPECT_EQ(to_json(dpdk.replayed.decided[i]), to_json(std::get<Replayed>(plain).decided[i]));
      EXPECT_EQ(dpdk.carried.received, dpdk.replayed.verdicts.size());
      EXPECT_GT(dpdk.carried.answered, 0U);
      EXPECT_TRUE(workers > 1 || dpdk.replayed.counters == run.manifest.counters);
    }
    const Parity parity = check(3);
    EXPECT_TRUE(parity.identical) << *parity.first_difference;
    ASSERT_EQ(parity.rows.size(), 5U);
    for (const ParityRow& row : parity.rows) {
      EXPECT_EQ(row.verdicts_sha256, run.manifest.files.at("verdicts.bin").sha256) << row.driver;
      EXPECT_EQ(row.events_sha256, run.manifest.files.at("events.jsonl").sha256) << row.driver;
    }
  }
}

TEST_F(ReplayParity, ARunOfNothingButTimersAndLongSilences) {
  write_synthetic_run(directory_, {.seed = 5, .accounts = 8, .duration_s = 20000, .packets = 400});
  const Parity parity = check(2);
  EXPECT_TRUE(parity.identical) << *parity.first_difference;
}

TEST_F(ReplayParity, OnePacketsPortFlippedIsADifferenceWithItsPlace) {
  write_synthetic_run(directory_, {});
  const std::vector<unsigned> closed = closed_packets();
  ASSERT_FALSE(closed.empty());
  // Upstream, IPv4 without tags: the destination port stands at octet 36 of the frame, 28 octets into the block.
  std::string journal = read("journal.pcapng");
  const auto upstream_v4 = std::find_if(closed.begin(), closed.end(), [&](unsigned n) {
    const std::size_t at = block(journal, n);
    return journal[at + 8] == 0 && journal[at + 28 + 12] == 0x08 && journal[at + 28 + 36] == 0 &&
           journal[at + 28 + 37] == 25;
  });
  ASSERT_NE(upstream_v4, closed.end());
  journal[block(journal, *upstream_v4) + 28 + 37] = 110;  // mail sending becomes mail reading
  write("journal.pcapng", journal);
  const Parity parity = check();
  EXPECT_FALSE(parity.identical);
  EXPECT_THAT(parity.altered_files, testing::ElementsAre("journal.pcapng"));
  ASSERT_TRUE(parity.first_difference.has_value());
  EXPECT_THAT(*parity.first_difference, HasSubstr("journal.pcapng"));
  EXPECT_THAT(*parity.first_difference, HasSubstr("packet " + std::to_string(*upstream_v4) + " at "));
  EXPECT_THAT(*parity.first_difference, HasSubstr("recorded: reject (mail_closed"));
  for (std::size_t i = 1; i < parity.rows.size(); ++i) EXPECT_FALSE(parity.rows[i].identical) << parity.rows[i].driver;
}

TEST_F(ReplayParity, ADestinationFlippedIsADifference) {
  write_synthetic_run(directory_, {});
  std::string journal = read("journal.pcapng");
  journal[block(journal, 100) + 28 + 33] ^= 0x55;
  write("journal.pcapng", journal);
  EXPECT_FALSE(check().identical);
}

TEST_F(ReplayParity, AStampMovedIsADifference) {
  write_synthetic_run(directory_, {});
  std::string journal = read("journal.pcapng");
  journal[block(journal, 200) + 16] ^= 0x01;  // one nanosecond
  write("journal.pcapng", journal);
  EXPECT_FALSE(check().identical);
}

TEST_F(ReplayParity, AJournalCutShortIsADifferenceThatSaysWhere) {
  write_synthetic_run(directory_, {});
  const std::string journal = read("journal.pcapng");
  write("journal.pcapng", journal.substr(0, journal.size() / 2 + 3));
  const Parity parity = check();
  EXPECT_FALSE(parity.identical);
  EXPECT_THAT(*parity.first_difference, HasSubstr("cut short"));
}

TEST_F(ReplayParity, AVerdictAnEventOrACommandAlteredIsADifference) {
  write_synthetic_run(directory_, {});
  const std::string verdicts = read("verdicts.bin"), events = read("events.jsonl"), commands = read("commands.jsonl");
  std::string wrong = verdicts;
  wrong[8 * 50] = static_cast<char>(Action::drop);
  write("verdicts.bin", wrong);
  EXPECT_THAT(*check().first_difference, HasSubstr("packet 50 at "));
  write("verdicts.bin", verdicts);

  write("events.jsonl", events.substr(events.find('\n') + 1));
  EXPECT_THAT(*check().first_difference, HasSubstr("event 0: recorded: "));
  write("events.jsonl", events);

  const std::size_t approve = commands.find("\"approve\"");
  ASSERT_NE(approve, std::string::npos);
  wrong = commands;
  wrong.replace(approve, 9, "\"hold\"");
  write("commands.jsonl", wrong);
  EXPECT_THAT(*check().first_difference, HasSubstr("command of the conductor 0: recorded: "));
  write("commands.jsonl", commands);
  EXPECT_TRUE(check().identical);
}

TEST_F(ReplayParity, AChoiceLeftOutIsADifference) {
  write_synthetic_run(directory_, {});
  std::string commands = read("commands.jsonl");
  const std::size_t bind = commands.find("\"bind\"");
  ASSERT_NE(bind, std::string::npos);
  commands.erase(commands.rfind('\n', bind) + 1, commands.find('\n', bind) - commands.rfind('\n', bind));
  write("commands.jsonl", commands);
  const Parity parity = check();
  EXPECT_FALSE(parity.identical);
  EXPECT_FALSE(parity.rows.back().identical);
}

TEST_F(ReplayParity, TooManyWorkersAreRefusedInWords) {
  write_synthetic_run(directory_, {.packets = 10});
  const auto refused = replay_through_dpdk(open(), kWorkersMax + 1);
  ASSERT_TRUE(std::holds_alternative<Problem>(refused));
  EXPECT_THAT(std::get<Problem>(refused).message, HasSubstr("out of range"));
}

}  // namespace
}  // namespace lazaret
