// The scenarios of the catalogue in small: what docs/results says of each, in direction.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "scenarios/truth.hpp"
#include "sim/simulate.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;

struct Ran {
  std::vector<TruthOutcome> outcomes;
  std::map<std::uint32_t, double> infected_s, held_s;  ///< by account: since when, and the first quarantine
  std::map<EventKind, int> events;
  int wrongly_held = 0;

  /// Of the homes that are held, after that: attempts at a service, and how many came to a good end.
  [[nodiscard]] std::pair<int, int> inside(std::string_view service, bool malicious) const {
    std::pair<int, int> n;
    for (const TruthOutcome& o : outcomes) {
      const auto held = held_s.find(o.account);
      if (o.service != service || o.malicious != malicious || held == held_s.end() || o.at_s < held->second + 60)
        continue;
      ++n.first;
      n.second += o.result == "ok" ? 1 : 0;
    }
    return n;
  }
};

Ran run(const std::string& name, std::vector<std::string> overrides) {
  overrides.insert(overrides.end(), {"attempts=listed", "journal=off"});
  Ran ran;
  const auto loaded = load_scenario(fs::path(LAZARET_SOURCE_DIR) / "scenarios" / (name + ".yaml"), overrides);
  if (const auto* errors = std::get_if<1>(&loaded)) {
    ADD_FAILURE() << errors->front().text();
    return ran;
  }
  const ScratchDirectory scratch;
  const fs::path out = scratch.path / "run";
  if (const auto result = simulate(std::get<0>(loaded), out); const auto* problem = std::get_if<Problem>(&result)) {
    ADD_FAILURE() << problem->message;
    return ran;
  }
  const auto truth = read_truth(out, [&](const TruthOutcome& o) { ran.outcomes.push_back(o); });
  for (const TruthInfection& i : std::get<Truth>(truth).infections) ran.infected_s[i.account] = i.from_s;
  const auto opened = RunReader::open(out);
  const auto events = std::get<RunReader>(opened).events();
  for (const Event& event : std::get<std::vector<Event>>(events)) {
    ++ran.events[event.kind];
    if (event.kind == EventKind::quarantined)
      ran.held_s.emplace(event.account.value, static_cast<double>(event.at.ns) / 1e9);
  }
  for (const auto& [account, at] : ran.held_s) ran.wrongly_held += ran.infected_s.contains(account) ? 0 : 1;
  return ran;
}

TEST(Catalogue, EvadersGainReleasesAndEndInTheGarden) {
  std::vector<std::string> small = {"isp.homes=60", "duration_s=28800"};
  for (int i = 0; i < 5; ++i) small.push_back("infections." + std::to_string(i) + ".homes=3");
  const Ran ran = run("evaders", small);
  // Families are told apart by when they begin.
  std::map<int, int> sent, tried, held;
  const auto family = [&](std::uint32_t account) { return static_cast<int>((ran.infected_s.at(account) - 600) / 100); };
  for (const TruthOutcome& o : ran.outcomes) {
    if (o.service != "direct_smtp" || !o.malicious) continue;
    ++tried[family(o.account)];
    sent[family(o.account)] += o.result == "ok" ? 1 : 0;
  }
  for (const auto& [account, at] : ran.held_s) ++held[family(account)];
  EXPECT_EQ(held[0], 3);
  EXPECT_EQ(held[1], 3);
  EXPECT_EQ(held[2], 3);
  EXPECT_GT(sent[1], 3 * sent[0]) << "who answers the page sends more";
  EXPECT_GT(sent[2], 2 * sent[0]);
  EXPECT_LT(tried[2], tried[1] / 2) << "and who rests seldom meets a closed port";
  EXPECT_EQ(ran.wrongly_held, 0);
}

TEST(Catalogue, SlowBotsAreNotCaughtAndQuickOnesAre) {
  const std::vector<std::string> small = {"isp.homes=40", "infections.0.homes=5", "duration_s=10800"};
  const auto at_rate = [&](const char* rate) {
    auto set = small;
    set.push_back(std::string("infections.0.rate_per_min=") + rate);
    return run("slow_and_low", set);
  };
  EXPECT_EQ(at_rate("10").held_s.size(), 5U);
  EXPECT_EQ(at_rate("0.02").held_s.size(), 0U);
}

// A list's host is taken for a spam bot, and held once its administrator's day is over.
TEST(Catalogue, ABenignWeekHoldsListsHostsOnly) {
  const Ran ran = run(
      "benign_week", {"isp.homes=40", "duration_s=172800", "isp.outage_at_s=68400", "household.mail_server_share=0.1"});
  for (const auto& [account, at] : ran.held_s) {
    EXPECT_TRUE(std::any_of(ran.outcomes.begin(), ran.outcomes.end(), [account = account](const TruthOutcome& o) {
      return o.account == account && o.service == "direct_smtp";
    })) << account;
    EXPECT_GT(at, 86400) << "a business account";
  }
  for (const char* service : {"direct_smtp", "iot", "p2p", "speed_test", "telecare"})
    EXPECT_TRUE(std::any_of(ran.outcomes.begin(), ran.outcomes.end(), [&](const TruthOutcome& o) {
      return o.service == service;
    })) << service;
}

TEST(Catalogue, FloodsAreCaughtAboveTheThresholdOnly) {
  const std::vector<std::string> small = {"isp.homes=20", "infections.0.homes=4", "infections.0.rate_per_min=1",
                                          "duration_s=600"};
  const auto at_rate = [&](const char* packets, const char* rate) {
    auto set = small;
    set.push_back(std::string("infections.0.packets_per_s=") + rate);
    set.push_back(std::string("infections.0.packets=") + packets);
    return run("flood_participation", set).held_s.size();
  };
  EXPECT_EQ(at_rate("udp", "550"), 4U);
  EXPECT_EQ(at_rate("udp", "450"), 0U);
  EXPECT_EQ(at_rate("syn", "250"), 4U);
  EXPECT_EQ(at_rate("syn", "190"), 0U);
}

TEST(Catalogue, AFlashCrowdThatFailsHoldsNobody) {
  const Ran ran = run("flash_crowd", {"isp.homes=150"});
  EXPECT_TRUE(ran.held_s.empty());
  EXPECT_GT(std::count_if(ran.outcomes.begin(), ran.outcomes.end(),
                          [](const TruthOutcome& o) { return o.service == "update" && o.result == "refused"; }),
            500);
}

TEST(Catalogue, TheFuseHoldsARealOutbreakBack) {
  const std::vector<std::string> small = {"isp.homes=200", "infections.0.homes=40", "duration_s=3600"};
  auto without = small;
  without.emplace_back("policy.fuse.node_floor=1000");
  const Ran guarded = run("spam_outbreak", small), open = run("spam_outbreak", without);
  EXPECT_EQ(open.held_s.size(), 40U);
  EXPECT_EQ(guarded.held_s.size(), 10U) << "a twentieth of the node's accounts";
  const auto sent = [](const Ran& ran) {
    return std::count_if(ran.outcomes.begin(), ran.outcomes.end(),
                         [](const TruthOutcome& o) { return o.malicious && o.result == "ok"; });
  };
  EXPECT_GT(sent(guarded), 5 * sent(open));
}

TEST(Catalogue, GardenProfilesBreakAndLeaveWhatTheySay) {
  std::vector<std::string> small = {"isp.homes=40", "duration_s=3600"};
  for (int i = 0; i < 3; ++i) small.push_back("infections." + std::to_string(i) + ".homes=4");
  const auto under = [&](const char* profile) {
    auto set = small;
    set.push_back(std::string("policy.quarantine.profile=") + profile);
    return run("garden_profiles", set);
  };
  const Ran cipp = under("cipp"), smtp_only = under("smtp_only"), leaky = under("leaky"), notice = under("notice");
  for (const Ran* ran : {&cipp, &smtp_only, &leaky, &notice}) {
    EXPECT_EQ(ran->held_s.size(), 12U);
    const auto [mails, read] = ran->inside("pop3", false);
    EXPECT_GT(mails, 20);
    EXPECT_EQ(read, mails);
  }
  const auto open = [](const Ran& ran, std::string_view service, bool malicious) {
    const auto [all, good] = ran.inside(service, malicious);
    EXPECT_GT(all, 5) << service;
    return good == all ? 1 : good == 0 ? 0 : -1;  // -1: some
  };
  EXPECT_EQ(open(cipp, "web_https", false), 0);
  EXPECT_EQ(open(cipp, "telecare", false), 0) << "an alarm over TLS looks like the web";
  EXPECT_EQ(open(leaky, "telecare", false), 1);
  EXPECT_EQ(open(smtp_only, "web_http", false), 1);
  EXPECT_EQ(open(smtp_only, "direct_smtp", true), 0);
  EXPECT_EQ(open(notice, "direct_smtp", true), -1) << "as the exchangers please";
  const auto sessions = [](const Ran& ran) {  // of passwords, that came to their end
    return std::count_if(ran.outcomes.begin(), ran.outcomes.end(),
                         [&](const TruthOutcome& o) { return o.service == "login" && o.result == "failed"; });
  };
  EXPECT_GT(sessions(cipp), 20 * sessions(leaky)) << "cipp leaves guessing alone";
}

}  // namespace
}  // namespace lazaret
