#include "analysis/sweep/plan.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <set>

#include "scenarios/input_file.hpp"
#include "scenarios/run_directory.hpp"
#include "scenarios/wording.hpp"

namespace lazaret {
namespace {

constexpr std::array<const char*, 6> kKeys = {"sweep", "question", "scenario", "set", "seeds", "axes"};
constexpr std::size_t kCellsMost = 10'000;

class Reading {
 public:
  explicit Reading(const std::filesystem::path& path) : path_(path) {}

  std::variant<SweepPlan, std::vector<ScenarioError>> read() {
    const auto text = read_whole(path_);
    if (!text) {
      errors_.push_back({path_.string(), 0, 0, "no such file, or it cannot be read; name a sweep file"});
      return errors_;
    }
    try {
      document(YAML::Load(*text));
    } catch (const YAML::Exception& e) {
      errors_.push_back({path_.string(), e.mark.line + 1, e.mark.column + 1, "not valid YAML: " + e.msg});
    }
    if (errors_.empty()) try_cells();
    if (!errors_.empty()) return errors_;
    return plan_;
  }

 private:
  void wrong(const YAML::Node& at, std::string message) {
    const YAML::Mark mark = at.Mark();
    errors_.push_back({path_.string(), mark.line + 1, mark.column + 1, std::move(message)});
  }

  void document(const YAML::Node& root) {
    if (!root.IsMap()) return wrong(root, "a sweep wants 'key: value' lines: scenario, seeds and axes");
    for (const auto& pair : root) {
      const auto key = pair.first.as<std::string>();
      if (std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
      const std::vector<std::string> keys(kKeys.begin(), kKeys.end());
      const auto near = nearest(key, keys);
      wrong(pair.first, fmt::format("unknown key '{}'; {}", key,
                                    near ? "did you mean '" + *near + "'?" : "the keys are " + join_words(keys)));
    }
    plan_.name = root["sweep"] ? text(root["sweep"]) : path_.stem().string();
    if (plan_.name.empty() || plan_.name.find('/') != std::string::npos)
      wrong(root["sweep"] ? root["sweep"] : root, "'sweep' names the output directory: a word without '/'");
    if (root["question"]) plan_.question = text(root["question"]);
    if (root["scenario"])
      plan_.scenario = path_.parent_path() / text(root["scenario"]);
    else
      wrong(root, "'scenario' is missing: the file that all runs begin from");
    if (const YAML::Node set = root["set"]) read_set(set);
    if (const YAML::Node seeds = root["seeds"])
      read_seeds(seeds);
    else
      wrong(root, "'seeds' is missing: [1, 2, 3], or {from: 1, count: 30}");
    if (const YAML::Node axes = root["axes"]) read_axes(axes);
    if (errors_.empty() && plan_.cells() > kCellsMost)
      wrong(root["axes"], fmt::format("{} combinations; {} is the most", plan_.cells(), kCellsMost));
    else if (errors_.empty() && plan_.runs() > kSweepRunsMost)
      wrong(root["seeds"], fmt::format("{} runs; {} is the most", plan_.runs(), kSweepRunsMost));
  }

  std::string text(const YAML::Node& node) {
    if (node.IsScalar()) return node.Scalar();
    wrong(node, "wants one value");
    return {};
  }

  void read_set(const YAML::Node& set) {
    if (!set.IsMap()) return wrong(set, "'set' wants 'key: value' lines, as --set KEY=VALUE would");
    for (const auto& pair : set) plan_.set.push_back(pair.first.as<std::string>() + "=" + text(pair.second));
  }

  std::uint64_t number(const YAML::Node& node, const char* what) {
    try {
      if (node.IsScalar() && node.Scalar().find('-') == std::string::npos) return node.as<std::uint64_t>();
    } catch (const YAML::Exception&) {
    }
    wrong(node, fmt::format("{} wants a whole number from 0 on", what));
    return 0;
  }

  void read_seeds(const YAML::Node& seeds) {
    if (seeds.IsSequence() && seeds.size() > 0) {
      std::set<std::uint64_t> seen;
      for (const auto& seed : seeds)
        if (!seen.insert(plan_.seeds.emplace_back(number(seed, "a seed"))).second)
          wrong(seed, "this seed stands here twice: the same run would count double");
    } else if (seeds.IsMap() && seeds["from"] && seeds["count"] && seeds.size() == 2) {
      const std::uint64_t from = number(seeds["from"], "'from'"), count = number(seeds["count"], "'count'");
      if (count < 1 || count > kSweepRunsMost)
        return wrong(seeds["count"], fmt::format("'count' wants a whole number from 1 to {}", kSweepRunsMost));
      for (std::uint64_t n = 0; n < count; ++n) plan_.seeds.push_back(from + n);
    } else {
      wrong(seeds, "'seeds' wants [1, 2, 3], or {from: 1, count: 30}");
    }
  }

  void read_axes(const YAML::Node& axes) {
    if (!axes.IsMap()) return wrong(axes, "'axes' wants 'key: [value, value]' lines");
    for (const auto& pair : axes) {
      SweepAxis axis{pair.first.as<std::string>(), {}};
      if (axis.key == "seed") wrong(pair.first, "seeds are no axis: they stand under 'seeds'");
      if (!pair.second.IsSequence() || pair.second.size() == 0) {
        wrong(pair.second, fmt::format("'{}' wants a list of values: [value, value]", axis.key));
        continue;
      }
      for (const auto& value : pair.second) {
        axis.values.push_back(text(value));
        if (std::count(axis.values.begin(), axis.values.end(), axis.values.back()) > 1)
          wrong(value, fmt::format("'{}' stands here twice", axis.values.back()));
      }
      plan_.axes.push_back(std::move(axis));
    }
  }

  /// What a scenario says of its own errors names the --set at fault, or its file and line.
  void try_cells() {
    std::string all;
    std::set<std::string> said;
    for (std::size_t cell = 0; cell < plan_.cells(); ++cell) {
      auto loaded = load_scenario(plan_.scenario, plan_.overrides_of(cell));
      if (const auto* errors = std::get_if<1>(&loaded)) {
        for (const ScenarioError& e : *errors)
          if (said.insert(e.text()).second) errors_.push_back(e);
      } else {
        Scenario scenario = std::get<Scenario>(std::move(loaded));
        scenario.seed = 0;
        all += to_yaml(scenario);
      }
    }
    for (const std::uint64_t seed : plan_.seeds) all += std::to_string(seed) + "\n";
    plan_.digest = sha256_of(all);
  }

  const std::filesystem::path path_;
  SweepPlan plan_;
  std::vector<ScenarioError> errors_;
};

}  // namespace

std::size_t SweepPlan::cells() const {
  std::size_t cells = 1;
  for (const SweepAxis& axis : axes) {
    if (cells > kSweepRunsMost) break;  // more than is allowed already; do not overflow
    cells *= axis.values.size();
  }
  return cells;
}

std::vector<std::string> SweepPlan::values_of(std::size_t cell) const {
  std::vector<std::string> values(axes.size());
  for (std::size_t a = axes.size(); a-- > 0;) {
    values[a] = axes[a].values[cell % axes[a].values.size()];
    cell /= axes[a].values.size();
  }
  return values;
}

std::vector<std::string> SweepPlan::overrides_of(std::size_t cell) const {
  std::vector<std::string> overrides = set;
  const std::vector<std::string> values = values_of(cell);
  for (std::size_t a = 0; a < axes.size(); ++a) overrides.push_back(axes[a].key + "=" + values[a]);
  return overrides;
}

std::variant<SweepPlan, std::vector<ScenarioError>> load_sweep(const std::filesystem::path& path) {
  return Reading(path).read();
}

}  // namespace lazaret
