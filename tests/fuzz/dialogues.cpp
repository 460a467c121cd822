#include <array>

#include "tests/core/brief_messages.hpp"
#include "tests/fuzz/reader.hpp"

namespace lazaret::fuzz {
namespace {

using namespace frames;

/// What `ask` asks for; further octets make further names.
constexpr std::string_view kAsked[] = {"a.example",   "cleaner.example", "update.cleaner.example",
                                       "bad.example", "x.bad.example",   "4.3.2.1.in-addr.arpa",
                                       "printer",     "printer.lan",     "4.3.2.1.zen.example"};

}  // namespace

void Reader::ask() {
  const std::uint8_t who = octet(), what = octet(), how = octet();
  const bool v6 = (how & 0x40) != 0;
  constexpr std::uint16_t kTypes[] = {1, 28, 15, 16};
  Question q;
  q.name = what < std::size(kAsked) ? std::string(kAsked[what]) : "n" + std::to_string(what) + ".test";
  if (how & 0x10) q.name = std::string(20 + what % 40, 'q') + "." + std::string(how % 16, 'r') + "0.tunnel.example";
  q.type = kTypes[how & 3], q.id = static_cast<std::uint16_t>(++ports_used_);
  q.flow = {home(account(who), v6), far(how & 0x20 ? 99 : 0, v6), static_cast<std::uint16_t>(40000 + ports_used_), 53};
  send(udp_frame(q.flow, dns({.name = q.name, .type = q.type, .id = q.id}), line_of(account(who))),
       Direction::upstream);
  questions_[next_question_++ % questions_.size()] = q;
}

void Reader::dns_answer() {
  const Question& q = questions_[octet() % questions_.size()];
  const std::uint8_t how = octet(), address = octet();
  constexpr std::uint8_t kCodes[] = {0, 3, 2, 0};
  brief::DnsAnswers answers{.name = q.name, .type = q.type, .id = q.id, .rcode = kCodes[how & 3]};
  if (how & 4) answers.alias = "edge.example";
  if (how & 8) answers.truncated = true;
  if (how & 0x40) answers.id ^= how;
  for (unsigned i = 0; i < (how >> 4 & 3U); ++i)
    answers.records.push_back({far(static_cast<std::uint8_t>(address + i), false), i == 0 ? 3600U : 30U});
  Flow back = q.flow.reversed();
  if (how & 0x80) back.destination_port ^= 1;
  send(udp_frame(back, brief::dns_answers(answers)), Direction::downstream);
}

void Reader::login(std::uint32_t who, std::uint8_t to, std::uint8_t how) {
  constexpr std::uint16_t kLogins[] = {21, 23, 2323, 22, 3389};
  const std::uint16_t port = kLogins[how % 5];
  Memory& m = connect(who, to, port, false);
  answer(m, 0);
  const bool fails = (how & 0x40) == 0;
  if (port == 21) {
    server_says(m, "220 ftp\r\n", 0);
    client_says(m, "PASS 1\r\n", 0);
    server_says(m, fails ? "530 no\r\n" : "230 yes\r\n", 0);
  } else if (port == 23 || port == 2323) {
    server_says(m, "login: ", 0);
    client_says(m, "root\r\n", 0);
    server_says(m, fails ? "Login incorrect\r\n" : std::string(110, '#'), 0);
  } else {
    client_says(m, std::string(1100, 'q'), 0);
    server_says(m, std::string(1200, 'a'), 0);
    for (unsigned i = 0; i < 3 && !fails; ++i) server_says(m, std::string(1200, 'a'), 0);
  }
  if (how & 0x80) return;
  client_says(m, "", 2);
}

void Reader::udp_burst() {
  const std::uint8_t who = octet(), to = octet(), how = octet();
  const bool up = (how & 0x40) == 0, large = (how & 0x20) != 0;
  const Flow flow{home(account(who), false), far(to, false), large ? std::uint16_t{123} : std::uint16_t{4000},
                  how & 0x80 ? std::uint16_t{16384} : std::uint16_t{27015}};
  const Octets load(large ? 420 : 3, 0x41);
  for (unsigned i = 0; i < 1U + how % 32; ++i)
    send(udp_frame(up ? flow : flow.reversed(), load, up ? line_of(account(who)) : Access{}),
         up ? Direction::upstream : Direction::downstream);
}

void Reader::hello(Memory& m, std::uint8_t how) {
  const std::string_view names[] = {"plain.example", "x.bad.example", "bad.example", ""};
  const Octets octets = brief::client_hello(
      {.server_name = names[how & 3], .ciphers = {0x1301, static_cast<std::uint16_t>(0xc000 + (how >> 2 & 3))}});
  client_says(m, std::string(octets.begin(), octets.end()), how & 0x80 ? 4 : 0);
}

void Reader::spoof() {
  const std::uint8_t who = octet(), host = octet(), how = octet();
  const IpAddress sources[] = {
      IpAddress::v4(0x0800'0000U | host), home(account(host), false), IpAddress::v4(0xc0a8'0000U | host),
      IpAddress::v4(0xa9fe'0000U | host), IpAddress::v4(0),           IpAddress::v4(0x6440'0000U | host)};
  const Flow flow{sources[(how & 0x0f) % std::size(sources)], far(host, false), 40000, kPorts[how >> 4]};
  const Access line = line_of(account(who));
  if (host & 1) return send(udp_frame(flow, octets("x"), line), Direction::upstream);
  send(tcp_frame(flow, kSyn, host, 0, {}, line), Direction::upstream);
}

void Reader::operator_word() {
  constexpr CommandKind kKinds[] = {CommandKind::report,
                                    CommandKind::operator_quarantine,
                                    CommandKind::operator_release,
                                    CommandKind::appeal,
                                    CommandKind::stop_enforcement,
                                    CommandKind::resume_enforcement,
                                    CommandKind::hold,
                                    CommandKind::popular};
  const std::uint8_t who = octet(), how = octet();
  Command c = make(kKinds[how % std::size(kKinds)], account(who));
  c.release_reason = static_cast<ReleaseReason>((how >> 3) % 5);
  c.step = Score{how} * 2048, c.port = kPorts[how >> 4], c.key = how;
  if (concerns_all(c.kind)) c.account = kNobody;
  tell(c);
}

}  // namespace lazaret::fuzz
