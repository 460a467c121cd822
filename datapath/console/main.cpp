// lazaret-console CONFIG [--check]: the operator's console, as a process of its own. docs/console.md.
#include <csignal>
#include <ctime>
#include <iostream>
#include <string>

#include "datapath/console/console.hpp"
#include "datapath/portal/control_client.hpp"
#include "datapath/portal/garden_server.hpp"
#include "datapath/portal/rights.hpp"

namespace {

using namespace lazaret::console;
namespace portal = lazaret::portal;

constexpr int kBadInput = 2, kFailedInside = 3;
constexpr int kPatienceMs = 3000;  ///< a decision is on stable storage when the daemon answers
portal::GardenServer* running = nullptr;

int fail(const std::string& what, int code) {
  std::cerr << "lazaret-console: " << what << "\n";
  return code;
}

int make_token(const std::string& name, const std::string& role) {
  if (!find_role(role)) return fail("'" + role + "' is none of metrics, viewer, helpdesk, operator", kBadInput);
  const auto token = new_token();
  if (!token) return fail("the system has no randomness", kFailedInside);
  std::cerr << "The token, for " << name << " alone; it is kept nowhere:\n";
  std::cout << *token << std::endl;
  std::cerr << "The line for the configuration's 'tokens':\n";
  std::cout << "  - {name: " << name << ", role: " << role << ", sha256: " << in_hex(digest_of(*token)) << "}\n";
  return 0;
}

int serve(const Config& config) {
  portal::TlsKeys keys;
  if (!config.plain)
    if (const std::string wrong = keys.load(config.certificate, config.key); !wrong.empty())
      return fail(wrong, kBadInput);
  portal::ControlClient daemon(config.daemon);
  Console console(
      config, [&](const std::string& line) { return daemon.once(line, kPatienceMs); },
      [] { return std::time(nullptr); });
  portal::GardenServer server([&](const Request& r) { return console.answer(r); }, portal::ServerLimits{},
                              console_reads(), config.plain ? nullptr : &keys);
  for (const portal::Endpoint& endpoint : config.listen) {
    const auto port = server.listen(endpoint);
    if (const auto* wrong = std::get_if<std::string>(&port)) return fail(*wrong, kBadInput);
    std::cerr << "lazaret-console: listens on " << endpoint.address << " port " << std::get<std::uint16_t>(port)
              << (config.plain ? " WITHOUT TLS: whoever can read this machine's loopback can read tokens" : "") << "\n";
  }
  running = &server;
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { running->stop(); });
  if (const std::string wrong = portal::give_up_rights(config.user); !wrong.empty()) return fail(wrong, kBadInput);
  if (const auto wrong = console.audit().problem()) return fail(*wrong, kBadInput);
  server.run();
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> words(values + 1, values + count);
  const std::string first = words.empty() ? "" : words[0];
  if (words.size() == 3 && first == "--new-token") return make_token(words[1], words[2]);
  if (first.empty() || first.starts_with("--") || words.size() > 2 || (words.size() == 2 && words[1] != "--check")) {
    (first == "--help" ? std::cout : std::cerr)
        << "usage: lazaret-console CONFIG [--check]\n"
           "       lazaret-console --new-token NAME ROLE\n\n"
           "Pages, API and metrics for those who run lazaretd. --check reads the configuration and says what is "
           "wrong;\n"
           "--new-token makes a token, and the line that lets its holder in.\n\n"
           "Roles: metrics, viewer, helpdesk, operator; each may do what those before it may\n"
           "Exit codes: 0 stopped by a signal, or nothing wrong; 2 bad configuration or usage; 3 failed inside\n";
    return first == "--help" ? 0 : kBadInput;
  }
  const auto loaded = load_config(first);
  if (const auto* wrong = std::get_if<std::string>(&loaded)) return fail(*wrong, kBadInput);
  return words.size() == 2 ? 0 : serve(std::get<Config>(loaded));
}
