// `lazaret bench sim`, run as a user runs it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/process.hpp"

namespace lazaret {
namespace {

const std::string kBenchSim = LAZARET_BIN_DIR "/lazaret-bench sim";

TEST(bench_sim_verb, json_holds_the_keys_that_scripts_rely_on) {
  const Finished run = run_command(kBenchSim + " --quick --accounts 300,1k --json");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto document = nlohmann::json::parse(run.out);
  ASSERT_EQ(document.at("rows").size(), 2u) << run.out;
  EXPECT_EQ(document.at("rows")[0].at("accounts"), 300);
  EXPECT_EQ(document.at("rows")[1].at("accounts"), 1000);
  for (const auto& row : document.at("rows")) {
    EXPECT_EQ(row.at("name"), "wire");
    EXPECT_NEAR(row.at("account_days").get<double>(), row.at("accounts").get<double>() * 10 / 86400, 1e-6);
    EXPECT_GT(row.at("account_days_per_hour"), 0);
    EXPECT_GT(row.at("floor_account_days_per_hour"), 0);
    const double with = row.at("engine_ns_per_packet"), without = row.at("floor_ns_per_packet");
    EXPECT_GT(without, row.at("empty_loop_ns_per_packet")) << "an empty loop does less than any run";
    // One turn: the floor is the mean of the runs before and after.
    EXPECT_NEAR(row.at("ratio").get<double>(), with / without, 0.5 * with / without) << row;
    EXPECT_EQ(row.at("ratio_low"), row.at("ratio_high")) << "one turn";
    EXPECT_GT(row.at("packets"), 100);
    EXPECT_EQ(row.at("packets"), row.at("floor_packets")) << "what nobody closes stays the same without a judge";
    EXPECT_GT(row.at("events"), row.at("packets")) << "a packet reaches the gateway, and then its end";
  }
  EXPECT_NE(run.err.find("1 k accounts: with the core, run 2 of 3"), std::string::npos) << run.err;
}

TEST(bench_sim_verb, says_when_the_policy_changes_the_traffic) {
  const std::string short_run = " --accounts 1k --simulated-s 30 --repeat 1 --set infections.1.rate_per_min=600";
  const Finished shadow = run_command(kBenchSim + short_run);
  ASSERT_EQ(shadow.exit_code, 0) << shadow.err;
  EXPECT_NE(shadow.out.find("and the packets are the same"), std::string::npos) << shadow.out;
  const Finished strict = run_command(kBenchSim + short_run + " --set policy.quarantine.profile=strict");
  ASSERT_EQ(strict.exit_code, 0) << strict.err;
  EXPECT_NE(strict.out.find("and the packets are others"), std::string::npos) << strict.out;
}

TEST(bench_sim_verb, measures_the_stack_too) {
  const Finished run = run_command(kBenchSim + " --quick --fidelity stack --accounts 100 --json");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto row = nlohmann::json::parse(run.out).at("rows").at(0);
  EXPECT_EQ(row.at("name"), "stack");
  EXPECT_EQ(row.at("packets"), row.at("floor_packets"));
  EXPECT_TRUE(row.at("empty_loop_ns_per_packet").is_null()) << "the queue is ns-3's";
}

TEST(bench_sim_verb, refuses_what_it_cannot_measure) {
  for (const std::string arguments :
       {"--accounts 99", "--accounts 2M", "--accounts 10q", "--fidelity lab", "--shards 0", "--repeat 0",
        "--simulated-s 0", "--set isp.hoems=7", "--set policy.quarantine.profile=loud", "there/is/no/such"}) {
    const Finished bad = run_command(kBenchSim + " " + arguments);
    EXPECT_EQ(bad.exit_code, 2) << arguments;
    EXPECT_EQ(bad.out, "") << arguments;
    EXPECT_GT(bad.err.size(), 10u) << arguments;
  }
}

}  // namespace
}  // namespace lazaret
