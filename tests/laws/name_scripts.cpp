// Names of a stream: questions of every sort, and answers that fit, come late, come twice, or belong to nothing.
#include <string>
#include <utility>

#include "tests/laws/feeds.hpp"
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {
namespace {

constexpr std::uint16_t kA = 1, kMx = 15, kTxt = 16, kAaaa = 28;
constexpr std::uint8_t kNoError = 0, kServFail = 2, kNxDomain = 3;

std::string with_case(Dice& dice, std::string name) {
  if (dice.chance(20))
    for (char& c : name)
      if (c >= 'a' && c <= 'z' && dice.chance(50)) c = static_cast<char>(c - 'a' + 'A');
  return name;
}

std::string quads(Dice& dice) {
  return std::to_string(dice.below(9)) + "." + std::to_string(dice.below(9)) + ".168.192";
}

}  // namespace

struct Scripts::Question {
  std::string name;
  std::uint16_t type = kA;
  std::uint8_t rcode = kNoError;
  std::vector<frames::brief::Record> records = {};
  bool to_resolver = true;
};

void Scripts::questions(const Subject& s, unsigned count, unsigned failing_percent) {
  for (unsigned i = 0; i < count; ++i) {
    const std::string number = std::to_string(dice_.below(dice_.chance(70) ? 2000 : 12));
    Question q;
    q.rcode = dice_.chance(failing_percent) ? kNxDomain : dice_.chance(8) ? kServFail : kNoError;
    const std::uint16_t types[] = {kA, kA, kAaaa, kMx, kMx, kTxt};
    q.type = dice_.pick(types);
    switch (dice_.below(16)) {
      case 0:
        q.name = quads(dice_) + ".in-addr.arpa";
        break;
      case 1:
        q.name = "printer" + number;
        break;
      case 2:
        q.name = "printer" + number + (dice_.chance(50) ? ".lan" : ".home.arpa");
        break;
      case 3:
        q.name = quads(dice_) + ".list.example";
        break;
      case 4:
      case 5:
        q.name = "popular" + std::to_string(dice_.below(kPopular)) + ".example";
        break;
      case 6:
        q.name = "www.shop" + number + ".co.uk";
        break;
      case 7:
      case 8:
        q.name = dice_.chance(50)   ? "cleaner.example"
                 : dice_.chance(50) ? "update.cleaner.example"
                                    : "tools.vendor.example";
        q.type = dice_.chance(50) ? kA : kAaaa, q.rcode = dice_.chance(90) ? kNoError : kNxDomain;
        q.to_resolver = dice_.chance(80);
        break;
      default:
        q.name = (dice_.chance(30) ? "www.n" : "n") + number + (dice_.chance(50) ? ".example" : ".test");
        break;
    }
    const bool cleaner = q.name.find("cleaner") != std::string::npos || q.name.find("vendor") != std::string::npos;
    const std::uint32_t ttls[] = {0, 30, 60, 300, 100'000, 0x8000'0001};
    if (q.rcode == kNoError || dice_.chance(5))
      for (std::uint64_t n = cleaner ? few(5) : dice_.below(4); n > 0; --n) {
        const IpAddress family = q.type == kAaaa ? IpAddress{1, 0} : IpAddress::v4(0);
        const IpAddress a = cleaner            ? cleaner_like(family, q.to_resolver)
                            : dice_.chance(10) ? listed_like(family)
                                               : host_like(family);
        q.records.push_back({a, dice_.pick(ttls)});
      }
    q.name = with_case(dice_, std::move(q.name));
    ask(s, q);
    now = after(now, dice_.chance(5) ? 20'000 : 150);
  }
}

void Scripts::tunnel(const Subject& s, unsigned count) {
  const std::string domain = ".t" + std::to_string(dice_.below(3)) + ".example";
  for (unsigned i = 0; i < count; ++i) {
    const std::string other = ".t" + std::to_string(3 + dice_.below(3)) + ".example";
    const std::string load = std::string(20 + dice_.below(44), static_cast<char>('a' + dice_.below(26))) +
                             (dice_.chance(50) ? "." + std::string(few(60), 'x') : std::string());
    Question q;
    q.name = load + (dice_.chance(85) ? domain : other), q.type = kTxt;
    q.rcode = dice_.chance(10) ? kNxDomain : kNoError;
    ask(s, q);
    now = after(now, dice_.chance(3) ? 600'000 : 100);
  }
}

void Scripts::ask(const Subject& s, const Question& q) {
  const IpAddress from = own(s);
  const IpAddress resolver =
      q.to_resolver && dice_.chance(80) ? service_of(stream_.policy.services_resolvers, from) : host_like(from);
  const frames::Flow flow{from, resolver, dice_.port(), 53};
  const auto id = static_cast<std::uint16_t>(dice_.word());
  frames::Octets question = frames::dns({.name = q.name, .type = q.type, .id = id, .response = dice_.chance(3)});
  if (dice_.chance(3)) question = frames::cut(std::move(question), dice_.below(question.size()));
  for (unsigned copies = dice_.chance(6) ? 2 : 1; copies > 0; --copies)
    udp(now, Direction::upstream, s, flow, question);
  if (dice_.chance(12)) reply(s, q, flow.reversed(), static_cast<std::uint16_t>(id + 1));
  if (dice_.chance(6)) {
    frames::Flow strayed = flow.reversed();
    if (dice_.chance(50))
      strayed.destination_port = static_cast<std::uint16_t>(strayed.destination_port + 1);
    else
      strayed.source.low ^= 1;
    reply(s, q, strayed, id);
  }
  if (dice_.chance(6)) {
    Question another = q;
    another.name = "x" + another.name;
    reply(s, another, flow.reversed(), id);
  }
  if (dice_.chance(12)) return;
  for (unsigned copies = dice_.chance(10) ? 2 : 1; copies > 0; --copies) reply(s, q, flow.reversed(), id);
}

void Scripts::reply(const Subject& s, const Question& q, const frames::Flow& flow, std::uint16_t id) {
  frames::brief::DnsAnswers answers{.name = q.name, .type = q.type, .id = id, .rcode = q.rcode};
  answers.truncated = dice_.chance(5), answers.records = q.records;
  if (dice_.chance(30)) answers.alias = "edge.cdn.example";
  frames::Octets message = frames::brief::dns_answers(answers);
  if (dice_.chance(4)) message = frames::cut(std::move(message), dice_.below(message.size()));
  const Timestamp at = after(now, dice_.chance(8) ? 6000 : 60);
  udp(at, Direction::downstream, s, flow, message);
}

void Scripts::listed(const Subject& s) {
  const IpAddress from = own(s), to = listed_like(from);
  const std::string name = "listed" + std::to_string(dice_.below(12)) + ".example";
  const std::string below = dice_.chance(50) ? name : "deep.down." + name;
  switch (dice_.below(5)) {
    case 0: {
      Question q;
      q.name = with_case(dice_, below);
      if (dice_.chance(30)) q.type = kMx;
      if (dice_.chance(60)) q.records.push_back({listed_like(IpAddress::v4(0)), 60});
      ask(s, q);
      return;
    }
    case 1:
      udp(now, Direction::upstream, s, {from, to, dice_.port(), dice_.chance(30) ? std::uint16_t{53} : dice_.port()},
          {1, 2, 3});
      return;
    case 2:
      connect(s, to, dice_.chance(50) ? 443 : dice_.port(), answer(50));
      return;
    default: {
      std::optional<Wire> wire = open(s, dice_.chance(90) ? host_like(from) : to, 443, 5);
      if (!wire) return;
      const unsigned client = static_cast<unsigned>(dice_.below(kClients + 2));
      const frames::Octets hello = client_of(client, dice_.chance(40) ? std::string_view(below) : "plain.example");
      const std::size_t size = dice_.chance(10) ? dice_.below(hello.size()) : hello.size();
      say(s, *wire, {reinterpret_cast<const char*>(hello.data()), size});
      part(s, *wire);
      return;
    }
  }
}

}  // namespace lazaret::laws
