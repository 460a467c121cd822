#include "tests/fuzz/seeds.hpp"

#include <algorithm>

#include "tests/core/messages.hpp"
#include "tests/core/packet_fixtures.hpp"
#include "tests/fuzz/program.hpp"

namespace lazaret::fuzz {
namespace {

using frames::concat;
using frames::Octets;

std::uint8_t op(Operation o) { return static_cast<std::uint8_t>(o); }

/// Settings, sizes, seed and cuts.
Octets start(std::uint8_t settings, std::uint8_t sizes) { return {settings, sizes, 0, 7, 0, 9}; }
Octets wait(std::uint8_t how) { return {op(Operation::wait), how}; }
constexpr std::uint8_t kWait1Ms = 2, kWait1S = 4, kWait11S = 6, kWait60S = 7, kWait30Min = 8, kWait14Days = 11;
/// An answer to nothing shows that the account's reverse path is seen, without which silence is no evidence.
Octets reverse(std::uint8_t account) { return {op(Operation::service), account, 9, 0x14}; }
Octets scan(std::uint8_t account) { return {op(Operation::scan), account, 20, 0x20 | 14}; }  // 15 hosts, port 23
Octets spam(std::uint8_t account) { return {op(Operation::spam), account, 30, 0x72}; }       // eight rejected sessions
Octets choose(std::uint8_t account, std::uint8_t choice) {
  return {op(Operation::choose), static_cast<std::uint8_t>(account | choice << 6)};
}
Octets web(std::uint8_t account) { return {op(Operation::service), account, 9, 0x04}; }
Octets mail(std::uint8_t account) { return {op(Operation::service), account, 9, 0x00}; }
Octets pop3(std::uint8_t account) { return {op(Operation::service), account, 9, 0x06}; }

Octets all(std::initializer_list<Octets> parts) {
  Octets out;
  for (const Octets& p : parts) out = concat(out, p);
  return out;
}
/// Account 0 of the operations (number 1) scans, is seen, and is quarantined.
Octets caught() {
  return all({reverse(0), scan(0), wait(kWait11S), wait(kWait1S), web(0), mail(0), pop3(0), wait(kWait1S)});
}

}  // namespace

std::vector<NamedSeed> decode_seeds() {
  std::vector<NamedSeed> seeds;
  for (const Fixture& f : fixtures()) {
    std::string name(f.what);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == ' ' || c == '/' || c == ':'; }, '_');
    seeds.emplace_back(name, f.frame);
  }
  seeds.emplace_back("dns_mx", frames::dns({.name = "mail.example.org", .type = 15}));
  seeds.emplace_back("dns_aliases",
                     frames::dns_response({.name = "www.example.co.uk"},
                                          {frames::alias(frames::pointer(12), frames::labels_and_pointer("cdn", 16)),
                                           frames::a(frames::pointer(12 + 19 + 4 + 12), "192.0.2.1"),
                                           frames::aaaa(frames::pointer(12 + 19 + 4 + 12), "2001:db8::1")}));
  seeds.emplace_back("dns_block_list", frames::dns({.name = "2.0.0.127.zen.example.org"}));
  seeds.emplace_back("tls_hello", frames::client_hello({.extensions = {frames::server_name("www.example.org"),
                                                                       frames::alpn({frames::octets("h2")}),
                                                                       frames::supported_versions({0x0304, 0x0a0a}),
                                                                       frames::signature_algorithms({0x0403})}}));
  seeds.emplace_back("login_failed", frames::octets("\r\nLogin incorrect\r\n"));
  seeds.emplace_back("smtp_reply", frames::octets("550 5.7.1 no\r\n"));
  return seeds;
}

std::vector<NamedSeed> engine_seeds() {
  const Octets s = start(0, 0), quick = start(8, 0);
  std::vector<NamedSeed> seeds;
  seeds.emplace_back("scan_to_quarantine", all({s, caught()}));
  seeds.emplace_back(
      "scan_over_ipv6",
      all({s, reverse(0), {op(Operation::scan), 0x84, 20, 0x20 | 14}, wait(kWait11S), wait(kWait1S), web(0)}));
  seeds.emplace_back("spam_to_quarantine",
                     all({s, spam(1), wait(kWait30Min), spam(1), wait(kWait1S), wait(kWait1S), mail(1), pop3(1)}));
  seeds.emplace_back("questions_and_spam", all({quick,
                                                {op(Operation::mx_question), 1, 0x20},
                                                {op(Operation::mx_question), 1, 0x21},
                                                spam(1),
                                                wait(kWait1S)}));
  seeds.emplace_back("now", all({s, caught(), choose(0, 1), wait(kWait60S), web(0)}));
  seeds.emplace_back("later_until_none_is_left", all({start(4 | 16, 0), caught(), choose(0, 2), wait(kWait60S), web(0),
                                                      choose(0, 2), wait(kWait1S)}));
  seeds.emplace_back("already_and_relapse", all({s,
                                                 caught(),
                                                 choose(0, 3),
                                                 wait(kWait1S),
                                                 {op(Operation::scan), 0, 120, 0x20 | 14},
                                                 wait(kWait11S),
                                                 wait(kWait1S),
                                                 web(0)}));
  seeds.emplace_back("already_and_passed", all({s, caught(), choose(0, 3), wait(kWait14Days), wait(kWait1S), web(0)}));
  seeds.emplace_back(
      "fuse", all({start(1, 0), caught(), wait(kWait60S), {op(Operation::command), 6, 0, 0}, scan(0), wait(kWait11S)}));
  seeds.emplace_back("released_at_the_cap", all({start(16, 0), caught(), wait(kWait30Min), web(0)}));
  seeds.emplace_back("shadow", all({start(2, 0), caught()}));
  seeds.emplace_back("tiny_tables", all({start(0, 3), caught()}));
  seeds.emplace_back("leases", all({start(0, 8),
                                    {op(Operation::command), 0, 1, 0x80},
                                    web(0),
                                    {op(Operation::command), 2, 1, 0},
                                    {op(Operation::command), 0, 2, 0x84},
                                    web(0)}));
  seeds.emplace_back("answers", all({s,
                                     {op(Operation::connect), 0, 40, 4},
                                     wait(kWait1Ms),
                                     {op(Operation::answer), 0, 0},
                                     {op(Operation::connect), 0, 41, 1},
                                     {op(Operation::refuse), 1, 0},
                                     {op(Operation::connect), 0, 42, 1},
                                     {op(Operation::unreachable), 2, 0}}));
  seeds.emplace_back("spoofed_and_fragments", all({s,
                                                   {op(Operation::connect), 0, 40, 0x80},
                                                   {op(Operation::fragment), 0, 0x02},
                                                   {op(Operation::fragment), 0, 0x10},
                                                   {op(Operation::mutate), 0, 20, 9}}));
  return seeds;
}

}  // namespace lazaret::fuzz
