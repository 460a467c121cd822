// `lazaret bench datapath`, run as a user runs it.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/process.hpp"

namespace lazaret {
namespace {

const std::string kBench = LAZARET_BIN_DIR "/lazaret-bench datapath";

std::uint64_t sum_of(const nlohmann::json& document, std::initializer_list<const char*> keys) {
  std::uint64_t sum = 0;
  for (const char* key : keys) sum += document.at(key).get<std::uint64_t>();
  return sum;
}

TEST(bench_datapath_verb, json_holds_the_keys_that_scripts_rely_on_and_packets_add_up) {
  const Finished run = run_command(kBench + " --quick --workers 1,2 --traffic bulk,mix --quarantined 0 --json");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto document = nlohmann::json::parse(run.out);
  ASSERT_EQ(document.at("rows").size(), 4u) << run.out;
  for (const auto& row : document.at("rows")) {
    EXPECT_EQ(row.at("accounts"), 1000);
    EXPECT_EQ(row.at("quarantined_percent"), 0);
    const double engine = row.at("engine_ns_per_packet");
    EXPECT_GT(engine, 0);
    EXPECT_LE(row.at("ratio_low"), row.at("ratio"));
    EXPECT_GE(row.at("ratio_high"), row.at("ratio"));
    const double workers = row.at("workers");
    EXPECT_NEAR(row.at("mpps").get<double>(), workers * 1e3 / engine, 0.5 * workers * 1e3 / engine) << row;
    EXPECT_GT(row.at("macswap_mpps"), 0);
  }
  EXPECT_EQ(document.at("rows")[3].at("workers"), 2);
  EXPECT_GT(document.at("received"), 256'000u * 4);
  EXPECT_EQ(document.at("received"), document.at("passed")) << "nobody is quarantined";
  EXPECT_EQ(sum_of(document, {"gardened", "dropped", "answered", "unanswered", "not_sent", "notices_lost"}), 0u);
}

TEST(bench_datapath_verb, closes_to_those_who_are_quarantined_and_loses_nothing) {
  const Finished run = run_command(kBench + " --quick --traffic bulk,mix --quarantined 20 --json");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto document = nlohmann::json::parse(run.out);
  const auto received = document.at("received").get<std::uint64_t>();
  EXPECT_EQ(received, sum_of(document, {"passed", "gardened", "dropped", "answered", "unanswered", "not_sent"}));
  EXPECT_EQ(sum_of(document, {"not_sent", "notices_lost"}), 0u);
  const double closed = 1 - document.at("passed").get<double>() / static_cast<double>(received);
  EXPECT_GT(closed, 0.10);
  EXPECT_LT(closed, 0.21) << "a fifth of the accounts, and not all that they send";
  EXPECT_GT(document.at("gardened"), 0) << "new connections to the plain web";
}

TEST(bench_datapath_verb, puts_a_capture_before_the_engine_and_before_what_else_is_installed) {
  const std::string capture = LAZARET_SOURCE_DIR "/../shared/captures/benign/http_ipv6.pcap";
  if (!std::filesystem::exists(capture))
    GTEST_SKIP() << "THE CAPTURES ARE ABSENT (../shared/captures beside the project)";
  const Finished run = run_command(kBench + " --quick --json --capture " + capture + " --subscribers ::/0,0.0.0.0/0");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto document = nlohmann::json::parse(run.out);
  EXPECT_EQ(document.at("packets"), 193);
  EXPECT_EQ(document.at("judged"), 193);
  ASSERT_EQ(document.at("rows").size(), 4u);
  EXPECT_GT(document.at("rows")[0].at("cpu_ns_per_packet"), 0);
  for (const auto& row : document.at("rows"))
    EXPECT_NE(row.at("cpu_ns_per_packet").is_null(), !row.contains("why_not")) << row;
}

TEST(bench_datapath_verb, refuses_what_it_cannot_measure) {
  for (const std::string arguments :
       {"--accounts 999", "--accounts 10q", "--workers 0", "--workers 9", "--quarantined 101", "--capture no.pcap",
        "--subscribers ::/0", "--capture no.pcap --subscribers ::/0", "--capture no.pcap --subscribers x",
        "--traffic loud", "--repeat 0", "there/is/no/such"}) {
    const Finished bad = run_command(kBench + " " + arguments);
    EXPECT_EQ(bad.exit_code, 2) << arguments;
    EXPECT_EQ(bad.out, "") << arguments;
    EXPECT_GT(bad.err.size(), 10u) << arguments;
  }
}

}  // namespace
}  // namespace lazaret
