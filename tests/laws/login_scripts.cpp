// Logins of a stream: refused and welcomed in plain words, and encrypted ones, of which only the length shows.
#include <algorithm>
#include <string>

#include "tests/laws/scripts.hpp"

namespace lazaret::laws {

void Scripts::login_burst(const Subject& s, unsigned sessions) {
  for (unsigned i = 0; i < sessions; ++i) {
    login(s);
    now = after(now, 1200);
  }
}

void Scripts::login(const Subject& s) {
  const std::uint16_t ports[] = {21, 21, 23, 2323, 22, 22, 3389};
  const std::uint16_t port = dice_.pick(ports);
  std::optional<Wire> wire = open(s, host_like(own(s)), port, 10);
  if (!wire) return;
  if (port == 21)
    ftp_dialogue(s, *wire);
  else if (port == 23 || port == 2323)
    telnet_dialogue(s, *wire);
  else
    opaque_dialogue(s, *wire);
}

void Scripts::ftp_dialogue(const Subject& s, Wire& w) {
  const std::string_view verdicts[] = {"530 Not logged in\r\n",  "530-once\r\n530 more\r\n", "430 Invalid\r\n",
                                       "230 Logged in\r\n",      "421 Too many\r\n",         "550 No such\r\n",
                                       "530 Login incorrect\r\n"};
  hear(s, w, dice_.chance(90) ? "220 ftp.example\r\n" : "530 Full\r\n");
  for (unsigned attempts = few(4); attempts > 0; --attempts) {
    say(s, w, "USER admin\r\n");
    hear(s, w, "331 Password\r\n");
    say(s, w, "PASS 1234\r\n");
    hear(s, w, dice_.pick(verdicts));
  }
  part(s, w);
}

void Scripts::telnet_dialogue(const Subject& s, Wire& w) {
  const std::string_view failures[] = {"\r\nLogin incorrect\r\nlogin: ", "\r\nAccess DENIED\r\n",
                                       "\r\nAuthentication failure\r\n", "\r\ninvalid user\r\n"};
  const std::string welcome = "\r\nBusyBox built-in shell\r\nEnter 'help' for a list of commands.\r\n" +
                              std::string(dice_.below(120), '#') + "\r\n# ";
  hear(s, w, "login: ");
  for (unsigned attempts = few(3); attempts > 0; --attempts) {
    say(s, w, "root\r\n");
    hear(s, w, "Password: ");
    say(s, w, "xc3511\r\n");
    if (dice_.chance(55)) {
      hear(s, w, dice_.pick(failures));
      continue;
    }
    hear(s, w, welcome);
    say(s, w, "ls\r\n");
    hear(s, w, "bin dev etc\r\n# ");
    break;
  }
  if (dice_.chance(10)) w.at = on_grid({w.at.ns + (stream_.policy.contact_idle_s + 1) * 1'000'000'000});
  part(s, w);
}

void Scripts::opaque_dialogue(const Subject& s, Wire& w) {
  hear(s, w, "SSH-2.0-server\r\n");
  const bool endless = dice_.chance(4);  // more than sixteen bits of octets
  for (unsigned parts = endless ? 50 : few(4); parts > 0; --parts) {
    say(s, w, std::string(endless ? 1400 : 100 + dice_.below(900), 'q'));
    hear(s, w, std::string(endless ? 1400 : dice_.below(1500), 'a'));
    if (dice_.chance(5)) w.at = on_grid({w.at.ns + stream_.policy.contact_idle_s * 500'000'000});
  }
  if (dice_.chance(25)) return coincide(s, w);
  part(s, w);
}

void Scripts::coincide(const Subject& s, const Wire& w) {
  const Timestamp before = now;
  const std::int64_t ends_s = (w.at.ns + kNsPerSecond - 1) / kNsPerSecond + stream_.policy.contact_idle_s;
  for (unsigned contacts = few(4); contacts > 0; --contacts) {
    const std::int64_t early_ms = stream_.policy.contact_timeout_ms + dice_.range(0, 999);
    now = on_grid({std::max(before.ns, ends_s * kNsPerSecond - early_ms * 1'000'000)});
    connect(s, host_like(own(s)), 445, Answer::silence);
  }
  now = before;
}

}  // namespace lazaret::laws
