// The portal's configuration file: who the ISP is, where to listen, whom to ask, which help to show.
// Ownership: values. Threads: constant once loaded.
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "datapath/portal/garden_server.hpp"

namespace lazaret::portal {

/// Help on another host; shown when the control side says that the garden lets its host through.
struct HelpLink {
  std::string title, url;
};

struct Config {
  std::string host;  ///< the portal's own name, lower case
  std::string url;   ///< where people reach it: "http://HOST/", or https where a terminator stands in front
  std::string isp, phone, mail, hours;  ///< mail and hours may be empty
  std::string language = "en";          ///< for whoever asks for none that there is
  std::filesystem::path control;        ///< the daemon's socket
  std::vector<Endpoint> listen;
  std::string user;  ///< whom to become once the ports are bound; empty: stay
  std::vector<HelpLink> links;
};

/// Or what is wrong: file, line, remedy.
[[nodiscard]] std::variant<Config, std::string> load_config(const std::filesystem::path&);
/// The host of "http(s)://host[:port]/..."; empty for what is no such URL.
[[nodiscard]] std::string host_of(const std::string& url);

}  // namespace lazaret::portal
