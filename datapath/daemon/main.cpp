// lazaretd CONFIG [--check]: the datapath as a daemon. docs/daemon.md.
#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "datapath/daemon/lease_change.hpp"
#include "datapath/daemon/live.hpp"
#include "datapath/daemon/operator.hpp"
#include "datapath/daemon/ports.hpp"
#include "datapath/portal/control_server.hpp"

namespace {

using namespace lazaret;
using namespace lazaret::daemon;

constexpr int kBadInput = 2, kFailedInside = 3;
volatile std::sig_atomic_t stopping = 0;

int fail(const std::string& what, int code) {
  std::cerr << "lazaretd: " << what << "\n";
  return code;
}

/// Nothing: done, or nobody to share with.
std::string share_with_group(const std::filesystem::path& socket, const std::string& group) {
  if (group.empty()) return {};
  const ::group* who = getgrnam(group.c_str());
  if (who == nullptr) return "there is no group '" + group + "' ('operator_group')";
  if (chown(socket.c_str(), static_cast<uid_t>(-1), who->gr_gid) != 0 || chmod(socket.c_str(), 0660) != 0)
    return socket.string() + ": cannot be given to the group '" + group + "'";
  return {};
}

int serve(const Settings& settings) {
  std::error_code error;
  std::filesystem::create_directories(settings.state, error);
  const int lock = open((settings.state / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0)
    return fail(settings.state.string() + ": cannot be written, or another daemon works there", kBadInput);
  auto state = std::make_unique<daemon::State>(settings.policy, settings.limits, !settings.reporters.precision.empty());
  for (const DeterministicNat& nat : settings.nats)
    if (state->history) (void)state->history->add(nat);  // the settings have tried it
  if (auto problem = state->recover(settings.state)) return fail(problem->message, kBadInput);
  auto leases = daemon::lease_change(settings, state->steering);
  if (auto* problem = std::get_if<Problem>(&leases)) return fail(problem->message, kBadInput);
  const std::chrono::nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
  for (Command& c : std::get<0>(leases).commands) {
    c.at = std::max(state->last, Timestamp{now.count()});
    state->obey(c);
  }
  if (state->policy_changed) std::cerr << "lazaretd: the policy is another than before; states and evidence stay\n";
  if (auto problem = state->keep(settings.state, state->engine->snapshot()))
    return fail(problem->message, kFailedInside);
  if (auto problem = start_eal()) return fail(problem->message, kFailedInside);
  auto wiring = open_ports(settings);
  if (auto* problem = std::get_if<Problem>(&wiring)) return fail(problem->message, kBadInput);
  auto link = ControlLink::create("lazaretd", {});
  if (auto* problem = std::get_if<Problem>(&link)) return fail(problem->message, kFailedInside);
  Live live(settings, std::move(state), std::move(std::get<ControlLink>(link)), std::get<Wiring>(wiring));
  if (auto done = live.reload(); std::holds_alternative<Problem>(done))
    return fail(std::get<Problem>(done).message, kBadInput);
  portal::ControlServer for_portal(settings.portal_socket,
                                   [&](const portal::Ask& ask) { return live.desk().answer(ask); });
  portal::ControlServer for_operator(
      settings.operator_socket,
      [&](std::string_view line) { return answer_operator(live, line, for_portal.dropped() + for_operator.dropped()); },
      0600);
  for (const auto* server : {&for_portal, &for_operator})
    if (!server->problem().empty()) return fail(server->problem(), kBadInput);
  if (const auto wrong = share_with_group(settings.operator_socket, settings.operator_group); !wrong.empty())
    return fail(wrong, kBadInput);
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { stopping = 1; });
  std::cerr << "lazaretd: at work\n";
  bool said = false;
  while (stopping == 0) {
    live.turn();
    for_portal.serve(1);
    for_operator.serve(1);
    if (live.problem() && !said) fail(live.problem()->message + "; no decision is taken any more", 0);
    said = live.problem().has_value();
  }
  if (auto problem = live.snapshot()) return fail(problem->message, kFailedInside);
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::string first = count > 1 ? values[1] : "", second = count > 2 ? values[2] : "";
  if (first.empty() || first == "--help" || count > 3 || (count == 3 && second != "--check")) {
    (first == "--help" ? std::cout : std::cerr)
        << "usage: lazaretd CONFIG [--check]\n\n"
           "Polices the packets between the access port and the core port. --check reads the configuration only.\n\n"
           "  lazaretd /etc/lazaret/lazaretd.yaml\n"
           "  lazaret ctl --socket /run/lazaret/operator.sock status\n\n"
           "Exit codes: 0 stopped by a signal, or nothing wrong; 2 bad configuration or usage; 3 failed inside\n";
    return first == "--help" ? 0 : kBadInput;
  }
  const auto loaded = load_settings(first);
  if (const auto* problem = std::get_if<Problem>(&loaded)) return fail(problem->message, kBadInput);
  return second == "--check" ? 0 : serve(std::get<Settings>(loaded));
}
