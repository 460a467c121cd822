#include "sim/topology/isps.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "sim/population/random.hpp"

namespace lazaret {
namespace {

// Largest remainders, after a home for each.
std::vector<std::size_t> sizes_of(const InternetPlan& plan, std::size_t homes) {
  const auto n = static_cast<std::size_t>(plan.isps);
  std::vector<double> weights;
  for (std::size_t k = 0; k < n; ++k) weights.push_back(std::pow(static_cast<double>(k + 1), -plan.size_exponent));
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const std::size_t free = homes - n;
  std::vector<std::size_t> sizes, order;
  std::vector<double> rest;
  std::size_t given = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const double share = weights[k] / sum * static_cast<double>(free);
    sizes.push_back(1 + static_cast<std::size_t>(share));
    rest.push_back(share - std::floor(share));
    given += sizes.back();
    order.push_back(k);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rest[a] > rest[b]; });
  for (std::size_t i = 0; given < homes; ++i, ++given) ++sizes[order[i % n]];
  std::stable_sort(sizes.begin(), sizes.end(), std::greater<>());
  return sizes;
}

std::vector<std::size_t> shuffled(std::size_t n, Stream& draw) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = n; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(i) - 1))]);
  return order;
}

}  // namespace

std::vector<IspShare> make_isps(const Scenario& scenario) {
  const InternetPlan& plan = scenario.internet;
  const auto n = static_cast<std::size_t>(plan.isps);
  Stream draw(scenario.seed, Purpose::isps, 0);
  const std::vector<std::size_t> sizes = sizes_of(plan, static_cast<std::size_t>(scenario.isp.homes));
  // Clean and dirty ones have all sizes.
  const std::vector<std::size_t> by_dirt = shuffled(n, draw), by_chance = shuffled(n, draw);
  std::vector<IspShare> isps(n);
  std::size_t first = 0;
  for (std::size_t k = 0; k < n; ++k) {
    isps[k].name = "isp" + std::to_string(k + 1);
    isps[k].first = first;
    isps[k].homes = sizes[k];
    isps[k].acts = false;
    first += sizes[k];
  }
  for (std::size_t rank = 0; rank < n; ++rank)
    isps[by_dirt[rank]].dirt =
        n == 1 ? 1 : std::pow(plan.dirt_ratio, static_cast<double>(rank) / static_cast<double>(n - 1));
  const auto acting = static_cast<std::size_t>(std::llround(plan.adoption * static_cast<double>(n)));
  for (std::size_t i = 0; i < acting; ++i) {
    const std::size_t who = plan.adoption_order == kCleanFirst   ? by_dirt[i]
                            : plan.adoption_order == kDirtyFirst ? by_dirt[n - 1 - i]
                                                                 : by_chance[i];
    isps[who].acts = true;
  }
  return isps;
}

std::size_t isp_of(const std::vector<IspShare>& isps, AccountId account) {
  const std::size_t home = account.value - 1;
  const auto after =
      std::upper_bound(isps.begin(), isps.end(), home, [](std::size_t h, const IspShare& i) { return h < i.first; });
  return static_cast<std::size_t>(after - isps.begin()) - 1;
}

std::vector<LaneShare> make_lanes(const Scenario& scenario) {
  const std::vector<IspShare> isps = make_isps(scenario);
  std::vector<LaneShare> lanes;
  for (std::size_t isp = 0; isp < isps.size(); ++isp) {
    const std::size_t homes = isps[isp].homes;
    std::size_t parts = (homes + kHomesPerLane - 1) / kHomesPerLane;
    if (isps.size() == 1) parts = std::max(parts, std::min(homes, static_cast<std::size_t>(scenario.shards)));
    for (std::size_t i = 0; i < parts; ++i) {
      const std::size_t from = i * homes / parts, to = (i + 1) * homes / parts;
      lanes.push_back({isp, isps[isp].first + from, to - from});
    }
  }
  return lanes;
}

}  // namespace lazaret
