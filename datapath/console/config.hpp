// The console's configuration file; docs/console.md shows one.
// Ownership: values. Threads: constant once loaded.
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "datapath/console/access.hpp"
#include "datapath/portal/garden_server.hpp"

namespace lazaret::console {

struct Config {
  std::string host;  ///< the name under which browsers come, lower case
  std::string isp;
  std::vector<portal::Endpoint> listen;
  std::filesystem::path certificate, key;
  bool plain = false;  ///< HTTP without TLS: `listen` is the loopback's only
  std::filesystem::path daemon;
  std::filesystem::path audit;
  std::string user;  ///< whom to become once the ports are bound; empty: stay
  std::vector<Person> people;
};

/// Or what is wrong: file, line, remedy.
[[nodiscard]] std::variant<Config, std::string> load_config(const std::filesystem::path&);

}  // namespace lazaret::console
