// The portal before a real core, for looking at it in a browser: `portal_show STATE PORT`. 127.0.0.1 is the infected line.
// STATE: quarantined, out_of_later, remediating, call, deferred, probation, clear, stranger, down.
#include <ctime>
#include <iostream>

#include "datapath/portal/garden_server.hpp"
#include "datapath/portal/portal.hpp"
#include "tests/portal/daemon.hpp"
#include "tests/portal/visitor.hpp"

namespace {

using namespace lazaret;
using namespace lazaret::portal;

constexpr AccountId kIll{2};

void bring_to(const std::string& state, Daemon& daemon) {
  if (state == "stranger") return;
  if (state == "clear") return daemon.bind(kIll, "127.0.0.1");
  daemon.infect(kIll, "127.0.0.1");
  const auto choose = [&](Choice choice) {
    const IpAddress here = frames::address("127.0.0.1");
    (void)daemon.answer(AskChoice{here, choice, std::get<Line>(daemon.answer(AskLine{here})).standing});
    daemon.wait(2);
  };
  if (state == "call" || state == "out_of_later")
    for (int n = 0; n < 7; ++n) {
      daemon.command(CommandKind::operator_release, kIll);
      daemon.infect(kIll, "127.0.0.1");
    }
  if (state == "remediating" || state == "call") choose(Choice::now);
  if (state == "deferred") choose(Choice::later);
  if (state == "probation") choose(Choice::already);
}

}  // namespace

int main(int count, char** values) {
  if (count != 3) {
    std::cerr << "usage: portal_show STATE PORT\n";
    return 2;
  }
  Policy policy;
  policy.services_remediation_names.add("scanner.example");
  Daemon daemon(policy);
  const std::string state = values[1];
  bring_to(state, daemon);
  Config config = test_config();
  config.host = "127.0.0.1";
  config.url = std::string("http://127.0.0.1:") + values[2] + "/";
  config.isp = "Example Internet";
  config.phone = "0800 000 0000";
  config.hours = "Mon–Sat 8–20";
  Portal portal(
      config, [&](const Ask& a) { return state == "down" ? std::nullopt : std::optional<Answer>(daemon.answer(a)); },
      [] { return std::time(nullptr); }, *TokenMaker::random_key());
  GardenServer server([&](const Request& r) { return portal.answer(r); }, ServerLimits{});
  const auto port = server.listen({"127.0.0.1", static_cast<std::uint16_t>(std::stoul(values[2])), false});
  if (const auto* problem = std::get_if<std::string>(&port)) {
    std::cerr << *problem << "\n";
    return 2;
  }
  server.run();
}
