#include "datapath/daemon/settings.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>
#include <vector>

#include "scenarios/mail.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/wording.hpp"

namespace lazaret::daemon {
namespace {

const std::vector<std::string> kKeys = {
    "access", "core",   "garden",   "observe",        "garden_next_hop", "policy",   "feeds",   "leases", "reporters",
    "state",  "portal", "operator", "operator_group", "accounts",        "bindings", "log_mib", "nat"};

struct Wrong : std::runtime_error {
  Wrong(const YAML::Mark& at, const std::string& what)
      : std::runtime_error(fmt::format("{}:{}: {}", at.line + 1, at.column + 1, what)) {}
};

std::int64_t number(const YAML::Node& node, const std::string& key, std::int64_t min, std::int64_t max) {
  std::int64_t value = 0;
  const std::string& text = node.Scalar();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max)
    throw Wrong(node.Mark(), fmt::format("'{}' wants a whole number from {} to {}, not '{}'", key, min, max, text));
  return value;
}

std::array<std::uint8_t, 6> mac(const YAML::Node& node) {
  std::array<std::uint8_t, 6> octets{};
  const std::string& text = node.Scalar();
  bool good = text.size() == 17;
  for (std::size_t i = 0; good && i < 6; ++i) {
    const char* at = text.data() + 3 * i;
    const auto [end, error] = std::from_chars(at, at + 2, octets[i], 16);
    good = error == std::errc{} && end == at + 2 && (i == 5 || *end == ':');
  }
  if (!good) throw Wrong(node.Mark(), "'garden_next_hop' wants an Ethernet address such as 02:00:00:00:00:01");
  return octets;
}

std::vector<std::filesystem::path> files(const YAML::Node& list, const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> found;
  if (!list.IsSequence()) throw Wrong(list.Mark(), "'feeds' wants a list of files: [drop.txt, feodo.csv]");
  for (const YAML::Node& item : list) {
    if (!item.IsScalar() || item.Scalar().empty()) throw Wrong(item.Mark(), "'feeds' wants the name of a file here");
    found.push_back(directory / item.Scalar());
  }
  return found;
}

ReporterTrust reporters(const YAML::Node& map) {
  ReporterTrust trust;
  if (!map.IsMap())
    throw Wrong(map.Mark(), "'reporters' wants domains with how often they are right: {example.org: 0.9}");
  for (const auto& entry : map) {
    double precision = 0;
    const std::string& text = entry.second.Scalar();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), precision);
    if (error != std::errc{} || end != text.data() + text.size() || !(precision > 0.5 && precision < 1))
      throw Wrong(entry.second.Mark(),
                  fmt::format("'{}' wants a share above 0.5 and below 1, not '{}'", entry.first.Scalar(), text));
    trust.precision[lower_case(entry.first.Scalar())] = precision;
  }
  return trust;
}

Prefix ipv4_prefix(const YAML::Node& node, const std::string& key) {
  const auto prefix = node.IsScalar() ? parse_prefix(node.Scalar()) : std::nullopt;
  if (!prefix || !prefix->address.is_v4())
    throw Wrong(node.Mark(), fmt::format("'{}' wants an IPv4 prefix such as 100.64.0.0/22", key));
  return *prefix;
}

std::vector<DeterministicNat> nats(const YAML::Node& list) {
  constexpr const char* kForm = "[{inside: 100.64.0.0/22, outside: 203.0.113.0/28, first_port: 1024, ports: 1008}]";
  if (!list.IsSequence()) throw Wrong(list.Mark(), fmt::format("'nat' wants a list: {}", kForm));
  std::vector<DeterministicNat> found;
  LeaseHistory taken({.leases = 1, .ended = 1}, Seed{});
  for (const YAML::Node& item : list) {
    if (!item.IsMap() || !item["inside"] || !item["outside"])
      throw Wrong(item.Mark(), fmt::format("'nat' wants inside and outside of each: {}", kForm));
    DeterministicNat nat;
    for (const auto& entry : item) {
      const std::string key = entry.first.Scalar();
      if (key == "inside") {
        nat.inside = ipv4_prefix(entry.second, key);
      } else if (key == "outside") {
        nat.outside = ipv4_prefix(entry.second, key);
      } else if (key == "first_port") {
        nat.first_port = static_cast<std::uint16_t>(number(entry.second, key, 1, 65535));
      } else if (key == "ports") {
        nat.ports = static_cast<std::uint16_t>(number(entry.second, key, 1, 65535));
      } else {
        throw Wrong(entry.first.Mark(), fmt::format("unknown key '{}'; {}", key, kForm));
      }
    }
    if (!taken.add(nat))
      throw Wrong(item.Mark(),
                  fmt::format("the inside addresses do not fit the blocks of the outside ones, the outside "
                              "overlaps another's, or there are more than {}",
                              LeaseHistory::kNats));
    found.push_back(nat);
  }
  return found;
}

Settings read(const std::filesystem::path& file) {
  const YAML::Node root = YAML::LoadFile(file.string());
  if (!root.IsMap()) throw Wrong(root.Mark(), "'key: value' lines are wanted; docs/daemon.md shows an example");
  Settings s;
  std::set<std::string> seen;
  for (const auto& entry : root) {
    const std::string key = entry.first.Scalar();
    const YAML::Node& value = entry.second;
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
      const auto near = nearest(key, kKeys);
      throw Wrong(entry.first.Mark(),
                  fmt::format("unknown key '{}'; {}", key,
                              near ? "did you mean '" + *near + "'?" : "there are " + join_words(kKeys)));
    }
    if (!seen.insert(key).second) throw Wrong(entry.first.Mark(), "'" + key + "' stands here a second time; keep one");
    if (key == "reporters") {
      s.reporters = reporters(value);
      continue;
    }
    if (key == "nat") {
      s.nats = nats(value);
      continue;
    }
    if (key == "feeds") {
      s.feeds = files(value, file.parent_path());
      continue;
    }
    if (!value.IsScalar() || value.Scalar().empty()) throw Wrong(value.Mark(), "'" + key + "' wants one value");
    const auto beside = [&] { return file.parent_path() / value.Scalar(); };
    if (key == "access") s.access = value.Scalar();
    if (key == "core") s.core = value.Scalar();
    if (key == "garden") s.garden = value.Scalar();
    if (key == "leases") s.leases = beside();
    if (key == "state") s.state = beside();
    if (key == "portal") s.portal_socket = beside();
    if (key == "operator") s.operator_socket = beside();
    if (key == "operator_group") s.operator_group = value.Scalar();
    if (key == "garden_next_hop") s.next_hop = mac(value);
    if (key == "accounts") s.limits.accounts = static_cast<std::uint32_t>(number(value, key, 1, 4'000'000));
    if (key == "bindings") s.limits.bindings = static_cast<std::uint32_t>(number(value, key, 1, 8'000'000));
    if (key == "log_mib") s.log_mib = number(value, key, 1, 65536);
    if (key == "observe") {
      if (value.Scalar() != "true" && value.Scalar() != "false")
        throw Wrong(value.Mark(), "'observe' wants true or false");
      s.observes = value.Scalar() == "true";
    }
    if (key == "policy") {
      s.policy_file = beside();
      auto policy = load_policy(s.policy_file);
      if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&policy))
        throw Wrong(value.Mark(), errors->front().text());
      s.policy = std::get<Policy>(policy);
    }
  }
  for (const char* key : {"access", "core", "state", "portal", "operator"})
    if (seen.count(key) == 0)
      throw Wrong(root.Mark(), fmt::format("'{}' is missing; docs/daemon.md shows an example", key));
  if (s.garden.empty() && !s.observes)
    throw Wrong(root.Mark(), "'garden' is missing; only with 'observe: true' there need be none");
  return s;
}

}  // namespace

std::variant<Settings, Problem> load_settings(const std::filesystem::path& file) {
  try {
    return read(file);
  } catch (const Wrong& wrong) {
    return Problem{file.string() + ":" + wrong.what()};
  } catch (const YAML::BadFile&) {
    return Problem{file.string() + ": cannot be read"};
  } catch (const YAML::Exception& error) {
    return Problem{fmt::format("{}:{}: not valid YAML: {}", file.string(), error.mark.line + 1, error.msg)};
  }
}

}  // namespace lazaret::daemon
