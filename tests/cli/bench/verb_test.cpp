// `lazaret bench core`, run as a user runs it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/cli/process.hpp"

namespace lazaret {
namespace {

const std::string kBench = LAZARET_BIN_DIR "/lazaret-bench";

TEST(bench_verb, json_holds_the_keys_that_scripts_rely_on) {
  const Finished run = run_command(kBench + " core --quick --accounts 1k,2k --json");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto document = nlohmann::json::parse(run.out);
  std::set<std::string> rows;
  for (const auto& row : document.at("rows")) {
    rows.insert(row.at("name").get<std::string>() + "/" + std::to_string(row.at("accounts").get<int>()) + "/" +
                std::to_string(row.at("quarantined_percent").get<int>()));
    const double engine = row.at("engine_ns_per_packet"), floor = row.at("floor_ns_per_packet"),
                 ratio = row.at("ratio");
    EXPECT_GT(floor, 0) << row;
    EXPECT_GT(engine, 0) << row;
    EXPECT_GE(ratio, row.at("ratio_low")) << row;
    EXPECT_LE(ratio, row.at("ratio_high")) << row;
    // The median of ratios lies near the ratio of medians unless the machine is upside down.
    EXPECT_GT(ratio, engine / floor / 10) << row;
    EXPECT_LT(ratio, engine / floor * 10) << row;
    EXPECT_GT(row.at("bytes_per_account"), 64) << row;
    const bool counted = document.at("cache_misses_not_counted").is_null();
    EXPECT_EQ(row.at("engine_cache_misses_per_packet").is_number(), counted);
    EXPECT_EQ(row.at("floor_cache_misses_per_packet").is_number(), counted);
  }
  EXPECT_EQ(rows.size(), 18u) << "three kinds, two sizes, three shares\n" << run.out;
  EXPECT_TRUE(rows.contains("mix/2000/20")) << run.out;
  EXPECT_NE(run.err.find("2 k accounts, 20 % quarantined: mix"), std::string::npos) << run.err;
}

TEST(bench_verb, the_table_says_how_it_was_measured) {
  const Finished run = run_command(kBench + " core --quick --traffic mix --quarantined 1 --pages small");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("\nmix           1 k          1 %"), std::string::npos) << run.out;
  EXPECT_EQ(run.out.find("bulk"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("Medians of 3 turns of 2 ms"), std::string::npos) << run.out;
}

TEST(bench_verb, refuses_what_it_cannot_measure) {
  for (const std::string arguments : {"lab", "core --accounts 999", "core --accounts 10q", "core --accounts 17M",
                                      "core --quarantined 101", "core --traffic storm", "core --repeat 0"}) {
    const Finished bad = run_command(kBench + " " + arguments);
    EXPECT_EQ(bad.exit_code, 2) << arguments;
    EXPECT_EQ(bad.out, "") << arguments;
    EXPECT_GT(bad.err.size(), 10u) << arguments;
  }
}

}  // namespace
}  // namespace lazaret
