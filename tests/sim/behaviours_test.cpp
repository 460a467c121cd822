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
                                         "\njournal: off\nisp: {homes: 16}\nhousehold: {" + household +
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
      if (event.kind == EventKind::quarantined) lived.held.insert(event.account.value);
    }
    return lived;
  }
  std::string policy = "fuse: {node_floor: 100}";

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

INSTANTIATE_TEST_SUITE_P(Fidelities, Behaviours, ::testing::Values("stack", "wire"),
                         [](const auto& i) { return std::string(i.param); });

}  // namespace
}  // namespace lazaret
