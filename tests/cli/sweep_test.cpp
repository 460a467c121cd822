// `lazaret sweep`, run as a user runs it; killed and resumed as well.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/cli/process.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

using testing::HasSubstr;

const std::string kSweep = LAZARET_BIN_DIR "/lazaret-sweep";

/// Eight runs of a small ISP, tens of milliseconds each.
struct Sweep {
  ScratchDirectory scratch;
  std::filesystem::path file = scratch.path / "small.yaml";
  Sweep() {
    write_file(file, "scenario: " LAZARET_SOURCE_DIR
                     "/scenarios/smoke.yaml\nset: {fidelity: wire, duration_s: 200}\nseeds: {from: 1, count: 4}\n"
                     "axes: {infections.0.rate_per_min: [6, 60]}\n");
  }
  [[nodiscard]] std::filesystem::path out(const std::string& name) const { return scratch.path / name; }
  [[nodiscard]] std::string command(const std::string& name, const std::string& more) const {
    return kSweep + " " + file.string() + " --out " + out(name).string() + " " + more;
  }
};

TEST(sweep_verb, the_tables_do_not_depend_on_how_many_work) {
  const Sweep sweep;
  const Finished one = run_command(sweep.command("one", "--jobs 1 --json"));
  ASSERT_EQ(one.exit_code, 0) << one.err;
  const auto document = nlohmann::json::parse(one.out);
  EXPECT_EQ(document.at("runs"), 8);
  EXPECT_EQ(document.at("failed"), 0);
  EXPECT_EQ(document.at("table"), (sweep.out("one") / "runs.csv").string());
  const Finished three = run_command(sweep.command("three", "--jobs 3"));
  ASSERT_EQ(three.exit_code, 0) << three.err;
  for (const char* file : {"runs.csv", "cells.csv"})
    EXPECT_EQ(read_file(sweep.out("one") / file), read_file(sweep.out("three") / file));
  EXPECT_THAT(three.out, HasSubstr("infections.0.rate_per_min"));
  EXPECT_TRUE(std::filesystem::is_empty(sweep.out("one") / "runs")) << "what is in the table needs no directory";
}

TEST(sweep_verb, a_killed_sweep_goes_on_where_it_was) {
  const Sweep sweep;
  ASSERT_EQ(run_command(sweep.command("whole", "")).exit_code, 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string file = sweep.file, out = sweep.out("killed");
    execl(kSweep.c_str(), "lazaret sweep", file.c_str(), "--out", out.c_str(), "--jobs", "1", nullptr);
    _exit(127);
  }
  // Until something is in the table, and not all of it.
  const auto done = [&] {
    std::size_t logs = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(sweep.out("killed") / "runs", none))
      logs += entry.path().string().find("000001") != std::string::npos ? 1 : 0;
    return logs > 0;
  };
  for (int tries = 0; tries < 3000 && !done(); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it was done before it could be killed";

  const Finished refused = run_command(sweep.command("killed", ""));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--resume"));
  const Finished resumed = run_command(sweep.command("killed", "--resume --json"));
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  for (const char* file : {"runs.csv", "cells.csv"})
    EXPECT_EQ(read_file(sweep.out("whole") / file), read_file(sweep.out("killed") / file));
}

TEST(sweep_verb, another_seed_gives_another_table) {
  const Sweep sweep;
  ASSERT_EQ(run_command(sweep.command("a", "")).exit_code, 0);
  write_file(sweep.file, [&] {
    std::string text = read_file(sweep.file);
    return text.replace(text.find("from: 1"), 7, "from: 2");
  }());
  const Finished refused = run_command(sweep.command("a", "--resume"));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("another plan"));
  ASSERT_EQ(run_command(sweep.command("b", "")).exit_code, 0);
  EXPECT_NE(read_file(sweep.out("a") / "runs.csv"), read_file(sweep.out("b") / "runs.csv"));
}

TEST(sweep_verb, kept_runs_hold_their_journals) {
  const Sweep sweep;
  ASSERT_EQ(run_command(sweep.command("kept", "--keep")).exit_code, 0);
  EXPECT_GT(std::filesystem::file_size(sweep.out("kept") / "runs" / "000007" / "journal.pcapng"), 10'000U);
}

TEST(sweep_verb, bad_input_is_refused) {
  const Finished absent = run_command(kSweep + " no/such.yaml");
  EXPECT_EQ(absent.exit_code, 2);
  EXPECT_THAT(absent.err, HasSubstr("no/such.yaml: no such file"));
  EXPECT_EQ(run_command(kSweep).exit_code, 2);
  const Finished elsewhere = run_command(kSweep + " x.yaml --on mars");
  EXPECT_EQ(elsewhere.exit_code, 2);
  EXPECT_THAT(elsewhere.err, HasSubstr("local"));
}

}  // namespace
}  // namespace lazaret
