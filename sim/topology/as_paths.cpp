#include "sim/topology/as_paths.hpp"

#include <algorithm>
#include <boost/graph/betweenness_centrality.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <iterator>
#include <limits>

namespace lazaret {
namespace {

constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();

enum class Step { up, across, down };

/// Nothing where there is no tie.
std::optional<Step> step_between(const AsGraph& graph, AsId from, AsId to) {
  const auto [edge, there] = boost::edge(from, to, graph);
  if (!there) return std::nullopt;
  const AsTie& tie = graph[edge];
  if (tie.peering) return Step::across;
  return tie.provider == to ? Step::up : Step::down;
}

/// What flows from `from` to `to`, if anything does, with the way it takes.
template <typename Each>
void each_flow(const AsGraph& graph, const std::vector<double>& sent, const std::vector<double>& taken, Each each) {
  const std::size_t n = boost::num_vertices(graph);
  double all_sent = 0, all_taken = 0;
  for (const double s : sent) all_sent += s;
  for (const double t : taken) all_taken += t;
  if (all_sent <= 0 || all_taken <= 0) return;
  for (AsId to = 0; to < n; ++to) {
    if (taken[to] <= 0) continue;
    const Routes routes(graph, to);
    for (AsId from = 0; from < n; ++from)
      if (sent[from] > 0) each(sent[from] / all_sent * taken[to] / all_taken, routes.path(from));
  }
}

}  // namespace

Routes::Routes(const AsGraph& graph, AsId to) : to_(to), next_(boost::num_vertices(graph)) {
  const std::size_t n = next_.size();
  std::vector<std::size_t> far(n, kFar);
  std::vector<AsId> ring = {to};
  far[to] = 0;
  const auto neighbours = [&](AsId at) { return boost::make_iterator_range(boost::adjacent_vertices(at, graph)); };
  // What customers tell: from the destination to its providers and on to theirs.
  for (std::size_t length = 1; !ring.empty(); ++length) {
    std::vector<AsId> further;
    std::sort(ring.begin(), ring.end());
    for (const AsId at : ring)
      for (const AsId provider : neighbours(at))
        if (far[provider] == kFar && step_between(graph, at, provider) == Step::up) {
          far[provider] = length;
          next_[provider] = at;
          further.push_back(provider);
        }
    ring = std::move(further);
  }
  // What peers tell: only what their customers told them.
  const std::vector<std::size_t> by_customers = far;
  for (AsId at = 0; at < n; ++at) {
    if (by_customers[at] != kFar) continue;
    for (const AsId peer : neighbours(at))
      if (by_customers[peer] != kFar && step_between(graph, at, peer) == Step::across &&
          (by_customers[peer] + 1 < far[at] || (by_customers[peer] + 1 == far[at] && peer < *next_[at])))
        far[at] = by_customers[peer] + 1, next_[at] = peer;
  }
  // What providers tell: everything, by growing length.
  std::vector<std::vector<AsId>> at_length(2 * n + 2);
  for (AsId at = 0; at < n; ++at)
    if (far[at] != kFar) at_length[far[at]].push_back(at);
  for (std::size_t length = 0; length + 1 < at_length.size(); ++length) {
    std::sort(at_length[length].begin(), at_length[length].end());
    for (const AsId at : at_length[length])
      for (const AsId customer : neighbours(at))
        if (far[customer] == kFar && step_between(graph, at, customer) == Step::down) {
          far[customer] = length + 1;
          next_[customer] = at;
          at_length[length + 1].push_back(customer);
        }
  }
}

std::vector<AsId> Routes::path(AsId from) const {
  std::vector<AsId> way = {from};
  while (way.back() != to_) {
    const auto& next = next_[way.back()];
    if (!next) return {};
    way.push_back(*next);
  }
  return way;
}

bool valley_free(const AsGraph& graph, const std::vector<AsId>& path) {
  bool going_down = false;
  for (std::size_t i = 1; i < path.size(); ++i) {
    const auto step = step_between(graph, path[i - 1], path[i]);
    if (!step || (going_down && step != Step::down)) return false;
    going_down = step != Step::up;
  }
  return true;
}

std::vector<double> traffic_seen(const AsGraph& graph, const std::vector<double>& sent,
                                 const std::vector<double>& taken) {
  std::vector<double> seen(boost::num_vertices(graph));
  each_flow(graph, sent, taken, [&](double share, const std::vector<AsId>& way) {
    for (const AsId at : way) seen[at] += share;
  });
  return seen;
}

std::vector<Watch> places_to_watch(const AsGraph& graph, const std::vector<double>& sent,
                                   const std::vector<double>& taken, std::size_t places) {
  std::vector<Watch> chosen;
  std::vector<bool> watched(boost::num_vertices(graph));
  double together = 0;
  while (chosen.size() < std::min(places, watched.size())) {
    std::vector<double> more(watched.size());
    each_flow(graph, sent, taken, [&](double share, const std::vector<AsId>& way) {
      if (std::any_of(way.begin(), way.end(), [&](AsId at) { return watched[at]; })) return;
      for (const AsId at : way) more[at] += share;
    });
    const auto best = std::max_element(more.begin(), more.end());
    if (*best <= 0) break;
    together += *best;
    chosen.push_back({static_cast<AsId>(best - more.begin()), together});
    watched[chosen.back().as] = true;
  }
  return chosen;
}

std::vector<AsId> cut_points(const AsGraph& graph) {
  std::vector<AsId> points;
  boost::articulation_points(graph, std::back_inserter(points));
  std::sort(points.begin(), points.end());
  return points;
}

std::vector<double> betweenness(const AsGraph& graph) {
  std::vector<double> between(boost::num_vertices(graph));
  boost::brandes_betweenness_centrality(
      graph, boost::make_iterator_property_map(between.begin(), boost::get(boost::vertex_index, graph)));
  boost::relative_betweenness_centrality(
      graph, boost::make_iterator_property_map(between.begin(), boost::get(boost::vertex_index, graph)));
  return between;
}

}  // namespace lazaret
