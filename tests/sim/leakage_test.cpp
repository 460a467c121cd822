// A classifier that sees only time to live, address, source port, start within the second and length in words must not
// tell bots from clean homes (docs/simulation.md, Leakage). LIBLINEAR's logistic regression over bins of each, tried on
// accounts that it has not learnt from; and marks planted on purpose, which it must find.
#include "analysis/leakage.hpp"

#include <gtest/gtest.h>
#include <linear.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <iostream>

#include "sim/simulate.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;

constexpr double kTolerance = 0.02;
constexpr unsigned kFolds = 5;
constexpr std::uint8_t kTcp = 6, kUdp = 17;

/// Scores of flows by a model that has learnt from those of other accounts; one model a fold.
Auc tell_apart(const std::vector<FlowMark>& marks, double cost = 0.01) {
  std::vector<std::vector<feature_node>> rows;
  for (const FlowMark& mark : marks) {
    std::vector<feature_node> row;
    for (const unsigned f : features_of(mark)) row.push_back({static_cast<int>(f) + 1, 1});
    row.push_back({-1, 0});
    rows.push_back(std::move(row));
  }
  set_print_string_function([](const char*) {});
  Auc mean;
  mean.value = 0;
  double half = 0;
  for (unsigned fold = 0; fold < kFolds; ++fold) {
    std::vector<feature_node*> x;
    std::vector<double> y, bots, clean;
    // Homes alternate in the folds as they do in the plan; infections are dealt to homes by a shuffle.
    const auto held_out = [&](std::size_t i) { return marks[i].account % kFolds == fold; };
    for (std::size_t i = 0; i < marks.size(); ++i)
      if (!held_out(i)) x.push_back(rows[i].data()), y.push_back(marks[i].infected ? 1 : -1);
    problem learn{};
    learn.l = static_cast<int>(x.size());
    learn.n = static_cast<int>(kMarkFeatures);
    learn.x = x.data();
    learn.y = y.data();
    learn.bias = -1;
    parameter how{};
    how.solver_type = L2R_LR;
    how.C = cost;
    how.eps = 1e-4;
    model* learnt = train(&learn, &how);
    for (std::size_t i = 0; i < marks.size(); ++i) {
      if (!held_out(i)) continue;
      double score = 0;
      predict_values(learnt, rows[i].data(), &score);
      // The first label seen is the one that scores above 0.
      (marks[i].infected ? bots : clean).push_back(learnt->label[0] == 1 ? score : -score);
    }
    free_and_destroy_model(&learnt);
    // Scores of two models are on two scales, so that only those of one are ranked together.
    const Auc one = auc(bots, clean);
    mean.value += one.value / kFolds;
    half += std::pow((one.interval.high - one.interval.low) / 2, 2);
    mean.positives += one.positives;
    mean.negatives += one.negatives;
  }
  half = std::sqrt(half) / kFolds;
  mean.interval = {mean.value - half, mean.value + half};
  return mean;
}

struct Leakage : ::testing::TestWithParam<const char*> {
  Leakage() {
    base = fs::temp_directory_path() / ("lazaret_leakage_" + std::to_string(getpid()));
    fs::remove_all(base);
  }
  ~Leakage() override { fs::remove_all(base); }

  /// Half of the homes infected, by all behaviours alike; nothing is closed, so that what is closed marks nobody.
  std::vector<FlowMark> live(int seeds, int homes) {
    std::vector<FlowMark> marks;
    for (int seed = 1; seed <= seeds; ++seed) {
      const auto n = std::to_string(homes / 12);
      std::vector<std::string> set = {"fidelity=" + std::string(GetParam()),
                                      "journal=on",
                                      "attempts=listed",
                                      "seed=" + std::to_string(seed),
                                      "isp.homes=" + std::to_string(homes),
                                      "isp.ipv6_share=0",
                                      "duration_s=60",
                                      "household.web_page_kb=2",
                                      "household.web_per_h=120",
                                      "household.dns_per_h=60",
                                      "policy.quarantine.profile=shadow"};
      for (int i = 0; i < 6; ++i) {
        const std::string entry = "infections." + std::to_string(i);
        set.insert(set.end(), {entry + ".homes=" + n, entry + ".begins_from_s=0", entry + ".begins_to_s=20",
                               entry + ".rate_per_min=6"});
      }
      set.insert(set.end(), {"infections.5.packets_per_s=5", "infections.5.attack_s=1"});
      auto loaded = load_scenario(fs::path(LAZARET_SOURCE_DIR) / "scenarios" / "agreement.yaml", set);
      if (!std::holds_alternative<Scenario>(loaded)) {
        ADD_FAILURE() << std::get<1>(loaded).front().text();
        return marks;
      }
      const fs::path run = base / std::to_string(seed);
      if (const auto done = simulate(std::get<Scenario>(loaded), run);
          const auto* problem = std::get_if<Problem>(&done)) {
        ADD_FAILURE() << problem->message;
        return marks;
      }
      auto drawn = flow_marks(run, 25, static_cast<std::uint64_t>(seed));
      if (const auto* problem = std::get_if<Problem>(&drawn)) {
        ADD_FAILURE() << problem->message;
        return marks;
      }
      for (FlowMark& mark : std::get<std::vector<FlowMark>>(drawn)) marks.push_back(mark);
      fs::remove_all(run);
    }
    return marks;
  }
  static std::vector<FlowMark> of_protocol(const std::vector<FlowMark>& marks, std::uint8_t protocol) {
    std::vector<FlowMark> chosen;
    std::copy_if(marks.begin(), marks.end(), std::back_inserter(chosen),
                 [&](const FlowMark& m) { return m.protocol == protocol; });
    return chosen;
  }
  fs::path base;
};

/// The length of a UDP packet is that of the name asked for: behaviour. Of TCP the first packet has headers only.
std::vector<FlowMark> without_lengths(std::vector<FlowMark> marks) {
  for (FlowMark& mark : marks) mark.octets = 0;
  return marks;
}

/// Does the gate open?
bool unmarked(const Auc& a) { return std::abs(a.value - 0.5) <= kTolerance; }

TEST_P(Leakage, NothingButBehaviourTellsBotsFromCleanHomes) {
  const bool wire = std::string(GetParam()) == "wire";
  const auto marks = wire ? live(3, 4000) : live(4, 1000);
  const auto tcp = of_protocol(marks, kTcp), udp = of_protocol(marks, kUdp);
  const auto measured = [&](const char* what, const std::vector<FlowMark>& of) {
    const Auc a = tell_apart(of);
    std::cout << GetParam() << ", " << what << ": AUC " << std::round(a.value * 1e4) / 1e4 << " ("
              << std::round(a.interval.low * 1e4) / 1e4 << " to " << std::round(a.interval.high * 1e4) / 1e4 << "), "
              << a.positives << " bots, " << a.negatives << " clean\n";
    // Fewer accounts could not tell 0.50 from 0.52.
    EXPECT_LT(a.interval.high - a.interval.low, 2 * kTolerance) << what;
    return a;
  };
  EXPECT_PRED1(unmarked, measured("TCP", tcp));
  EXPECT_PRED1(unmarked, measured("UDP", without_lengths(udp)));
  measured("UDP with lengths, which are behaviour", udp);

  const auto tenth = [](const FlowMark& m) { return m.account / 8 % 10 == 0; };  // in every fold
  // The gate bites: a mark on every bot, on one bot in ten, and addresses that were not dealt at random.
  const auto planted = [&](const char* what, const std::function<void(FlowMark&)>& plant) {
    std::vector<FlowMark> with = tcp;
    for (FlowMark& mark : with)
      if (mark.infected) plant(mark);
    const Auc a = measured(what, with);
    EXPECT_FALSE(unmarked(a)) << what;
    return a.value;
  };
  EXPECT_GT(planted("planted: TTL one lower", [](FlowMark& m) { --m.hops; }), 0.999);
  planted("planted: TTL one lower for a tenth", [&](FlowMark& m) {
    if (tenth(m)) --m.hops;
  });
  planted("planted: even ports for a fifth", [&](FlowMark& m) {
    if (m.account / 8 % 5 == 0) m.source_port &= 0xfffe;
  });
  planted("planted: starts on whole milliseconds for a tenth", [&](FlowMark& m) {
    if (tenth(m)) m.start_ns -= m.start_ns % 1'000'000;
  });
  planted("planted: lengths of a tenth not in words", [&](FlowMark& m) {
    if (tenth(m)) ++m.octets;
  });
  std::vector<FlowMark> sorted = tcp;
  std::vector<std::uint32_t> addresses;
  for (const FlowMark& mark : sorted) addresses.push_back(mark.address);
  std::sort(addresses.begin(), addresses.end());
  std::size_t low = 0, high = addresses.size();
  for (FlowMark& mark : sorted) mark.address = mark.infected ? addresses[low++] : addresses[--high];
  EXPECT_GT(measured("planted: bots on the lowest addresses", sorted).value, 0.9);
}

INSTANTIATE_TEST_SUITE_P(Fidelities, Leakage, ::testing::Values("wire", "stack"),
                         [](const auto& i) { return std::string(i.param); });

}  // namespace
}  // namespace lazaret
