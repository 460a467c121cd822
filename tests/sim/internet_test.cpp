// Several ISPs on one Internet: their plan, infection from home to home, what receivers count, and what the others gain
// when some act.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>

#include "analysis/summary.hpp"
#include "sim/simulate.hpp"
#include "sim/topology/plan.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;

Scenario adoption(std::vector<std::string> overrides) {
  const auto result = load_scenario(fs::path(LAZARET_SOURCE_DIR) / "scenarios" / "adoption.yaml", overrides);
  EXPECT_TRUE(std::holds_alternative<Scenario>(result));
  return std::holds_alternative<Scenario>(result) ? std::get<Scenario>(result) : Scenario{};
}

std::size_t vulnerable(const Plan& plan, const IspShare& isp) {
  std::size_t n = 0;
  for (std::size_t h = isp.first; h < isp.first + isp.homes; ++h) n += plan.homes[h].infection.has_value();
  return n;
}

TEST(Isps, ShareTheHomesByTheLawAndActInOrder) {
  Scenario scenario = adoption({"isp.homes=10000", "internet.isps=10", "internet.adoption=0.3"});
  const std::vector<IspShare> isps = make_isps(scenario);
  ASSERT_EQ(isps.size(), 10U);
  std::size_t first = 0;
  double sum = 0;
  for (const int k : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) sum += 1.0 / k;
  for (std::size_t k = 0; k < isps.size(); ++k) {
    EXPECT_EQ(isps[k].first, first);
    EXPECT_NEAR(static_cast<double>(isps[k].homes), 1 + 9990 / sum / static_cast<double>(k + 1), 1.001);
    first += isps[k].homes;
    EXPECT_EQ(isp_of(isps, {static_cast<std::uint32_t>(isps[k].first + 1)}), k);
    EXPECT_EQ(isp_of(isps, {static_cast<std::uint32_t>(first)}), k);
  }
  EXPECT_EQ(first, 10000U);
  const auto worst_acting = [&](std::int64_t order) {
    scenario.internet.adoption_order = order;
    std::vector<double> acting, others;
    for (const IspShare& isp : make_isps(scenario)) (isp.acts ? acting : others).push_back(isp.dirt);
    EXPECT_EQ(acting.size(), 3U);
    return std::pair(*std::max_element(acting.begin(), acting.end()), *std::min_element(others.begin(), others.end()));
  };
  EXPECT_LT(worst_acting(kCleanFirst).first, worst_acting(kCleanFirst).second);
  EXPECT_GT(worst_acting(kDirtyFirst).first, worst_acting(kDirtyFirst).second);
}

TEST(Isps, OneIspIsAnInternetOfOneThatActs) {
  Scenario scenario = adoption({"internet.isps=1", "internet.adoption=1"});
  const auto isps = make_isps(scenario);
  ASSERT_EQ(isps.size(), 1U);
  EXPECT_TRUE(isps[0].acts);
  EXPECT_EQ(isps[0].homes, 4000U);
}

TEST(Isps, DirtyOnesHaveMoreHomesThatCanBeInfected) {
  Scenario scenario = adoption({"isp.homes=40000", "internet.isps=8", "internet.size_exponent=0"});
  const Plan plan = make_plan(scenario);
  std::vector<std::pair<double, std::size_t>> by_dirt;
  for (const IspShare& isp : plan.isps) by_dirt.emplace_back(isp.dirt, vulnerable(plan, isp));
  std::sort(by_dirt.begin(), by_dirt.end());
  for (std::size_t i = 1; i < by_dirt.size(); ++i) EXPECT_GT(by_dirt[i].second, by_dirt[i - 1].second);
  EXPECT_NEAR(static_cast<double>(by_dirt.back().second) / static_cast<double>(by_dirt.front().second), 18, 7);
  // All entries alike, and as many begin with it as they say.
  std::map<std::size_t, std::pair<int, int>> of_entry;
  for (const HomePlan& home : plan.homes)
    if (home.infection)
      ++of_entry[home.infection->entry].first,
          of_entry[home.infection->entry].second += home.infection->begins_s.has_value();
  for (const auto& [entry, counts] : of_entry) EXPECT_EQ(counts, std::pair(2400, 100)) << entry;
}

TEST(Isps, LanesBelongToOneIsp) {
  const Scenario scenario = adoption({"isp.homes=30000", "internet.isps=7"});
  const auto isps = make_isps(scenario);
  std::size_t first = 0;
  for (const LaneShare& lane : make_lanes(scenario)) {
    EXPECT_EQ(lane.first, first);
    EXPECT_LE(lane.homes, kHomesPerLane);
    EXPECT_GE(lane.first, isps[lane.isp].first);
    EXPECT_LE(lane.first + lane.homes, isps[lane.isp].first + isps[lane.isp].homes);
    first += lane.homes;
  }
  EXPECT_EQ(first, 30000U);
}

TEST(Isps, ACombinationThatCannotBeIsRefused) {
  const auto text = [](const std::string& override) {
    const auto result = load_scenario(fs::path(LAZARET_SOURCE_DIR) / "scenarios" / "adoption.yaml", {override});
    return std::holds_alternative<Scenario>(result) ? "" : std::get<1>(result).front().text();
  };
  EXPECT_NE(text("journal=on").find("journal: off"), std::string::npos);
  EXPECT_NE(text("fidelity=stack").find("fidelity: wire"), std::string::npos);
  EXPECT_NE(text("isp.homes=19").find("20 ISPs want a home each"), std::string::npos);
  EXPECT_NE(text("infections.0.vulnerable_share=0.95").find("need"), std::string::npos);
}

struct Internet : ::testing::Test {
  Internet()
      : base(fs::temp_directory_path() /
             (std::string("lazaret_internet_") + ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(base);
  }
  ~Internet() override { fs::remove_all(base); }

  RunSummary run(const Scenario& scenario, const std::string& name) {
    auto result = simulate(scenario, base / name);
    if (auto* problem = std::get_if<Problem>(&result)) ADD_FAILURE() << problem->message;
    return std::holds_alternative<RunSummary>(result) ? std::get<RunSummary>(result) : RunSummary{};
  }
  lazaret::Run read(const std::string& name) {
    auto result = load_run(base / name, Events::telling);
    if (auto* problem = std::get_if<Problem>(&result)) ADD_FAILURE() << problem->message;
    return std::holds_alternative<lazaret::Run>(result) ? std::get<lazaret::Run>(std::move(result)) : lazaret::Run{};
  }
  fs::path base;
};

const std::vector<std::string> kFewHomes = {"isp.homes=800",
                                            "internet.isps=8",
                                            "infections.0.homes=20",
                                            "infections.1.homes=20",
                                            "infections.0.begins_to_s=60",
                                            "infections.1.begins_to_s=60"};
std::vector<std::string> with(std::vector<std::string> more) {
  std::vector<std::string> all = kFewHomes;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST_F(Internet, OneOrFourThreadsMakeNoDifference) {
  Scenario scenario = adoption(with({"duration_s=5400", "infections.0.vulnerable_share=0.2"}));
  const auto digests = [](const RunSummary& run) {
    std::vector<std::string> all;
    for (const auto& [name, file] : run.manifest.files)
      if (name != "scenario.yaml") all.push_back(name + ' ' + file.sha256);
    return all;
  };
  const auto one = digests(run(scenario, "one"));
  scenario.shards = 4;
  EXPECT_EQ(one, digests(run(scenario, "four")));
  // Something went from home to home, and it is in there.
  EXPECT_GT(read("one").truth.infections.size(), 45U);
  scenario.seed += 1;
  EXPECT_NE(one, digests(run(scenario, "other")));
}

TEST_F(Internet, ReceiversCountWhatTheSendersDelivered) {
  const Scenario scenario = adoption(with({"duration_s=3600", "attempts=listed"}));
  run(scenario, "a");
  const lazaret::Run data = read("a");
  std::map<std::string, std::uint64_t> delivered;
  const auto read_again = read_truth(base / "a", [&](const TruthOutcome& o) {
    if (o.service != "direct_smtp" || o.result != "ok") return;
    for (const TruthIsp& isp : data.truth.isps)
      if (o.account >= isp.first_account && o.account < isp.first_account + isp.accounts) ++delivered[isp.name];
  });
  ASSERT_TRUE(std::holds_alternative<Truth>(read_again));
  ASSERT_EQ(data.truth.isps.size(), 8U);
  std::uint64_t all = 0;
  for (const TruthIsp& isp : data.truth.isps) {
    // Sessions under way at the end are not in the truth.
    EXPECT_GE(isp.mails_received, delivered[isp.name]) << isp.name;
    EXPECT_LE(isp.mails_received, delivered[isp.name] + 2) << isp.name;
    all += isp.mails_received;
  }
  EXPECT_GT(all, 100U);
  const League league = make_league(Timeline(data), data);
  EXPECT_EQ(league.acting.mails + league.looking_on.mails, all);
  EXPECT_EQ(league.acting.accounts + league.looking_on.accounts, 800U);
  EXPECT_EQ(league.acting.isps, 4U);
  for (const ServiceScore& service : summarize(data).services)
    EXPECT_EQ(service.effect, Effect::unknown) << "a line that is held by an ISP that looks on is open";
  for (std::size_t i = 1; i < league.rows.size(); ++i) EXPECT_GE(league.rows[i - 1].mails, league.rows[i].mails);
  std::uint64_t infected = 0, spells = 0;
  for (const LeagueRow& row : league.rows) infected += row.infected, spells += row.spells;
  EXPECT_EQ(spells, data.truth.infections.size());
  EXPECT_GE(infected, 40U);
}

// A scanner whose every answered probe infects, among homes of which each can catch it; held where it is, it infects nobody.
TEST_F(Internet, WhatTheGatewayRefusesInfectsNobody) {
  const std::vector<std::string> fierce = {"infections.0.homes=0",
                                           "infections.0.vulnerable_share=0",
                                           "infections.1.homes=5",
                                           "infections.1.vulnerable_share=1",
                                           "infections.1.rate_per_min=30",
                                           "infections.1.recovers_per_day=0",
                                           "infections.1.infects_share=0.2",
                                           "people.ignore=1",
                                           "duration_s=900"};
  std::vector<std::string> alone = fierce, free = fierce;
  alone.emplace_back("internet.adoption=1"), free.emplace_back("internet.adoption=0");
  run(adoption(with(alone)), "held");
  run(adoption(with(free)), "free");
  const lazaret::Run held = read("held"), unhindered = read("free");
  EXPECT_GT(unhindered.truth.infections.size(), 5 * held.truth.infections.size());
  // Nobody catches anything from an account that is shut: after the last one was, nothing begins.
  double last_open = 0;
  const Timeline timeline(held);
  std::size_t never_held = 0;
  for (const auto& [account, line] : timeline.accounts())
    if (!line.infections.empty()) {
      if (line.entries.empty())
        ++never_held;
      else
        last_open = std::max(last_open, line.entries.front().at_s);
    }
  EXPECT_EQ(never_held, 0U);
  for (const TruthInfection& i : held.truth.infections) EXPECT_LE(i.from_s, last_open + 1);
  EXPECT_LT(last_open, 890);
}

// The finding of docs/results/adoption.md, small: the same ISPs that never act have fewer bots when others do.
TEST_F(Internet, OthersGainWhenTheDirtyHalfActs) {
  const std::vector<std::string> day = {"duration_s=43200",        "internet.adoption_order=dirty_first",
                                        "household.web_per_h=0.5", "infections.0.infects_share=1",
                                        "infections.1.homes=0",    "infections.1.vulnerable_share=0"};
  std::vector<std::string> control = day, half = day;
  control.emplace_back("internet.adoption=0"), half.emplace_back("internet.adoption=0.5");
  run(adoption(with(control)), "control");
  run(adoption(with(half)), "half");
  const lazaret::Run without = read("control"), among = read("half");
  const League before = make_league(Timeline(without), without), after = make_league(Timeline(among), among);
  EXPECT_EQ(before.acting.accounts, 0U);
  double same_before = 0;
  for (const LeagueRow& row : before.rows)
    for (const LeagueRow& now : after.rows)
      if (now.isp == row.isp && !now.acts) same_before += row.bot_days;
  EXPECT_LT(after.looking_on.bot_days, 0.9 * same_before);
  EXPECT_LT(after.acting.mails, (before.looking_on.mails - after.looking_on.mails) / 2);
}

}  // namespace
}  // namespace lazaret
