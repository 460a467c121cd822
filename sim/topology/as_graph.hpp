// The Internet as autonomous systems: who buys transit from whom, and who peers. Made by a generator or read from a file.
// Boost.Graph's adjacency list, so that its algorithms apply.
// Ownership: values. Threads: any; a graph is immutable once made.
#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <cstdint>
#include <string>
#include <variant>

#include "scenarios/scenario.hpp"

namespace lazaret {

struct AsNode {
  std::string name;   ///< "AS64500", or the file's label
  unsigned tier = 0;  ///< 1: buys from nobody; else one more than its lowest provider's; 0: not known
};
struct AsTie {
  bool peering = true;
  std::size_t provider = 0;  ///< of transit: the end that sells
};
using AsGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, AsNode, AsTie>;
using AsId = std::size_t;

/// What generators need. Customers buy from one to `providers_most` providers of the tier above.
struct AsTiers {
  std::size_t core = 4;      ///< tier 1: all peer with each other
  std::size_t transit = 20;  ///< tier 2
  std::size_t stubs = 100;   ///< tier 3
  std::size_t providers_most = 2;
  double peering = 0.1;  ///< of pairs of tier 2: peer
};
/// Three tiers, as Zegura, Calvert and Donahoo's transit-stub graphs have them (INFOCOM 1996), with relations.
[[nodiscard]] AsGraph hierarchical(const AsTiers&, std::uint64_t seed);
/// Each AS, as it comes, buys from `providers` that are there, rather from those with many ties (Barabasi, Albert 1999).
/// REQUIRES providers >= 1, ases > providers.
[[nodiscard]] AsGraph preferential(std::size_t ases, std::size_t providers, std::uint64_t seed);

using AsRead = std::variant<AsGraph, ScenarioError>;
/// CAIDA's AS relationships, serial-1: "provider|customer|-1" and "peer|peer|0" a line, comments behind '#'. `file` is for
/// what an error says.
[[nodiscard]] AsRead read_relationships(const std::string& text, const std::string& file);
/// GraphML as the Topology Zoo has it. It knows no relations: every tie is a peering.
[[nodiscard]] AsRead read_graphml(const std::string& text, const std::string& file);

/// Sets tiers from providers; what is in a circle of providers or buys from one stays 0.
void find_tiers(AsGraph&);

}  // namespace lazaret
