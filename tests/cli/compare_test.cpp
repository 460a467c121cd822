// `lazaret compare`, run as a user runs it, on a small ISP in both fidelities.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/process.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

using testing::HasSubstr;

const std::string kCompare = LAZARET_BIN_DIR "/lazaret-compare";

/// `--out NAME` under the scratch directory, with `more` set.
std::string simulated(const ScratchDirectory& scratch, const std::string& name, const std::string& more) {
  const std::string out = (scratch.path / name).string();
  const Finished run =
      run_command(LAZARET_BIN_DIR "/lazaret-run " LAZARET_SOURCE_DIR "/scenarios/smoke.yaml --set journal=off --out " +
                  out + " " + more);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  return out;
}

TEST(compare_verb, says_whether_two_runs_agree_and_why_not) {
  const ScratchDirectory scratch;
  const std::string stack = simulated(scratch, "stack", ""), wire = simulated(scratch, "wire", "--set fidelity=wire"),
                    deaf = simulated(scratch, "deaf", "--set fidelity=wire --set policy.fuse.max_quarantines=0");
  const Finished same = run_command(kCompare + " " + stack + " " + wire);
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
  EXPECT_THAT(same.out, HasSubstr("They agree."));
  const Finished json = run_command(kCompare + " " + stack + " " + wire + " --json");
  const auto document = nlohmann::json::parse(json.out);
  EXPECT_EQ(document.at("holds"), true);
  EXPECT_EQ(document.at("both"), 4);
  EXPECT_EQ(document.at("agreement"), 1);
  const Finished differ = run_command(kCompare + " " + stack + " " + deaf);
  EXPECT_EQ(differ.exit_code, 1) << differ.out << differ.err;
  EXPECT_THAT(differ.out, HasSubstr("4 in A alone"));
  EXPECT_THAT(differ.out, HasSubstr("notified with 15.0 nat at 00:48 (spam)"));
}

TEST(compare_verb, refuses_what_is_no_pair) {
  const ScratchDirectory scratch;
  const std::string one = simulated(scratch, "one", "--set fidelity=wire"),
                    other = simulated(scratch, "other", "--set fidelity=wire --seed 8");
  const Finished seeds = run_command(kCompare + " " + one + " " + other);
  EXPECT_EQ(seeds.exit_code, 2);
  EXPECT_THAT(seeds.err, HasSubstr("seed 7 against 8"));
  EXPECT_EQ(run_command(kCompare + " " + one + " there/is/no/such").exit_code, 2);
  EXPECT_EQ(run_command(kCompare + " " + one).exit_code, 2);
  EXPECT_EQ(run_command(kCompare + " --help").exit_code, 0);
}

}  // namespace
}  // namespace lazaret
