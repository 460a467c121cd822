#include <fmt/format.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <charconv>
#include <map>
#include <sstream>
#include <string_view>

#include "sim/topology/as_graph.hpp"

namespace lazaret {
namespace {

/// By the file's own key.
class Names {
 public:
  explicit Names(AsGraph& graph) : graph_(graph) {}
  AsId of(const std::string& key, const std::string& name) {
    const auto [it, fresh] = ids_.try_emplace(key, 0);
    if (fresh) it->second = boost::add_vertex({name, 0}, graph_);
    return it->second;
  }
  [[nodiscard]] const AsId* find(const std::string& key) const {
    const auto it = ids_.find(key);
    return it == ids_.end() ? nullptr : &it->second;
  }

 private:
  AsGraph& graph_;
  std::map<std::string, AsId> ids_;
};

bool is_as(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

constexpr const char* kForm = "wants 'provider|customer|-1' or 'peer|peer|0', AS numbers in digits (CAIDA, serial-1)";

}  // namespace

AsRead read_relationships(const std::string& text, const std::string& file) {
  AsGraph graph;
  Names names(graph);
  std::istringstream lines(text);
  int number = 0;
  const auto wrong = [&](int column, const std::string& why) { return ScenarioError{file, number, column, why}; };
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const std::size_t first = line.find('|'), second = first == std::string::npos ? first : line.find('|', first + 1);
    if (second == std::string::npos)
      return wrong(1, fmt::format("'{}' is no relationship; a line {}", line.substr(0, 60), kForm));
    const std::string a = line.substr(0, first), b = line.substr(first + 1, second - first - 1),
                      tie = line.substr(second + 1);
    if (!is_as(a)) return wrong(1, fmt::format("'{}' is no AS number; a line {}", a.substr(0, 60), kForm));
    if (!is_as(b))
      return wrong(static_cast<int>(first) + 2, fmt::format("'{}' is no AS number; a line {}", b.substr(0, 60), kForm));
    if (tie != "-1" && tie != "0")
      return wrong(
          static_cast<int>(second) + 2,
          fmt::format("'{}' is no relationship: -1 is transit, 0 is peering; serial-2 files have a fourth field, "
                      "cut it off: cut -d'|' -f1-3",
                      tie.substr(0, 60)));
    if (a == b) return wrong(1, fmt::format("AS{} is tied to itself; remove the line", a));
    const AsId from = names.of(a, "AS" + a), to = names.of(b, "AS" + b);
    if (boost::edge(from, to, graph).second)
      return wrong(1, fmt::format("AS{} and AS{} are tied in an earlier line already; keep one", a, b));
    boost::add_edge(from, to, tie == "0" ? AsTie{true, 0} : AsTie{false, from}, graph);
  }
  if (boost::num_vertices(graph) == 0)
    return ScenarioError{file, 0, 0, fmt::format("holds no relationship; a line {}", kForm)};
  find_tiers(graph);
  return graph;
}

AsRead read_graphml(const std::string& text, const std::string& file) {
  namespace pt = boost::property_tree;
  pt::ptree tree;
  try {
    std::istringstream in(text);
    pt::read_xml(in, tree);
  } catch (const pt::xml_parser_error& e) {
    return ScenarioError{file, static_cast<int>(e.line()), 0,
                         "is not valid XML: " + e.message() + "; fetch the file again"};
  }
  const auto found = tree.get_child_optional("graphml.graph");
  if (!found)
    return ScenarioError{file, 0, 0, "has no <graphml> with a <graph> in it; name a GraphML file of the Topology Zoo"};
  // Which key is the nodes' label.
  std::string label;
  for (const auto& [tag, child] : tree.get_child("graphml")) {
    const auto attributes = child.get_child_optional("<xmlattr>");
    if (tag != "key" || !attributes) continue;
    const auto value = [&](const char* key) {
      const auto it = attributes->find(key);
      return it == attributes->not_found() ? std::string() : it->second.data();
    };
    if (value("for") == "node" && value("attr.name") == "label") label = value("id");
  }
  AsGraph graph;
  Names names(graph);
  for (const auto& [tag, node] : *found) {
    if (tag != "node") continue;
    const std::string id = node.get("<xmlattr>.id", "");
    if (id.empty() || names.find(id) != nullptr)
      return ScenarioError{file, 0, 0,
                           fmt::format("node '{}' has no id or one that is taken; give it one of its own", id)};
    std::string name = id;
    for (const auto& [part, data] : node)
      if (part == "data" && !label.empty() && data.get("<xmlattr>.key", "") == label) name = data.data();
    names.of(id, name);
  }
  for (const auto& [tag, edge] : *found) {
    if (tag != "edge") continue;
    const std::string a = edge.get("<xmlattr>.source", ""), b = edge.get("<xmlattr>.target", "");
    const AsId *const from = names.find(a), *const to = names.find(b);
    if (from == nullptr || to == nullptr)
      return ScenarioError{file, 0, 0,
                           fmt::format("an edge from '{}' to '{}': there is no node '{}'; add it, or remove the edge",
                                       a, b, from == nullptr ? a : b)};
    // The Zoo has parallel lines, and loops.
    if (*from != *to && !boost::edge(*from, *to, graph).second) boost::add_edge(*from, *to, {true, 0}, graph);
  }
  if (boost::num_vertices(graph) == 0)
    return ScenarioError{file, 0, 0, "its <graph> has no <node>; name a GraphML file of the Topology Zoo"};
  return graph;
}

}  // namespace lazaret
