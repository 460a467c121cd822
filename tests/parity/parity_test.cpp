// The law of parity end to end: a simulated run, replayed through DPDK and plainly, answers as ns-3's in-line device
// did.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/run_directory.hpp"
#include "tests/cli/process.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;

const std::string kLazaret = LAZARET_BIN_DIR "/lazaret";

/// The smoke scenario, simulated once for all tests here.
class SimulatedRun : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = fs::path(testing::TempDir()) / ("lazaret_parity_" + std::to_string(getpid()));
    fs::create_directories(home_);
    const Finished run =
        run_command(shell_quoted(kLazaret) + " run " + shell_quoted(LAZARET_SOURCE_DIR "/scenarios/smoke.yaml") +
                    " --out " + shell_quoted(original()) + " --json");
    ASSERT_EQ(run.exit_code, 0) << run.err;
  }
  static void TearDownTestSuite() { fs::remove_all(home_); }

  static fs::path original() { return home_ / "run"; }
  /// A copy to be spoilt.
  static fs::path copy(const std::string& name) {
    fs::copy(original(), home_ / name, fs::copy_options::recursive);
    return home_ / name;
  }
  static Finished parity(const fs::path& run, const std::string& options = "--json") {
    return run_command(shell_quoted(kLazaret) + " parity " + shell_quoted(run) + " " + options);
  }

  static inline fs::path home_;
};

TEST_F(SimulatedRun, DpdkAndPlainReplayDecideWhatTheSimulatorDecided) {
  const Finished done = parity(original(), "--json --workers 3");
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  const auto answer = nlohmann::json::parse(done.out);
  EXPECT_TRUE(answer.at("identical").get<bool>());
  EXPECT_TRUE(answer.at("first_difference").is_null());
  EXPECT_GT(answer.at("verdicts").get<std::uint64_t>(), 10000U);
  EXPECT_GT(answer.at("events").get<std::uint64_t>(), 40U);
  ASSERT_EQ(answer.at("drivers").size(), 5U);
  EXPECT_GT(answer.at("drivers").at(0).at("commands").get<std::uint64_t>(), 3U) << "the conductor approved quarantines";
  const auto run = RunReader::open(original());
  ASSERT_TRUE(std::holds_alternative<RunReader>(run));
  const auto& files = std::get<RunReader>(run).manifest.files;
  for (const auto& driver : answer.at("drivers")) {
    EXPECT_EQ(driver.at("verdicts_sha256").get<std::string>(), files.at("verdicts.bin").sha256);
    EXPECT_EQ(driver.at("events_sha256").get<std::string>(), files.at("events.jsonl").sha256);
  }
}

TEST_F(SimulatedRun, ATableSaysItForPeople) {
  const Finished done = parity(original(), "");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.out.find("DPDK, 2 workers"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("\nidentical\n"), std::string::npos) << done.out;
}

TEST_F(SimulatedRun, ACorruptedJournalIsDifferent) {
  const fs::path run = copy("corrupted");
  // Every octet of a stretch of the journal that is not the head of a block would do; the middle of the file is
  // traffic.
  std::fstream journal(run / "journal.pcapng", std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(fs::file_size(run / "journal.pcapng") / 2);
  journal.seekg(middle);
  const int octet = journal.get();
  journal.seekp(middle);
  journal.put(static_cast<char>(octet ^ 0xff));
  journal.close();
  const Finished done = parity(run);
  EXPECT_EQ(done.exit_code, 1) << done.err;
  const auto answer = nlohmann::json::parse(done.out);
  EXPECT_FALSE(answer.at("identical").get<bool>());
  EXPECT_NE(answer.at("first_difference").get<std::string>().find("journal.pcapng"), std::string::npos);
}

TEST_F(SimulatedRun, ADamagedLineIsQuotedInGoodJson) {
  const fs::path run = copy("damaged");
  std::string events = read_file(run / "events.jsonl");
  events[events.size() / 2] = static_cast<char>(0xac);
  std::ofstream(run / "events.jsonl") << events;
  const Finished done = parity(run);
  EXPECT_EQ(done.exit_code, 1) << done.err;
  EXPECT_FALSE(nlohmann::json::parse(done.out).at("identical").get<bool>());
}

TEST_F(SimulatedRun, WhatIsNoCompleteRunIsRefused) {
  const fs::path run = copy("incomplete");
  std::string manifest = read_file(run / "manifest.json");
  const auto complete = manifest.find("\"complete\"");
  ASSERT_NE(complete, std::string::npos) << manifest;
  manifest.replace(complete, 10, "\"running\"");
  std::ofstream(run / "manifest.json") << manifest;
  const Finished done = parity(run);
  EXPECT_EQ(done.exit_code, 2) << done.out;
  EXPECT_NE(done.err.find("incomplete"), std::string::npos) << done.err;
  EXPECT_EQ(parity(home_ / "nowhere").exit_code, 2);
  EXPECT_EQ(parity(original(), "--workers 0").exit_code, 2);
}

}  // namespace
}  // namespace lazaret
