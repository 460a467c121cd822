#include "sim/topology/as_graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/graph/connected_components.hpp>
#include <numeric>

#include "sim/topology/as_paths.hpp"

namespace lazaret {
namespace {

using std::size_t;

size_t parts(const AsGraph& graph) {
  std::vector<int> part(boost::num_vertices(graph));
  return static_cast<size_t>(boost::connected_components(graph, part.data()));
}
size_t ties(const AsGraph& graph, bool peering) {
  size_t n = 0;
  for (const auto edge : boost::make_iterator_range(boost::edges(graph))) n += graph[edge].peering == peering;
  return n;
}
AsGraph relationships(const std::string& text) {
  const AsRead read = read_relationships(text, "a.txt");
  EXPECT_TRUE(std::holds_alternative<AsGraph>(read)) << std::get<ScenarioError>(read).text();
  return std::get<AsGraph>(read);
}
std::string wrong(const AsRead& read) {
  return std::holds_alternative<ScenarioError>(read) ? std::get<ScenarioError>(read).text() : "";
}
std::vector<double> alike(const AsGraph& graph) { return std::vector<double>(boost::num_vertices(graph), 1.0); }

struct Generated : ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Generated, TiersHoldAndEverybodyReachesEverybodyWithoutAValley) {
  const AsGraph graph = hierarchical({3, 12, 60, 2, 0.2}, GetParam());
  ASSERT_EQ(boost::num_vertices(graph), 75U);
  EXPECT_EQ(parts(graph), 1U);
  for (AsId id = 0; id < 75; ++id) EXPECT_EQ(graph[id].tier, id < 3 ? 1U : id < 15 ? 2U : 3U);
  for (const auto edge : boost::make_iterator_range(boost::edges(graph))) {
    const AsId a = boost::source(edge, graph), b = boost::target(edge, graph);
    if (graph[edge].peering)
      EXPECT_EQ(graph[a].tier, graph[b].tier);
    else
      EXPECT_EQ(graph[graph[edge].provider].tier + 1, graph[graph[edge].provider == a ? b : a].tier);
  }
  for (AsId to = 0; to < 75; ++to) {
    const Routes routes(graph, to);
    for (AsId from = 0; from < 75; ++from) {
      const auto way = routes.path(from);
      ASSERT_FALSE(way.empty());
      EXPECT_TRUE(valley_free(graph, way));
      EXPECT_LE(way.size(), 6U);  // up two, across, down two
    }
  }
}

TEST_P(Generated, ByPreferenceSomeHaveManyTies) {
  const AsGraph graph = preferential(400, 2, GetParam());
  EXPECT_EQ(parts(graph), 1U);
  EXPECT_EQ(ties(graph, false), 398U * 2);
  EXPECT_EQ(ties(graph, true), 1U);
  size_t most = 0;
  for (AsId id = 0; id < 400; ++id) most = std::max<size_t>(most, boost::degree(id, graph));
  EXPECT_GT(most, 24U);  // of a random graph with these ties: about 12
  const Routes routes(graph, 399);
  for (AsId from = 0; from < 400; ++from) {
    ASSERT_FALSE(routes.path(from).empty());
    EXPECT_TRUE(valley_free(graph, routes.path(from)));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Generated, ::testing::Values(1, 2, 3));

TEST(AsGraph, TheSameSeedGivesTheSameTies) {
  const auto text = [](std::uint64_t seed) {
    std::string all;
    const AsGraph graph = preferential(100, 2, seed);
    for (const auto edge : boost::make_iterator_range(boost::edges(graph)))
      all += std::to_string(boost::source(edge, graph)) + "-" + std::to_string(boost::target(edge, graph)) + " ";
    return all;
  };
  EXPECT_EQ(text(5), text(5));
  EXPECT_NE(text(5), text(6));
}

// 1 and 2 peer; 3 buys from 1, 4 from 2, 5 from both 3 and 4; 3 and 4 peer.
constexpr const char* kSixAses = "# made by hand\n1|2|0\n1|3|-1\n2|4|-1\n3|5|-1\n4|5|-1\n3|4|0\n6|2|-1\n";

TEST(AsPaths, MoneyDecidesTheWay) {
  const AsGraph graph = relationships(kSixAses);
  const auto id = [&](const std::string& name) {
    for (AsId i = 0; i < boost::num_vertices(graph); ++i)
      if (graph[i].name == name) return i;
    return AsId{99};
  };
  const auto way = [&](const std::string& from, const std::string& to) {
    std::string text;
    for (const AsId at : Routes(graph, id(to)).path(id(from))) text += graph[at].name.substr(2);
    return text;
  };
  EXPECT_EQ(way("AS1", "AS5"), "135");  // a customer's
  EXPECT_EQ(way("AS3", "AS4"), "34");   // a peer's, though a customer has a line to it
  EXPECT_EQ(way("AS1", "AS4"), "124");
  EXPECT_EQ(way("AS5", "AS1"), "531");
  EXPECT_EQ(way("AS3", "AS6"), "");  // 3-1-2-6 would go across and then up
  EXPECT_EQ(way("AS4", "AS6"), "426");
  EXPECT_FALSE(valley_free(graph, {id("AS3"), id("AS5"), id("AS4")}));
  EXPECT_EQ(graph[id("AS6")].tier, 1U);
  EXPECT_EQ(graph[id("AS2")].tier, 2U);
}

TEST(AsPaths, WhoStandsBetweenSeesWhatPasses) {
  const AsGraph star = relationships("1|2|-1\n1|3|-1\n1|4|-1\n");
  EXPECT_DOUBLE_EQ(traffic_seen(star, alike(star), alike(star))[0], 1 - 3.0 / 16);  // all but what stays in an AS
  EXPECT_EQ(cut_points(star), std::vector<AsId>{0});
  EXPECT_DOUBLE_EQ(betweenness(star)[0], 1);
  EXPECT_DOUBLE_EQ(betweenness(star)[1], 0);
  std::vector<double> only_2(4);
  only_2[1] = 7;
  EXPECT_DOUBLE_EQ(traffic_seen(star, only_2, alike(star))[1], 1);
  EXPECT_DOUBLE_EQ(traffic_seen(star, only_2, alike(star))[2], 0.25);
}

TEST(AsPaths, EachPlaceAddsAndFewSeeMost) {
  const AsGraph graph = hierarchical({3, 12, 100, 2, 0.2}, 9);
  std::vector<double> sent(boost::num_vertices(graph));
  for (AsId id = 15; id < sent.size(); ++id) sent[id] = 1;
  const auto places = places_to_watch(graph, sent, sent, 5);
  ASSERT_EQ(places.size(), 5U);
  for (size_t i = 1; i < places.size(); ++i) {
    EXPECT_GT(places[i].seen, places[i - 1].seen);
    EXPECT_LE(places[i].seen - places[i - 1].seen, places[0].seen);
  }
  const auto seen = traffic_seen(graph, sent, sent);
  EXPECT_DOUBLE_EQ(places[0].seen, *std::max_element(seen.begin(), seen.end()));
  EXPECT_GT(places.back().seen, 0.5);
  EXPECT_LE(places.back().seen, 1 + 1e-9);
}

TEST(AsImport, RelationshipsSayWhatIsWrong) {
  EXPECT_EQ(wrong(read_relationships("1|2|0\n1|2\n", "a.txt")).substr(0, 10), "a.txt:2:1:");
  EXPECT_NE(wrong(read_relationships("1|x|0\n", "a.txt")).find("a.txt:1:3: 'x' is no AS number"), std::string::npos);
  EXPECT_NE(wrong(read_relationships("1|2|-1|bgp\n", "a.txt")).find("cut -d'|' -f1-3"), std::string::npos);
  EXPECT_NE(wrong(read_relationships("1|2|0\n2|1|-1\n", "a.txt")).find("a.txt:2:1"), std::string::npos);
  EXPECT_NE(wrong(read_relationships("7|7|0\n", "a.txt")).find("tied to itself"), std::string::npos);
  EXPECT_NE(wrong(read_relationships("# nothing\n", "a.txt")).find("holds no relationship"), std::string::npos);
}

TEST(AsImport, ACircleOfProvidersHasNoTier) {
  const AsGraph graph = relationships("1|2|-1\r\n2|3|-1\n3|1|-1\n4|5|-1\n");
  EXPECT_EQ(graph[0].tier, 0U);
  EXPECT_EQ(graph[4].tier, 2U);
}

constexpr const char* kZoo =
    R"(<?xml version="1.0" encoding="utf-8"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key attr.name="label" attr.type="string" for="node" id="d31" /><key attr.name="label" for="edge" id="d33" />
  <graph edgedefault="undirected"><data key="d0">0</data>
  <node id="0"><data key="d31">Ghent</data></node><node id="1"><data key="d31">Leuven</data></node><node id="2" />
  <edge source="0" target="1"><data key="d33">a line</data></edge><edge source="1" target="0" /><edge source="1" target="2" />
  </graph></graphml>)";

TEST(AsImport, GraphmlOfTheZoo) {
  const AsRead read = read_graphml(kZoo, "a.graphml");
  ASSERT_TRUE(std::holds_alternative<AsGraph>(read)) << wrong(read);
  const AsGraph& graph = std::get<AsGraph>(read);
  ASSERT_EQ(boost::num_vertices(graph), 3U);
  EXPECT_EQ(graph[0].name, "Ghent");
  EXPECT_EQ(graph[2].name, "2");
  EXPECT_EQ(ties(graph, true), 2U);
}

TEST(AsImport, GraphmlSaysWhatIsWrong) {
  EXPECT_NE(wrong(read_graphml("<graphml>\n<graph>\n</grap>", "a.graphml")).find("a.graphml:3"), std::string::npos);
  EXPECT_NE(wrong(read_graphml("<svg/>", "a.graphml")).find("no <graphml>"), std::string::npos);
  std::string text = kZoo;
  text.replace(text.find("target=\"2\""), 10, "target=\"9\"");
  EXPECT_NE(wrong(read_graphml(text, "a.graphml")).find("there is no node '9'"), std::string::npos);
}

}  // namespace
}  // namespace lazaret
