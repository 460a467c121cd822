// What the wire fidelity promises: it agrees with the stack on who is caught and when, thinning changes no event, and its
// flows do what a stack does.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "analysis/agreement.hpp"
#include "core/packet/decode.hpp"
#include "scenarios/truth.hpp"
#include "sim/simulate.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;

struct Fidelity : ::testing::Test {
  Fidelity() {
    base = fs::temp_directory_path() /
           ("lazaret_fidelity_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(base);
  }
  ~Fidelity() override { fs::remove_all(base); }

  static Scenario town(std::vector<std::string> overrides) {
    overrides.insert(overrides.begin(), {"fidelity=wire", "journal=off", "duration_s=400"});
    auto loaded = load_scenario(fs::path(LAZARET_SOURCE_DIR) / "scenarios" / "smoke.yaml", overrides);
    if (!std::holds_alternative<Scenario>(loaded)) {
      ADD_FAILURE() << std::get<1>(loaded).front().text();
      return {};
    }
    return std::get<Scenario>(loaded);
  }
  std::vector<Event> events(const Scenario& scenario, const std::string& name) {
    const auto result = simulate(scenario, base / name);
    if (const auto* problem = std::get_if<Problem>(&result)) {
      ADD_FAILURE() << problem->message;
      return {};
    }
    const auto opened = RunReader::open(base / name);
    if (!std::holds_alternative<RunReader>(opened)) {
      ADD_FAILURE() << std::get<Problem>(opened).message;
      return {};
    }
    return std::get<std::vector<Event>>(std::get<RunReader>(opened).events());
  }
  fs::path base;
};

TEST_F(Fidelity, StackAndWireAgreeOnWhoIsCaughtAndWhen) {
  Scenario scenario = town({"isp.homes=120", "infections.0.homes=16", "infections.1.homes=14"});
  static_cast<void>(events(scenario, "wire"));
  scenario.fidelity = kStack;
  static_cast<void>(events(scenario, "stack"));
  const auto stack = load_run(base / "stack"), wire = load_run(base / "wire");
  const auto compared = compare_runs(std::get<lazaret::Run>(stack), std::get<lazaret::Run>(wire));
  const auto& found = std::get<Agreement>(compared);
  ASSERT_GE(found.both, 20U) << "a comparison wants accounts to compare";
  EXPECT_TRUE(found.holds()) << to_table(found, std::get<lazaret::Run>(stack), std::get<lazaret::Run>(wire));
  // They draw the same intents, so that most are caught by the very same packet.
  EXPECT_LT(found.p90_difference_s.value_or(100), 2);
  EXPECT_GE(static_cast<double>(found.same_families), 0.9 * static_cast<double>(found.both));
}

TEST_F(Fidelity, ThinningChangesNoEvent) {
  for (const char* profile : {"shadow", "cipp", "strict"}) {
    Scenario scenario = town({"isp.homes=60", "infections.0.homes=8", "infections.1.homes=8",
                              "household.web_page_kb=200", std::string("policy.quarantine.profile=") + profile});
    const auto thin = events(scenario, std::string("thin_") + profile);
    scenario.thinning = 0;
    const auto whole = events(scenario, std::string("whole_") + profile);
    EXPECT_GT(thin.size(), 100U) << profile;
    EXPECT_TRUE(thin == whole) << profile;
  }
}

TEST_F(Fidelity, LanesChangeNothingAndThinningLeavesPacketsOut) {
  Scenario scenario = town({"isp.homes=50", "duration_s=200"});
  const auto one = events(scenario, "one");
  const auto packets = [&](const char* name) {
    return std::get<RunReader>(RunReader::open(base / name)).manifest.counters.packets;
  };
  scenario.shards = 3;
  EXPECT_TRUE(one == events(scenario, "three"));
  EXPECT_EQ(packets("one"), packets("three"));
  scenario.thinning = 0;
  static_cast<void>(events(scenario, "whole"));
  EXPECT_GT(packets("whole"), packets("one") * 3 / 2);
}

// Nobody answers at most old bookmarks: the SYN comes again after 1, 2, 4, 8 and 16 seconds, until the fetch gives up.
TEST_F(Fidelity, ASilentAddressIsAskedAgainWithDoublingPatience) {
  Scenario scenario = town({"journal=on", "household.web_per_h=0", "household.mail_read_per_h=0",
                            "household.mail_send_per_h=0", "household.calls_per_h=0", "household.dns_per_h=0",
                            "household.failing_contacts_per_h=60", "infections.0.homes=0", "infections.1.homes=0"});
  static_cast<void>(events(scenario, "a"));
  auto journal = JournalReader::open(base / "a");
  ASSERT_TRUE(std::holds_alternative<JournalReader>(journal));
  std::map<std::pair<std::uint64_t, std::uint16_t>, std::vector<double>> asked;
  std::set<std::pair<std::uint64_t, std::uint16_t>> answered;
  for (auto packets = std::get<JournalReader>(journal).packets(64); !packets.empty();
       packets = std::get<JournalReader>(journal).packets(64))
    for (const PacketView& packet : packets) {
      const Facts f = decode(packet.frame);
      if (f.transport != Transport::tcp) continue;
      if (packet.direction == Direction::downstream) {
        answered.insert({f.source.low, f.destination_port});
      } else if ((f.tcp_flags & (kSyn | kAck)) == kSyn) {
        asked[{f.destination.low, f.source_port}].push_back(static_cast<double>(packet.at.ns) / 1e9);
      }
    }
  int silent = 0;
  for (const auto& [flow, at] : asked) {
    if (answered.contains(flow) || at.front() > scenario.duration_s - 35) continue;
    ++silent;
    ASSERT_EQ(at.size(), 5U);
    for (std::size_t i = 1; i < at.size(); ++i)
      EXPECT_NEAR(at[i] - at[i - 1], std::pow(2, static_cast<double>(i) - 1), 1e-6);
  }
  EXPECT_GT(silent, 20);
  EXPECT_FALSE(answered.empty()) << "some refuse";
}

TEST_F(Fidelity, WithoutAJournalThereAreEventsAndNoPackets) {
  EXPECT_FALSE(events(town({"duration_s=100"}), "a").empty());
  auto journal = JournalReader::open(base / "a");
  ASSERT_TRUE(std::holds_alternative<JournalReader>(journal));
  EXPECT_TRUE(std::get<JournalReader>(journal).packets(64).empty());
}

}  // namespace
}  // namespace lazaret
