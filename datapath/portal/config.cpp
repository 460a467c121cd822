#include "datapath/portal/config.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "datapath/portal/texts.hpp"
#include "scenarios/feed_words.hpp"

namespace lazaret::portal {
namespace {

/// What load_config() throws to itself; never leaves this file.
struct Wrong : std::runtime_error {
  Wrong(const YAML::Mark& at, const std::string& what)
      : std::runtime_error(std::to_string(at.line + 1) + ": " + what) {}
};

std::string text(const YAML::Node& node, const std::string& key) {
  if (!node.IsScalar()) throw Wrong(node.Mark(), "'" + key + "' wants a text");
  return node.Scalar();
}

std::string lower(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

bool is_host_name(const std::string& name) {
  return !name.empty() && name.size() <= 253 && name.front() != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
}

/// "192.0.2.1:80" or "[2001:db8::1]:80".
Endpoint endpoint(const YAML::Node& node) {
  Endpoint e;
  const std::string written = text(node, "listen");
  const std::size_t colon = written.rfind(':');
  const std::string port = colon == std::string::npos ? "" : written.substr(colon + 1);
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos ||
      std::stoul(port) > 65535)
    throw Wrong(node.Mark(), "'" + written + "' wants a port: 192.0.2.1:80 or [2001:db8::1]:80");
  e.port = static_cast<std::uint16_t>(std::stoul(port));
  e.address = written.substr(0, colon);
  if (e.address.starts_with('[') && e.address.ends_with(']')) e.address = e.address.substr(1, e.address.size() - 2);
  return e;
}

void endpoints(const YAML::Node& list, bool transparent, Config& config) {
  if (!list.IsSequence()) throw Wrong(list.Mark(), "a list of addresses with ports is wanted");
  for (const auto& item : list) {
    config.listen.push_back(endpoint(item));
    config.listen.back().transparent = transparent;
  }
}

void help_links(const YAML::Node& list, Config& config) {
  if (!list.IsSequence()) throw Wrong(list.Mark(), "'links' wants a list of entries with 'title' and 'url'");
  for (const auto& item : list) {
    if (!item.IsMap() || item.size() != 2 || !item["title"] || !item["url"])
      throw Wrong(item.Mark(), "a link has a 'title' and a 'url' and nothing else");
    HelpLink link{text(item["title"], "title"), text(item["url"], "url")};
    if (host_of(link.url).empty()) throw Wrong(item.Mark(), "'" + link.url + "' is no URL of http or https");
    config.links.push_back(std::move(link));
  }
}

void set(const YAML::Node& key, const YAML::Node& value, Config& c) {
  const std::string name = text(key, "key");
  if (name == "listen") return endpoints(value, false, c);
  if (name == "listen_transparent") return endpoints(value, true, c);
  if (name == "links") return help_links(value, c);
  const std::string written = text(value, name);
  if (name == "host") {
    c.host = lower(written);
    if (!is_host_name(c.host)) throw Wrong(value.Mark(), "'" + written + "' is no host name");
  } else if (name == "url") {
    c.url = written;
    if (host_of(c.url).empty() || !c.url.ends_with('/'))
      throw Wrong(value.Mark(), "'url' wants http://... or https://... with a '/' at its end");
  } else if (name == "language") {
    c.language = written;
    const auto all = languages();
    if (std::none_of(all.begin(), all.end(), [&](const Language& l) { return l.code() == written; }))
      throw Wrong(value.Mark(), "'language' is en, de or fr");
  } else if (name == "isp" || name == "phone" || name == "mail" || name == "hours" || name == "user") {
    (name == "isp"     ? c.isp
     : name == "phone" ? c.phone
     : name == "mail"  ? c.mail
     : name == "hours" ? c.hours
                       : c.user) = written;
  } else if (name == "control") {
    c.control = written;
  } else {
    throw Wrong(key.Mark(), "unknown key '" + name +
                                "'; there are host, url, isp, phone, mail, hours, language, control, listen, "
                                "listen_transparent, user, links");
  }
}

Config read(const std::string& octets) {
  const YAML::Node root = YAML::Load(octets);
  if (!root.IsMap()) throw Wrong(root.Mark(), "keys and values are wanted; docs/portal.md shows an example");
  Config config;
  for (const auto& entry : root) set(entry.first, entry.second, config);
  const auto need = [&](bool there, const char* key) {
    if (!there) throw Wrong(root.Mark(), std::string("'") + key + "' is missing; docs/portal.md shows an example");
  };
  need(!config.host.empty(), "host");
  need(!config.isp.empty(), "isp");
  need(!config.phone.empty(), "phone");
  need(!config.control.empty(), "control");
  need(!config.listen.empty(), "listen");
  if (config.url.empty()) config.url = "http://" + config.host + "/";
  if (host_of(config.url) != config.host) throw Wrong(root.Mark(), "'url' leads to another host than 'host'");
  return config;
}

}  // namespace

std::string host_of(const std::string& url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return {};
  const auto authority = host_of_url(url);
  if (!authority || url.find_first_of(" \t\r\n\"<>") != std::string::npos) return {};
  const std::string host = lower(std::string(authority->substr(0, authority->find(':'))));
  return is_host_name(host) ? host : std::string();
}

std::variant<Config, std::string> load_config(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream octets;
  octets << in.rdbuf();
  if (!in) return file.string() + ": cannot be read";
  try {
    return read(octets.str());
  } catch (const Wrong& wrong) {
    return file.string() + ":" + wrong.what();
  } catch (const YAML::Exception& error) {
    return file.string() + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg;
  }
}

}  // namespace lazaret::portal
