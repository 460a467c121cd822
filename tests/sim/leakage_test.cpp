// A classifier that sees only time to live, address, source port, start within the second and length in words must not
// tell bots from clean homes (docs/simulation.md, Leakage). LIBLINEAR's logistic regression over bins of each, tried on
// accounts that it has not learnt from; and marks planted on purpose, which it must find.
#include "analysis/leakage.hpp"

#include <gtest/gtest.h>
#include <linear.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <numeric>

#include "sim/simulate.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;

constexpr double kTolerance = 0.02;
constexpr unsigned kFolds = 5;

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
  std::vector<double> bots, clean;
  for (unsigned fold = 0; fold < kFolds; ++fold) {
    std::vector<feature_node*> x;
    std::vector<double> y;
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
  }
  return auc(bots, clean);
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
                                      "duration_s=100",
                                      "household.web_per_h=120",
                                      "household.dns_per_h=120",
                                      "policy.quarantine.profile=shadow"};
      for (int i = 0; i < 6; ++i) {
        const std::string entry = "infections." + std::to_string(i);
        set.insert(set.end(), {entry + ".homes=" + n, entry + ".begins_from_s=0", entry + ".begins_to_s=20",
                               entry + ".rate_per_min=20"});
      }
      set.insert(set.end(), {"infections.5.packets_per_s=20", "infections.5.attack_s=1"});
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

TEST_P(Leakage, Probe) {
  const bool wire = std::string(GetParam()) == "wire";
  const auto marks = live(wire ? 2 : 2, wire ? 4000 : 800);
  for (const std::uint8_t protocol : {std::uint8_t{6}, std::uint8_t{17}}) {
    const auto chosen = of_protocol(marks, protocol);
    const auto say = [&](const char* what, const std::vector<FlowMark>& m) {
      const Auc a = tell_apart(m);
      printf("%s %d %-10s %.4f (%.4f to %.4f) %lu %lu\n", GetParam(), protocol, what, a.value, a.interval.low,
             a.interval.high, a.positives, a.negatives);
    };
    say("all", chosen);
    const auto only = [&](const char* what, const std::function<void(FlowMark&, const FlowMark&)>& keep) {
      std::vector<FlowMark> few;
      for (const FlowMark& m : chosen) {
        FlowMark k{m.account, m.infected, m.protocol, 63, 0, 0, 0, 40};
        keep(k, m);
        few.push_back(k);
      }
      say(what, few);
    };
    only("hops", [](FlowMark& k, const FlowMark& m) { k.hops = m.hops; });
    only("address", [](FlowMark& k, const FlowMark& m) { k.address = m.address; });
    only("port", [](FlowMark& k, const FlowMark& m) { k.source_port = m.source_port; });
    only("start", [](FlowMark& k, const FlowMark& m) { k.start_ns = m.start_ns; });
    only("size", [](FlowMark& k, const FlowMark& m) { k.octets = m.octets; });
  }
}

INSTANTIATE_TEST_SUITE_P(Fidelities, Leakage, ::testing::Values("wire", "stack"),
                         [](const auto& i) { return std::string(i.param); });

}  // namespace
}  // namespace lazaret
