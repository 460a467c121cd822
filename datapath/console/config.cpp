#include "datapath/console/config.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace lazaret::console {
namespace {

/// What load_config() throws to itself; never leaves this file.
struct Wrong : std::runtime_error {
  Wrong(const YAML::Mark& at, const std::string& what)
      : std::runtime_error(std::to_string(at.line + 1) + ": " + what) {}
};

std::string text(const YAML::Node& node, const std::string& key) {
  if (!node.IsScalar() || node.Scalar().empty()) throw Wrong(node.Mark(), "'" + key + "' wants a text");
  return node.Scalar();
}

/// "192.0.2.1:8443" or "[2001:db8::1]:8443".
portal::Endpoint endpoint(const YAML::Node& node) {
  const std::string written = text(node, "listen");
  const std::size_t colon = written.rfind(':');
  const std::string port = colon == std::string::npos ? "" : written.substr(colon + 1);
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos ||
      std::stoul(port) > 65535)
    throw Wrong(node.Mark(), "'" + written + "' wants a port: 192.0.2.1:8443 or [2001:db8::1]:8443");
  portal::Endpoint e{written.substr(0, colon), static_cast<std::uint16_t>(std::stoul(port)), false};
  if (e.address.starts_with('[') && e.address.ends_with(']')) e.address = e.address.substr(1, e.address.size() - 2);
  return e;
}

Person person(const YAML::Node& node) {
  if (!node.IsMap() || node.size() != 3 || !node["name"] || !node["role"] || !node["sha256"])
    throw Wrong(node.Mark(),
                "a token has 'name', 'role' and 'sha256'; `lazaret-console --new-token NAME ROLE` makes one");
  const auto role = find_role(text(node["role"], "role"));
  if (!role) throw Wrong(node["role"].Mark(), "'role' is metrics, viewer, helpdesk or operator");
  const auto digest = from_hex(text(node["sha256"], "sha256"));
  if (!digest) throw Wrong(node["sha256"].Mark(), "'sha256' wants 64 digits of lower-case hex, not the token itself");
  return {text(node["name"], "name"), *role, *digest};
}

std::vector<Person> people(const YAML::Node& list) {
  if (!list.IsSequence()) throw Wrong(list.Mark(), "'tokens' wants a list");
  std::vector<Person> all;
  for (const auto& item : list) {
    all.push_back(person(item));
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
      if (all[i].name == all.back().name || all[i].digest == all.back().digest)
        throw Wrong(item.Mark(), "this name or token stands there twice: the audit trail could not tell who it was");
  }
  return all;
}

bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

Config read(const std::filesystem::path& file) {
  const YAML::Node root = YAML::LoadFile(file.string());
  if (!root.IsMap()) throw Wrong(root.Mark(), "keys and values are wanted; docs/console.md shows an example");
  Config c;
  std::set<std::string> seen;
  for (const auto& entry : root) {
    const std::string key = text(entry.first, "key");
    const YAML::Node& value = entry.second;
    if (!seen.insert(key).second) throw Wrong(entry.first.Mark(), "'" + key + "' stands here a second time; keep one");
    const auto beside = [&] { return file.parent_path() / text(value, key); };
    if (key == "host") {
      c.host = text(value, key);
      std::transform(c.host.begin(), c.host.end(), c.host.begin(), [](unsigned char l) { return std::tolower(l); });
    } else if (key == "listen") {
      if (!value.IsSequence()) throw Wrong(value.Mark(), "'listen' wants a list of addresses with ports");
      for (const auto& item : value) c.listen.push_back(endpoint(item));
    } else if (key == "plain_on_loopback") {
      if (text(value, key) != "true" && text(value, key) != "false")
        throw Wrong(value.Mark(), "'plain_on_loopback' wants true or false");
      c.plain = value.Scalar() == "true";
    } else if (key == "tokens") {
      c.people = people(value);
    } else if (key == "isp") {
      c.isp = text(value, key);
    } else if (key == "user") {
      c.user = text(value, key);
    } else if (key == "certificate") {
      c.certificate = beside();
    } else if (key == "key") {
      c.key = beside();
    } else if (key == "operator") {
      c.daemon = beside();
    } else if (key == "audit") {
      c.audit = beside();
    } else {
      throw Wrong(entry.first.Mark(), "unknown key '" + key +
                                          "'; there are host, isp, listen, certificate, key, plain_on_loopback, "
                                          "operator, audit, user, tokens");
    }
  }
  for (const char* key : {"host", "isp", "listen", "operator", "audit", "tokens"})
    if (seen.count(key) == 0)
      throw Wrong(root.Mark(), std::string("'") + key + "' is missing; docs/console.md shows an example");
  if (c.plain) {
    if (!c.certificate.empty() || !c.key.empty())
      throw Wrong(root.Mark(), "'plain_on_loopback' and a certificate: which of them?");
    for (const auto& e : c.listen)
      if (!is_loopback(e.address))
        throw Wrong(root.Mark(), e.address + " is not the loopback, and without TLS tokens could be read on the way");
  } else if (c.certificate.empty() || c.key.empty()) {
    throw Wrong(root.Mark(), "'certificate' and 'key' are wanted for TLS (or 'plain_on_loopback: true')");
  }
  return c;
}

}  // namespace

std::variant<Config, std::string> load_config(const std::filesystem::path& file) {
  try {
    return read(file);
  } catch (const Wrong& wrong) {
    return file.string() + ":" + wrong.what();
  } catch (const YAML::BadFile&) {
    return file.string() + ": cannot be read";
  } catch (const YAML::Exception& error) {
    return file.string() + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg;
  }
}

}  // namespace lazaret::console
