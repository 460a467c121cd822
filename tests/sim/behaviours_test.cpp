// Each behaviour in both fidelities: a bot is found by the detector that is meant for it and the ground truth names it;
// clean homes stay open.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "scenarios/truth.hpp"
#include "sim/simulate.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

struct Lived {
  Truth truth;
  std::vector<TruthOutcome> outcomes;
  std::set<std::uint32_t> infected, watched, told, held;
  std::set<Choice> chosen;
  std::map<std::uint32_t, std::set<Channel>> reasons;  ///< of each account, for whatever was done

  [[nodiscard]] int attempts(std::string_view service, bool malicious, std::string_view result = {}) const {
    return static_cast<int>(std::count_if(outcomes.begin(), outcomes.end(), [&](const TruthOutcome& o) {
      return o.service == service && o.malicious == malicious && (result.empty() || o.result == result);
    }));
  }
  [[nodiscard]] std::uint64_t packets(std::string_view behaviour, std::string_view direction = "upstream") const {
    std::uint64_t sum = 0;
    for (const TruthPassage& p : truth.passages)
      sum += p.behaviour == behaviour && p.direction == direction ? p.packets : 0;
    return sum;
  }
};

struct Behaviours : ::testing::TestWithParam<const char*> {
  // Nobody chooses anything: who is caught stays so.
  Lived live(const std::string& household, const std::string& infections,
             const std::string& more = "duration_s: 300\n") {
    const TextFile file("town.yaml", std::string("seed: 11\nfidelity: ") + GetParam() +
                                         "\njournal: off\nisp: {homes: 16" + isp + "}\nhousehold: {" + household +
                                         "}\npeople: {ignore: 1}\ninfections: [" + infections + "]\npolicy: {" +
                                         policy + "}\n" + more);
    Lived lived;
    const auto loaded = load_scenario(file.path);
    if (const auto* errors = std::get_if<1>(&loaded)) {
      ADD_FAILURE() << errors->front().text();
      return lived;
    }
    const auto run = file.directory.path / "run";
    if (const auto result = simulate(std::get<0>(loaded), run); const auto* problem = std::get_if<Problem>(&result)) {
      ADD_FAILURE() << problem->message;
      return lived;
    }
    auto truth = read_truth(run, [&](const TruthOutcome& o) { lived.outcomes.push_back(o); });
    lived.truth = std::get<Truth>(std::move(truth));
    for (const TruthInfection& i : lived.truth.infections) lived.infected.insert(i.account);
    const auto opened = RunReader::open(run);
    const auto events = std::get<RunReader>(opened).events();
    for (const Event& event : std::get<std::vector<Event>>(events)) {
      if (event.kind == EventKind::reason) lived.reasons[event.account.value].insert(event.channel);
      if (event.kind == EventKind::watched) lived.watched.insert(event.account.value);
      if (event.kind == EventKind::notified) lived.told.insert(event.account.value);
      if (event.kind == EventKind::deferred) lived.chosen.insert(Choice::later);
      if (event.kind == EventKind::probation_began) lived.chosen.insert(Choice::already);
      if (event.kind == EventKind::quarantined) lived.held.insert(event.account.value);
    }
    return lived;
  }
  std::string policy = "fuse: {node_floor: 100}", isp;

  static void expect_caught_by(Channel channel, const Lived& lived) {
    EXPECT_EQ(lived.infected.size(), 3U);
    EXPECT_EQ(lived.held, lived.infected);
    for (const std::uint32_t account : lived.infected)
      EXPECT_TRUE(lived.reasons.at(account).contains(channel)) << "account " << account;
  }
};

constexpr const char* kQuiet = "failing_contacts_per_h: 0";

TEST_P(Behaviours, GeneratedNamesAreSeenAsFailures) {
  const Lived lived = live(
      kQuiet, "{behaviour: dga, homes: 3, begins_to_s: 10, rate_per_min: 40, names_per_day: 500, exists_share: 0.1}");
  expect_caught_by(Channel::dns_failure, lived);
  EXPECT_TRUE(std::all_of(lived.truth.infections.begin(), lived.truth.infections.end(),
                          [](const TruthInfection& i) { return i.behaviour == "dga" && i.device == "pc"; }));
  const int asked = lived.attempts("dns", true), found = lived.attempts("dns", true, "ok");
  EXPECT_NEAR(asked, 3 * 40 * 5, 90);
  EXPECT_NEAR(static_cast<double>(found) / asked, 0.1, 0.06);
  EXPECT_EQ(lived.packets("dga"), static_cast<std::uint64_t>(asked));
}

TEST_P(Behaviours, SpamThroughTheRelayIsCounted) {
  const Lived lived = live(kQuiet, "{behaviour: relay_spam, homes: 3, begins_to_s: 10, rate_per_min: 60}");
  expect_caught_by(Channel::spam_relay, lived);
  EXPECT_GT(lived.attempts("relay_smtp", true, "ok"), 3 * 40) << "until the limit nothing is said";
  EXPECT_GT(lived.attempts("relay_smtp", true, "refused"), 100) << "and then the relay is closed to them";
  EXPECT_GT(lived.packets("relay_spam"), 0U);
}

TEST_P(Behaviours, GuessesInPlainTextConvict) {
  for (const char* service : {"ftp", "telnet"}) {
    const Lived lived =
        live(kQuiet, std::string("{behaviour: brute_force, homes: 3, begins_to_s: 10, rate_per_min: 20, "
                                 "targets: 10, service: ") +
                         service + "}");
    expect_caught_by(Channel::login_failure, lived);
    EXPECT_EQ(lived.attempts("login", true, "ok"), 0);
    EXPECT_GT(lived.attempts("login", true, "failed"), 100) << "every session comes to its end";
  }
}

// Nobody can see that an encrypted log-in failed: short sessions lead to a closer watch and no further.
TEST_P(Behaviours, GuessesOverSshAreSeenAndDoNotConvict) {
  const std::string guesses =
      "{behaviour: brute_force, homes: 3, begins_to_s: 10, rate_per_min: 20, targets: 10, service: ssh}";
  const Lived lived = live(kQuiet, guesses);
  EXPECT_EQ(lived.infected.size(), 3U);
  EXPECT_EQ(lived.watched, lived.infected);
  EXPECT_TRUE(lived.held.empty());
  policy += ", evidence: {notify: 0.3}";
  const Lived told = live(kQuiet, guesses);
  EXPECT_EQ(told.told, told.infected);
  for (const auto& [account, channels] : told.reasons)
    EXPECT_EQ(channels, std::set<Channel>{Channel::login_opaque}) << "account " << account;
}

TEST_P(Behaviours, FloodsAreSeenWhileTheyLast) {
  const std::string order =
      "{behaviour: flood, homes: 3, begins_to_s: 10, rate_per_min: 2, packets_per_s: 600, "
      "attack_s: 20, packets: ";
  const Lived udp = live(kQuiet, order + "udp}", "duration_s: 60\n");
  expect_caught_by(Channel::flood_udp, udp);
  const Lived syn = live(kQuiet, order + "syn}", "duration_s: 60\n");
  expect_caught_by(Channel::flood_syn, syn);
  for (const Lived* lived : {&udp, &syn}) {
    EXPECT_TRUE(std::all_of(lived->truth.infections.begin(), lived->truth.infections.end(),
                            [](const TruthInfection& i) { return i.device == "camera"; }));
    const int whole = lived->attempts("flood", true);
    EXPECT_GT(whole, 3 * 20);
    EXPECT_GE(lived->packets("flood"), 600U * static_cast<unsigned>(whole));
    EXPECT_LE(lived->packets("flood"), 600U * static_cast<unsigned>(whole + 3));
  }
}

TEST_P(Behaviours, NamesThatCleanHomesMissAreNoGuilt) {
  const Lived lived =
      live("web_per_h: 60, dns_per_h: 30, dns_errors_per_h: 12, failing_contacts_per_h: 2", "", "duration_s: 1800\n");
  EXPECT_TRUE(lived.held.empty());
  // Of three kinds one asks for three names.
  EXPECT_NEAR(static_cast<double>(lived.packets("dns_error")), 16 * 6 * 5 / 3.0, 50);
  EXPECT_EQ(lived.attempts("dns", true), 0);
}

TEST_P(Behaviours, PeersThatAreGoneAreNoGuilt) {
  const Lived lived = live("p2p_share: 0.5, p2p_contacts_per_min: 20, failing_contacts_per_h: 2", "");
  EXPECT_TRUE(lived.held.empty());
  const double met = lived.attempts("p2p", false, "ok"), all = lived.attempts("p2p", false);
  std::set<std::uint32_t> homes;
  for (const TruthOutcome& o : lived.outcomes)
    if (o.service == "p2p") homes.insert(o.account);
  EXPECT_GT(homes.size(), 2U);
  EXPECT_LT(homes.size(), 14U);
  EXPECT_NEAR(met / all, 0.4, 0.08);
  EXPECT_NEAR(all / static_cast<double>(homes.size()), 20 * 5, 15);
  EXPECT_GT(lived.packets("peer"), 0U);
}

TEST_P(Behaviours, ABotThatRestsKeepsStillUntilProbationIsOver) {
  policy += ", quarantine: {profile: cipp, probation_s: 1200}";
  const std::string bot = "{behaviour: spam_bot, homes: 3, begins_to_s: 10, rate_per_min: 30";
  const auto sent_after = [](const Lived& lived, double s) {
    return std::count_if(lived.outcomes.begin(), lived.outcomes.end(), [&](const TruthOutcome& o) {
      return o.service == "direct_smtp" && o.malicious && o.at_s > s;
    });
  };
  const Lived ignorant = live(kQuiet, bot + "}", "duration_s: 2000\n");
  const Lived resting = live(kQuiet, bot + ", answers: already, rests_s: 1200}", "duration_s: 2000\n");
  EXPECT_EQ(resting.held, resting.infected);
  EXPECT_GT(sent_after(ignorant, 1000), 1000) << "goes on against a closed port";
  // Looks every five minutes on average: three to hear of it, to answer and to see the line open; then 20 minutes.
  EXPECT_LT(sent_after(resting, 0) * 2, sent_after(ignorant, 0));
  EXPECT_GT(resting.packets("evasion"), 0U);
  EXPECT_EQ(ignorant.packets("evasion"), 0U);
}

TEST_P(Behaviours, ABotThatAnswersThePageOpensTheLineItself) {
  policy += ", quarantine: {profile: cipp, later_s: 200, later_max: 1}";
  const std::string bot = "{behaviour: spam_bot, homes: 3, begins_to_s: 10, rate_per_min: 20";
  const Lived silent = live(kQuiet, bot + "}", "duration_s: 1800\n");
  EXPECT_TRUE(silent.chosen.empty());
  const Lived lived = live(kQuiet, bot + ", answers: either}", "duration_s: 1800\n");
  EXPECT_TRUE(lived.chosen.contains(Choice::later));
  EXPECT_TRUE(lived.chosen.contains(Choice::already)) << "when there is no 'later' left";
  EXPECT_TRUE(std::none_of(lived.truth.acts.begin(), lived.truth.acts.end(), [](const TruthAct& a) {
    return a.what == "chose";
  })) << "nobody at the page did";
  EXPECT_GT(lived.attempts("direct_smtp", true, "ok"), silent.attempts("direct_smtp", true, "ok"));
}

TEST_P(Behaviours, AMixedBotDoesAllThatItKnows) {
  const Lived lived = live(kQuiet,
                           "{behaviour: mixed, homes: 3, begins_to_s: 10, rate_per_min: 60, service: ftp, "
                           "ports: [445], targets: 10}");
  EXPECT_EQ(lived.held, lived.infected);
  for (const char* service : {"direct_smtp", "probe", "dns", "relay_smtp", "login"})
    EXPECT_GT(lived.attempts(service, true), 30) << service;
  EXPECT_TRUE(std::all_of(lived.truth.infections.begin(), lived.truth.infections.end(),
                          [](const TruthInfection& i) { return i.behaviour == "mixed"; }));
}

TEST_P(Behaviours, AListsHostIsAskedBeforeItIsHeld) {
  const std::string list = std::string(kQuiet) +
                           ", mail_server_share: 1, mail_server_posts_per_h: 12, mail_server_refused_share: 0.1, "
                           "mail_server_business: ";
  const Lived business = live(list + "on", "", "duration_s: 900\n");
  EXPECT_TRUE(business.held.empty()) << "its administrator has a day";
  const double all = business.attempts("direct_smtp", false), taken = business.attempts("direct_smtp", false, "ok");
  EXPECT_NEAR(all, 16 * 3 * 30, 3 * 7 * 30) << "48 posts, give or take seven";
  EXPECT_NEAR(taken / all, 0.9, 0.03);
  EXPECT_GT(business.packets("mail_server"), 0U);
}

TEST_P(Behaviours, LookingOverTheirOwnPortsIsNoGuilt) {
  const Lived lived = live(std::string(kQuiet) + ", hobbyist_share: 0.5, hobby_scans_per_day: 200, hobby_ports: 200",
                           "", "duration_s: 900\n");
  EXPECT_TRUE(lived.held.empty());
  EXPECT_GT(lived.packets("hobby_scan"), 1000U);
}

TEST_P(Behaviours, ACloudThatRefusesIsAskedAgainAndIsNoGuilt) {
  const std::string homes = std::string(kQuiet) +
                            ", iot_share: 1, iot_polls_per_h: 60, iot_retry_s: 10, flash_share: 0.5, flash_at_s: 300, "
                            "flash_within_s: 60, flash_visits: 5";
  const Lived good = live(homes, "", "duration_s: 900\n");
  EXPECT_EQ(good.attempts("iot", false), good.attempts("iot", false, "ok"));
  EXPECT_EQ(good.attempts("update", false, "ok"), good.attempts("update", false));
  EXPECT_GT(good.attempts("update", false), 3 * 5);
  EXPECT_EQ(good.attempts("update", false) % 5, 0);
  isp = ", outage: cloud, outage_at_s: 300, outage_s: 300";
  const Lived out = live(homes, "", "duration_s: 900\n");
  EXPECT_TRUE(out.held.empty());
  EXPECT_GT(out.attempts("iot", false, "refused"), 16 * 15);
  EXPECT_GT(out.attempts("iot", false, "ok"), 16 * 5) << "before and after";
  EXPECT_EQ(out.attempts("update", false, "ok"), 0);
}

TEST_P(Behaviours, ASilentResolverStopsEverybodyAndIsNoGuilt) {
  isp = ", outage: resolver, outage_at_s: 100, outage_s: 2000";
  const Lived lived = live("web_per_h: 60, dns_errors_per_h: 6, failing_contacts_per_h: 0", "", "duration_s: 900\n");
  EXPECT_TRUE(lived.held.empty());
  EXPECT_TRUE(lived.watched.empty());
  EXPECT_GT(lived.attempts("dns", false, "timeout"), 10);
}

TEST_P(Behaviours, SpeedTestsFillTheLineAndAreNoGuilt) {
  const Lived lived = live(std::string(kQuiet) + ", speed_tests_per_day: 144, speed_test_udp_per_s: 200", "");
  EXPECT_TRUE(lived.held.empty());
  EXPECT_GT(lived.attempts("speed_test", false, "ok"), 5);
  EXPECT_EQ(lived.attempts("speed_test", false) % 6, 0) << "six connections each";
  EXPECT_GT(lived.packets("speed_test"), 2000U);
}

TEST_P(Behaviours, AlarmsReport) {
  const Lived lived = live(std::string(kQuiet) + ", telecare_share: 1, telecare_per_h: 60", "");
  EXPECT_NEAR(lived.attempts("telecare", false, "ok"), 16 * 5, 30);
}

// A day in eight hours' steps would need long runs: the same two hours, at night and in the evening.
TEST_P(Behaviours, PeopleFollowTheHoursOfTheDay) {
  const std::string web = "failing_contacts_per_h: 0, web_per_h: 60, web_page_kb: 2, diurnal_swing: 1, begins_at_h: ";
  const auto pages = [](const Lived& lived) {
    return lived.attempts("web_http", false) + lived.attempts("web_https", false);
  };
  EXPECT_NEAR(pages(live(web + "4", "", "duration_s: 1800\n")), 16 * 30 * 0.18 / 1.01, 30);
  EXPECT_NEAR(pages(live(web + "20", "", "duration_s: 1800\n")), 16 * 30 * 1.85 / 1.01, 100);
}

INSTANTIATE_TEST_SUITE_P(Fidelities, Behaviours, ::testing::Values("stack", "wire"),
                         [](const auto& i) { return std::string(i.param); });

}  // namespace
}  // namespace lazaret
