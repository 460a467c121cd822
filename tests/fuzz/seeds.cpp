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
constexpr std::uint8_t kWait1Ms = 2, kWait1S = 4, kWait4S = 5, kWait11S = 6, kWait60S = 7, kWait30Min = 8,
                       kWait14Days = 11;
/// An answer to nothing shows that the account's reverse path is seen, without which silence is no evidence.
Octets reverse(std::uint8_t account) { return {op(Operation::service), account, 9, 0x14}; }
/// Five hosts on port 23: as many contacts as an account has at a time.
Octets scan_some(std::uint8_t account, std::uint8_t from) { return {op(Operation::scan), account, from, 0x20 | 4}; }
Octets spam(std::uint8_t account) { return {op(Operation::spam), account, 30, 0x72}; }  // eight rejected sessions
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
/// `account` fails at 25 telnet hosts.
Octets scan(std::uint8_t account, std::uint8_t from = 20) {
  Octets out;
  for (unsigned i = 0; i < 5; ++i)
    out = concat(out, concat(scan_some(account, static_cast<std::uint8_t>(from + 8 * i)), wait(kWait11S)));
  return out;
}
/// Account 0 of the operations (number 1) scans, is seen, and is quarantined.
Octets caught() {
  return all({reverse(0), scan(0), wait(kWait60S), web(0), mail(0), pop3(0), wait(kWait1S)});  // after what drains
}
Octets again(unsigned times, const Octets& what) {
  Octets out;
  for (unsigned i = 0; i < times; ++i) out = concat(out, what);
  return out;
}
/// The profile by its number, in the sizes' upper half.
constexpr std::uint8_t profile(Profile p) { return static_cast<std::uint8_t>(static_cast<unsigned>(p) << 4); }
Octets ask(std::uint8_t account, std::uint8_t what, std::uint8_t how) {
  return {op(Operation::ask), account, what, how};
}
/// To the n-th question.
Octets dns_answer(std::uint8_t n, std::uint8_t how, std::uint8_t address = 100) {
  return {op(Operation::dns_answer), static_cast<std::uint8_t>(n % 4), how, address};
}
Octets classify(std::uint8_t account, AccountClass c) {
  return {op(Operation::classify), static_cast<std::uint8_t>(account | static_cast<unsigned>(c) << 6)};
}
Octets word(std::uint8_t account, std::uint8_t how) { return {op(Operation::operator_word), account, how}; }

void add_behaviours(std::vector<NamedSeed>& seeds) {
  const Octets s = start(0, 0), quick = start(8, 0);
  Octets names;
  for (unsigned i = 0; i < 14; ++i)
    names = concat(names,
                   concat(ask(1, static_cast<std::uint8_t>(40 + i), 0), dns_answer(static_cast<std::uint8_t>(i), 1)));
  seeds.emplace_back("generated_names", all({s, names, wait(kWait1S)}));
  seeds.emplace_back("guessed_passwords",
                     all({s, again(16, {op(Operation::login), 1, 60, 0}), wait(kWait1S), wait(kWait1S)}));
  seeds.emplace_back("all_sorts_of_logins", all({quick,
                                                 {op(Operation::login), 1, 60, 1},
                                                 {op(Operation::login), 1, 61, 0x41},
                                                 {op(Operation::login), 1, 62, 3},
                                                 {op(Operation::login), 1, 63, 0x43},
                                                 {op(Operation::login), 1, 64, 0x84},
                                                 wait(kWait30Min)}));
  seeds.emplace_back("udp_flood", all({quick,
                                       again(6, all({{op(Operation::udp_burst), 1, 60, 29}, wait(kWait1S)})),
                                       {op(Operation::udp_burst), 1, 60, 0},
                                       wait(kWait1S)}));
  seeds.emplace_back("amplifier_and_syn_flood",
                     all({quick,
                          again(3, all({{op(Operation::udp_burst), 1, 60, 0x20 | 14}, wait(kWait1S)})),
                          again(3, all({{op(Operation::syn_burst), 1, 60, 0x80 | 24}, wait(kWait1S)})),
                          {op(Operation::udp_burst), 1, 60, 0},
                          wait(kWait1S)}));
  Octets spoofed;
  for (std::uint8_t i = 0; i < 8; ++i) spoofed = concat(spoofed, {op(Operation::spoof), 0, i, 0x40});
  seeds.emplace_back("spoofer", all({s, spoofed, {op(Operation::spoof), 0, 1, 0x43}, wait(kWait1S), web(0)}));
  seeds.emplace_back(
      "worm",
      all({s, {op(Operation::connect), 1, 60, 0x21}, {op(Operation::connect), 1, 61, 0x22}, wait(kWait1S), mail(1)}));
  seeds.emplace_back("tunnel_and_beacon",
                     all({quick, again(12, ask(1, 9, 0x1f)), {op(Operation::beacon), 1, 60, 20}, wait(kWait1S)}));
  seeds.emplace_back("on_the_feed", all({quick,
                                         {op(Operation::connect), 1, 241, 5},
                                         {op(Operation::answer), 0, 0},
                                         {op(Operation::hello), 0, 1},
                                         wait(kWait1S)}));
  seeds.emplace_back("led_to_a_sinkhole", all({quick, ask(1, 3, 0), dns_answer(0, 0x10, 250), wait(kWait1S)}));
}

void add_treatments(std::vector<NamedSeed>& seeds) {
  const Octets call = {op(Operation::udp_burst), 0, 100, 0x80}, called = {op(Operation::udp_burst), 0, 100, 0xc0};
  Octets pages;
  for (std::uint8_t i = 0; i < 20; ++i)
    pages = concat(pages, {op(Operation::service), 0, static_cast<std::uint8_t>(9 + i), 4});
  seeds.emplace_back("notice", all({start(0, profile(Profile::notice)), caught(), pages}));
  seeds.emplace_back("smtp_only", all({start(0, profile(Profile::smtp_only)), caught()}));
  seeds.emplace_back("leaky", all({start(0, profile(Profile::leaky)), caught(), scan_some(0, 150)}));
  seeds.emplace_back("strict_during_a_call",
                     all({start(0, profile(Profile::strict)), reverse(0), scan_some(0, 20), wait(kWait11S),
                          scan_some(0, 28), wait(kWait11S), scan_some(0, 36), call, called, wait(kWait4S), called,
                          wait(kWait1S), wait(kWait1S), called, call, web(0), wait(kWait11S), call}));
  seeds.emplace_back("drained", all({start(0, 0),
                                     reverse(0),
                                     {op(Operation::connect), 0, 90, 5},
                                     {op(Operation::answer), 0, 0},
                                     scan(0),
                                     wait(kWait1S),
                                     {op(Operation::service), 0, 90, 0x05},
                                     wait(kWait60S),
                                     {op(Operation::service), 0, 90, 0x05}}));
  seeds.emplace_back("cleaner_by_name", all({start(0, profile(Profile::strict)),
                                             ask(0, 2, 0),
                                             dns_answer(0, 0x10, 100),
                                             caught(),
                                             {op(Operation::service), 0, 100, 0x0e},
                                             {op(Operation::service), 0, 101, 0x0e}}));
  seeds.emplace_back("business", all({start(8, 0), classify(0, AccountClass::business), caught(), wait(kWait60S),
                                      scan(0, 100), wait(kWait1S), web(0)}));
  seeds.emplace_back("vulnerable", all({start(8, 0), classify(0, AccountClass::vulnerable), caught(), wait(kWait60S),
                                        scan(0, 100), wait(kWait1S), word(0, 1), web(0)}));
  seeds.emplace_back("exempt", all({start(8, 0), classify(0, AccountClass::exempt), caught(),
                                    classify(0, AccountClass::ordinary), scan(0, 120)}));
  seeds.emplace_back("reported_and_appealed", all({start(8, 0), word(0, 0xf8), word(0, 0xf0), scan(0), wait(kWait1S),
                                                   word(0, 3), word(0, 2), wait(kWait1S), word(0, 0)}));
  seeds.emplace_back("kill_switch", all({start(0, 0), caught(), word(0, 4), web(0), wait(kWait1S), word(0, 5),
                                         wait(kWait1S), web(0), wait(kWait1S)}));
  seeds.emplace_back("history", all({start(16, 0), caught(), choose(0, 3), word(0, 1), wait(kWait1S), choose(0, 3),
                                     word(0, 1), wait(kWait30Min), web(0)}));
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
  seeds.emplace_back("scan_over_ipv6", all({s, reverse(0), scan(0x84), wait(kWait1S), web(0)}));
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
  seeds.emplace_back("already_and_relapse",
                     all({s, caught(), choose(0, 3), wait(kWait1S), scan(0, 120), wait(kWait1S), web(0)}));
  seeds.emplace_back("already_and_passed", all({s, caught(), choose(0, 3), wait(kWait14Days), wait(kWait1S), web(0)}));
  seeds.emplace_back(
      "fuse", all({start(1, 0), caught(), wait(kWait60S), {op(Operation::command), 6, 0, 0}, scan(0), wait(kWait1S)}));
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
  seeds.emplace_back(
      "answers_to_something_else",
      all({s, reverse(0), {op(Operation::connect), 0, 40, 1}, {op(Operation::answer), 0, 3}, wait(kWait11S)}));
  seeds.emplace_back("spoofed_and_fragments", all({s,
                                                   {op(Operation::connect), 0, 40, 0x80},
                                                   {op(Operation::fragment), 0, 0x02},
                                                   {op(Operation::fragment), 0, 0x10},
                                                   {op(Operation::mutate), 0, 20, 9}}));
  add_behaviours(seeds);
  add_treatments(seeds);
  return seeds;
}

}  // namespace lazaret::fuzz
