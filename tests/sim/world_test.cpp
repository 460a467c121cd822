// The whole simulated ISP, small, in both fidelities: same seed, same octets; shards change nothing; a quarantined line
// keeps what it must keep.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "scenarios/replay.hpp"
#include "scenarios/truth.hpp"
#include "sim/simulate.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;

struct World : ::testing::TestWithParam<const char*> {
  World() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = info->name();
    std::replace(name.begin(), name.end(), '/', '_');
    base = fs::temp_directory_path() / ("lazaret_sim_" + name);
    fs::remove_all(base);
    auto loaded = load_scenario(fs::path(LAZARET_SOURCE_DIR) / "scenarios" / "smoke.yaml",
                                {"duration_s=240", std::string("fidelity=") + GetParam()});
    EXPECT_TRUE(std::holds_alternative<Scenario>(loaded));
    if (auto* s = std::get_if<Scenario>(&loaded)) smoke = *s;
  }
  ~World() override { fs::remove_all(base); }

  RunSummary run(const Scenario& scenario, const std::string& name, const Progress& progress = {}) {
    auto result = simulate(scenario, base / name, progress);
    if (auto* problem = std::get_if<Problem>(&result)) ADD_FAILURE() << problem->message;
    return std::holds_alternative<RunSummary>(result) ? std::get<RunSummary>(result) : RunSummary{};
  }
  static std::vector<std::string> digests(const RunSummary& run) {
    std::vector<std::string> all;
    for (const auto& [name, file] : run.manifest.files)
      if (name != "scenario.yaml") all.push_back(name + ' ' + file.sha256);
    return all;
  }

  fs::path base;
  Scenario smoke;
};

TEST_P(World, TheSameSeedGivesTheSameOctetsAndAnotherSeedDoesNot) {
  const auto first = digests(run(smoke, "a")), second = digests(run(smoke, "b"));
  EXPECT_GE(first.size(), 5U);
  EXPECT_EQ(first, second);
  smoke.seed += 1;
  EXPECT_NE(first, digests(run(smoke, "c")));
}

TEST_P(World, OneOrFourShardsMakeNoDifference) {
  const auto one = digests(run(smoke, "one"));
  smoke.shards = 4;
  EXPECT_EQ(one, digests(run(smoke, "four")));
}

TEST_P(World, PlainReplayOfTheJournalDecidesTheSame) {
  run(smoke, "a");
  const auto opened = RunReader::open(base / "a");
  ASSERT_TRUE(std::holds_alternative<RunReader>(opened));
  const RunReader& reader = std::get<RunReader>(opened);
  const auto replayed = replay_journal(reader, 2, 32);
  ASSERT_TRUE(std::holds_alternative<Replayed>(replayed));
  const auto verdicts = reader.verdicts();
  const auto events = reader.events();
  EXPECT_EQ(std::get<Replayed>(replayed).verdicts, std::get<std::vector<Verdict>>(verdicts));
  EXPECT_EQ(std::get<Replayed>(replayed).events, std::get<std::vector<Event>>(events));
  EXPECT_FALSE(std::get<Replayed>(replayed).events.empty());
}

// Nobody chooses anything, so that every infected home stays in quarantine once it is there.
TEST_P(World, AQuarantinedLineReadsMailAndCallsAndMeetsThePortalOnTheWeb) {
  smoke.people.ignore = 1;
  smoke.household.failing_contacts_per_h = 0;
  smoke.household.mail_send_per_h = 60;
  smoke.household.calls_per_h = 60;
  smoke.household.dns_per_h = 60;
  run(smoke, "a");
  const auto opened = RunReader::open(base / "a");
  ASSERT_TRUE(std::holds_alternative<RunReader>(opened));
  std::map<std::uint32_t, double> since;
  const auto events = std::get<RunReader>(opened).events();
  ASSERT_TRUE(std::holds_alternative<std::vector<Event>>(events));
  for (const Event& event : std::get<std::vector<Event>>(events))
    if (event.kind == EventKind::quarantined)
      since.emplace(event.account.value, static_cast<double>(event.at.ns) / 1e9);
  ASSERT_EQ(since.size(), 4U) << "two spam bots and two scanners";

  std::vector<TruthOutcome> outcomes;
  const auto truth = read_truth(base / "a", [&outcomes](const TruthOutcome& o) { outcomes.push_back(o); });
  ASSERT_TRUE(std::holds_alternative<Truth>(truth));
  std::map<std::string, int> inside;
  for (const TruthOutcome& o : outcomes) {
    const auto it = since.find(o.account);
    // An attempt under way when the line was closed may end either way.
    const bool restricted = it != since.end() && o.at_s > it->second;
    const bool before = it == since.end() || o.at_s + o.took_s < it->second;
    if (o.malicious) {
      if (restricted && o.service == "direct_smtp") {
        EXPECT_EQ(o.result, "refused") << "account " << o.account << " at " << o.at_s;
      }
      continue;
    }
    if (before) {
      EXPECT_EQ(o.result, "ok") << o.service << " of account " << o.account << " at " << o.at_s;
    } else if (restricted) {
      ++inside[o.service];
      const std::string wanted = o.service == "web_http"                                 ? "portal"
                                 : o.service == "web_https" || o.service == "relay_smtp" ? "refused"
                                                                                         : "ok";
      EXPECT_EQ(o.result, wanted) << o.service << " of account " << o.account << " at " << o.at_s;
    }
  }
  for (const char* service : {"web_http", "web_https", "relay_smtp", "pop3", "voip", "dns"})
    EXPECT_GT(inside[service], 0) << service;
  const auto& passages = std::get<Truth>(truth).passages;
  EXPECT_TRUE(std::any_of(passages.begin(), passages.end(),
                          [](const TruthPassage& p) { return p.direction == "from_garden" && p.packets > 0; }));
  EXPECT_TRUE(std::any_of(passages.begin(), passages.end(),
                          [](const TruthPassage& p) { return p.behaviour == "spam_bot" && p.action == "reject"; }));
}

TEST_P(World, AWishToStopLeavesARunThatSaysItIsIncomplete) {
  const RunSummary summary = run(smoke, "a", [](const ProgressReport& p) { return p.simulated_s < 10; });
  EXPECT_TRUE(summary.interrupted);
  EXPECT_TRUE(std::holds_alternative<Problem>(RunReader::open(base / "a")));
}

TEST_P(World, ADirectoryThatHoldsARunIsRefused) {
  smoke.duration_s = 5;
  run(smoke, "a");
  EXPECT_TRUE(std::holds_alternative<Problem>(simulate(smoke, base / "a")));
}

INSTANTIATE_TEST_SUITE_P(Fidelities, World, ::testing::Values("stack", "wire"),
                         [](const auto& i) { return std::string(i.param); });

}  // namespace
}  // namespace lazaret
