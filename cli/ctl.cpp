// lazaret ctl WORDS: the operator's shell to a running lazaretd. docs/daemon.md.
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/arguments.hpp"
#include "scenarios/abuse_report.hpp"

namespace {

using namespace lazaret;

constexpr int kPatienceS = 30;  ///< a snapshot of a million accounts takes seconds

struct Trouble {
  std::string message;
  int exit_code = kFailedInside;
};

/// One line to the socket and one back.
std::variant<std::string, Trouble> talk(const std::filesystem::path& path, const std::string& line) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof address.sun_path) return Trouble{path.string() + ": too long for a socket's name"};
  std::memcpy(address.sun_path, path.c_str(), path.string().size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto fail = [&](const char* what) {
    const int why = errno;
    if (socket >= 0) close(socket);
    return Trouble{fmt::format("{}: {}: {}", path.string(), what, std::strerror(why))};
  };
  if (socket < 0) return fail("no socket can be made");
  const timeval patience = {kPatienceS, 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    Trouble nobody = fail(
        "no daemon answers there; is lazaretd at work, is this its operator's socket (--socket), and may you use it");
    nobody.exit_code = kBadInput;
    return nobody;
  }
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t n = send(socket, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (n < 0) return fail("the daemon takes no question");
    sent += static_cast<std::size_t>(n);
  }
  std::string answer;
  while (answer.empty() || answer.back() != '\n') {
    char block[4096];
    const ssize_t n = recv(socket, block, sizeof block, 0);
    if (n < 0) return fail("the daemon does not answer; what was asked may have been done");
    if (n == 0) {
      close(socket);
      return Trouble{path.string() + ": the daemon hung up; what was asked may have been done"};
    }
    answer.append(block, static_cast<std::size_t>(n));
  }
  close(socket);
  return answer;
}

void print(const nlohmann::ordered_json& answer) {
  std::size_t width = 0;
  for (const auto& [key, value] : answer.items()) width = std::max(width, key.size());
  for (const auto& [key, value] : answer.items()) {
    if (key == "v") continue;
    std::cout << fmt::format("{:<{}}  {}\n", key, width,
                             value.is_string() ? value.get<std::string>()
                             : value.is_null() ? "-"
                                               : value.dump());
  }
}

/// "report FILE" as the daemon takes it: mails are taken apart here, not beside the packets.
std::optional<std::string> read_report(std::vector<std::string>& words, const std::string& mail_server) {
  if (words.size() != 2 || words[0] != "report") return std::nullopt;
  const auto read = load_abuse_report(words[1], mail_server);
  if (const auto* problem = std::get_if<Problem>(&read)) return problem->message;
  const auto& r = std::get<AbuseReport>(read);
  words = {"report",
           to_text(r.source),
           std::to_string(r.source_port.value_or(0)),
           std::to_string(r.at.ns),
           r.reporter_domain,
           r.authenticated ? "confirmed" : "unconfirmed"};
  return std::nullopt;
}

int ask(const std::filesystem::path& socket, std::vector<std::string> words, const std::string& mail_server,
        bool json) {
  if (const auto wrong = read_report(words, mail_server)) {
    std::cerr << "lazaret ctl: " << *wrong << '\n';
    return kBadInput;
  }
  const auto said = talk(socket, nlohmann::json{{"v", 1}, {"words", words}}.dump() + "\n");
  if (const auto* trouble = std::get_if<Trouble>(&said)) {
    std::cerr << "lazaret ctl: " << trouble->message << '\n';
    return trouble->exit_code;
  }
  const auto answer = nlohmann::ordered_json::parse(std::get<std::string>(said), nullptr, false);
  if (!answer.is_object()) {
    std::cerr << "lazaret ctl: " << socket.string() << ": what answers there is no lazaretd\n";
    return kFailedInside;
  }
  if (json) std::cout << answer.dump(2) << '\n';
  if (const auto error = answer.find("error"); error != answer.end()) {
    std::cerr << "lazaret ctl: " << error->get<std::string>() << '\n';
    return kBadInput;
  }
  if (!json) print(answer);
  return kDone;
}

constexpr const char* kFooter =
    "Words:\n"
    "  status                     packets, fuse, kill switch, log\n"
    "  accounts [AFTER]           those that are not clear, a hundred at a time, by number\n"
    "  account N                  how one account stands\n"
    "  events N                   what was seen of it, in words\n"
    "  release N REASON           other, cleaned, false_alarm, appeal_upheld or hardship\n"
    "  quarantine N               without a proposal\n"
    "  classify N CLASS           ordinary, business, vulnerable or exempt\n"
    "  bind PREFIX N [LINE]       a lease begins, on the access line S-VLAN.C-VLAN\n"
    "  unbind PREFIX              a lease ends\n"
    "  reset-fuse                 new quarantines are let through again\n"
    "  stop-enforcement           the kill switch: nothing is closed to anybody\n"
    "  resume-enforcement         and back\n"
    "  report FILE                a mail about abuse (ARF, X-ARF); --mail-server NAME is who confirms its sender\n"
    "  reload                     reads feeds and leases again\n"
    "  snapshot                   state to disk, a new log\n\n"
    "Examples:\n"
    "  lazaret ctl status\n"
    "  lazaret ctl release 17 false_alarm\n"
    "  lazaret ctl --socket ./operator.sock account 17 --json\n\n"
    "What was decided is on stable storage when this returns 0.\n"
    "Exit codes: 0 done; 2 no daemon answers there, or it refuses these words and says why; 3 failed inside";

}  // namespace

int main(int count, char** values) {
  Arguments arguments("lazaret ctl", "The operator's shell to a running lazaretd.", kFooter);
  std::filesystem::path socket = "/run/lazaret/operator.sock";
  std::vector<std::string> words;
  std::string mail_server;
  bool json = false;
  arguments.option("words", &words, "what to ask or to do, see below").required();
  arguments.option("--socket", &socket, "the daemon's operator's socket").with_default_in_help();
  arguments.flag("--json", &json, "one JSON document on standard output");
  arguments.option("--mail-server", &mail_server,
                   "of report: the name under which your mail server writes Authentication-Results");
  return arguments.run(count, values, [&] { return ask(socket, words, mail_server, json); });
}
