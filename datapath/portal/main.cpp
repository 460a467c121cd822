// lazaret-portal CONFIG [--check]: the walled garden's portal, as a process of its own. docs/portal.md.
#include <csignal>
#include <ctime>
#include <iostream>
#include <string>

#include "datapath/portal/portal.hpp"
#include "datapath/portal/rights.hpp"

namespace {

using namespace lazaret::portal;

GardenServer* running = nullptr;

int fail(const std::string& what, int code) {
  std::cerr << "lazaret-portal: " << what << "\n";
  return code;
}

constexpr int kBadInput = 2, kFailedInside = 3;

int serve(const Config& config) {
  const auto key = TokenMaker::random_key();
  if (!key) return fail("the system has no randomness", kFailedInside);
  ControlClient control(config.control);
  Portal portal(
      config, [&](const Ask& ask) { return control.ask(ask); }, [] { return std::time(nullptr); }, *key);
  GardenServer server([&](const Request& r) { return portal.answer(r); }, ServerLimits{});
  for (const Endpoint& endpoint : config.listen) {
    const auto port = server.listen(endpoint);
    if (const auto* problem = std::get_if<std::string>(&port)) return fail(*problem, kBadInput);
    std::cerr << "lazaret-portal: listens on " << endpoint.address << " port " << std::get<std::uint16_t>(port) << "\n";
  }
  running = &server;
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { running->stop(); });
  tzset();  // reads the zone's file while that is still allowed
  if (const std::string problem = give_up_rights(config.user); !problem.empty()) return fail(problem, kBadInput);
  server.run();
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::string first = count > 1 ? values[1] : "", second = count > 2 ? values[2] : "";
  if (first.empty() || first == "--help" || count > 3 || (count == 3 && second != "--check")) {
    (first == "--help" ? std::cout : std::cerr)
        << "usage: lazaret-portal CONFIG [--check]\n\n"
           "Serves the page that a restricted line meets. --check reads the configuration and says what is wrong.\n\n"
           "Exit codes: 0 stopped by a signal, or nothing wrong; 2 bad configuration or usage; 3 failed inside\n";
    return first == "--help" ? 0 : kBadInput;
  }
  const auto loaded = load_config(first);
  if (const auto* problem = std::get_if<std::string>(&loaded)) return fail(*problem, kBadInput);
  return second == "--check" ? 0 : serve(std::get<Config>(loaded));
}
