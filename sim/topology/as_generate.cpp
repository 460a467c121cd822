#include <algorithm>
#include <vector>

#include "sim/population/random.hpp"
#include "sim/topology/as_graph.hpp"

namespace lazaret {
namespace {

AsId add_as(AsGraph& graph) {
  const AsId id = boost::num_vertices(graph);
  return boost::add_vertex({"AS" + std::to_string(64500 + id), 0},
                           graph);  // the first ones are documentation's (RFC 5398)
}
void sell(AsGraph& graph, AsId provider, AsId customer) {
  boost::add_edge(provider, customer, {false, provider}, graph);
}
void let_peer(AsGraph& graph, AsId a, AsId b) { boost::add_edge(a, b, {true, 0}, graph); }

std::size_t below(Stream& draw, std::size_t n) {
  return static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(n) - 1));
}

/// So many different ones of [from, to), or all.
std::vector<AsId> some_of(AsId from, AsId to, std::size_t n, Stream& draw) {
  std::vector<AsId> all;
  for (AsId id = from; id < to; ++id) all.push_back(id);
  n = std::min(n, all.size());
  for (std::size_t i = 0; i < n; ++i) std::swap(all[i], all[i + below(draw, all.size() - i)]);
  all.resize(n);
  return all;
}

}  // namespace

AsGraph hierarchical(const AsTiers& tiers, std::uint64_t seed) {
  AsGraph graph;
  Stream draw(seed, Purpose::topology, 1);
  const std::size_t ends[] = {tiers.core, tiers.core + tiers.transit, tiers.core + tiers.transit + tiers.stubs};
  while (boost::num_vertices(graph) < ends[2]) add_as(graph);
  for (AsId a = 0; a < ends[0]; ++a)
    for (AsId b = a + 1; b < ends[0]; ++b) let_peer(graph, a, b);
  for (AsId id = ends[0]; id < ends[2]; ++id) {
    const bool stub = id >= ends[1] && tiers.transit > 0;
    const std::size_t n = 1 + below(draw, std::max<std::size_t>(1, tiers.providers_most));
    for (const AsId provider : some_of(stub ? ends[0] : 0, stub ? ends[1] : ends[0], n, draw))
      sell(graph, provider, id);
  }
  for (AsId a = ends[0]; a < ends[1]; ++a)
    for (AsId b = a + 1; b < ends[1]; ++b)
      if (draw.chance(tiers.peering)) let_peer(graph, a, b);
  find_tiers(graph);
  return graph;
}

AsGraph preferential(std::size_t ases, std::size_t providers, std::uint64_t seed) {
  AsGraph graph;
  Stream draw(seed, Purpose::topology, 2);
  std::vector<AsId> ends;  // of all ties: who has many is drawn often
  while (boost::num_vertices(graph) < ases) {
    const AsId id = add_as(graph);
    if (id < providers) {  // the first ones peer with each other
      for (AsId other = 0; other < id; ++other) let_peer(graph, other, id), ends.insert(ends.end(), {other, id});
      if (providers == 1) ends.push_back(id);
      continue;
    }
    std::vector<AsId> chosen;
    while (chosen.size() < providers)
      if (const AsId one = ends[below(draw, ends.size())]; std::find(chosen.begin(), chosen.end(), one) == chosen.end())
        chosen.push_back(one);
    for (const AsId provider : chosen) sell(graph, provider, id), ends.insert(ends.end(), {provider, id});
  }
  find_tiers(graph);
  return graph;
}

void find_tiers(AsGraph& graph) {
  const std::size_t n = boost::num_vertices(graph);
  std::vector<std::size_t> providers(n);
  std::vector<std::vector<AsId>> customers(n);
  for (const auto edge : boost::make_iterator_range(boost::edges(graph))) {
    if (graph[edge].peering) continue;
    const AsId a = boost::source(edge, graph), b = boost::target(edge, graph), provider = graph[edge].provider;
    const AsId customer = provider == a ? b : a;
    ++providers[customer];
    customers[provider].push_back(customer);
  }
  std::vector<AsId> ready;
  for (AsId id = 0; id < n; ++id) {
    graph[id].tier = 0;
    if (providers[id] == 0) graph[id].tier = 1, ready.push_back(id);
  }
  for (std::size_t i = 0; i < ready.size(); ++i)
    for (const AsId customer : customers[ready[i]]) {
      graph[customer].tier = std::max(graph[customer].tier, graph[ready[i]].tier + 1);
      if (--providers[customer] == 0) ready.push_back(customer);
    }
  // Who waits for a provider in a circle has no tier.
  for (AsId id = 0; id < n; ++id)
    if (providers[id] > 0) graph[id].tier = 0;
}

}  // namespace lazaret
