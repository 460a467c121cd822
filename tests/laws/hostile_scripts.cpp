// What others send in an account's name or to its address, and what an account sends without end.
#include <array>

#include "core/packet/dns.hpp"
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {
namespace {

using frames::Flow;

constexpr std::array<std::uint16_t, 4> kScanned = {23, 2323, 445, 7547};

}  // namespace

void Scripts::spoof(const Subject& sender, const Subject& victim) {
  const IpAddress from = own(victim);
  const std::uint16_t ports[] = {25, 23, 445, 443, 5060, 110, 53};
  const Flow flow{from, dice_.chance(30) ? service_like(from) : host_like(from), dice_.port(), dice_.pick(ports)};
  if (dice_.chance(70))
    tcp(now, Direction::upstream, sender, flow, dice_.chance(70) ? kSyn : kAck | kRst, dice_.word(), dice_.word());
  else
    udp(now, Direction::upstream, sender, flow, frames::dns({.name = "spoofed.example", .type = kDnsTypeMx}));
}

void Scripts::forge(const Subject& victim) {
  const IpAddress to = own(victim);
  const bool mail = dice_.chance(50);
  const Flow flow{mail ? mail_server_like(to) : host_like(to), to, mail ? std::uint16_t{25} : dice_.pick(kScanned),
                  dice_.port()};
  const std::uint8_t flags[] = {kSyn | kAck, kRst | kAck, kRst, kAck, kAck | kFin};
  const std::string_view texts[] = {"550 no\r\n", "250 yes\r\n", "354 go\r\n", ""};
  if (dice_.chance(75))
    tcp(now, Direction::downstream, victim, flow, dice_.pick(flags), dice_.word(), dice_.word(), dice_.pick(texts));
  else
    unreachable(now, flow.reversed(), dice_.word());
}

void Scripts::greet(const Subject& s) {
  const IpAddress to = own(s);
  udp(now, Direction::downstream, s, {host_like(to), to, 4000, 4000}, {1});
}

void Scripts::guess(const Meaning& m) {
  const Flow asked{m.source, m.destination, m.source_port, m.destination_port};
  const Subject nobody;
  const auto down = [&](std::uint8_t flags, std::string_view text) {
    tcp(now, Direction::downstream, nobody, asked.reversed(), flags, dice_.word(), dice_.word(), text);
  };
  switch (dice_.below(6)) {
    case 0:
      down(kSyn | kAck, "");
      break;
    case 1:
      down(kRst | kAck, "");
      break;
    case 2:
      down(kRst, "");
      break;
    case 3:
      down(kAck | kPsh, "550 no\r\n");
      break;
    case 4:
      down(kAck | kFin, "250 taken\r\n");
      break;
    default:
      unreachable(now, asked, dice_.word());
      break;
  }
}

void Scripts::flood(const Subject& s, unsigned packets) {
  for (unsigned i = 0; i < packets; ++i) {
    const IpAddress from = own(s);
    const std::uint32_t anywhere = dice_.word();
    const IpAddress to = from.is_v4() ? IpAddress::v4(0x2d00'0000U | (anywhere & 0xff'ffffU))
                                      : IpAddress{0x2600'0000'0000'0000ULL + anywhere, 1};
    const Flow flow{from, to, dice_.port(),
                    dice_.chance(40) ? std::uint16_t{25} : static_cast<std::uint16_t>(dice_.word())};
    const std::uint64_t kind = dice_.below(10);
    if (kind < 6)
      tcp(now, Direction::upstream, s, flow, kSyn, dice_.word(), 0);
    else if (kind < 8) {
      const std::string name = "n" + std::to_string(anywhere) + ".example";
      udp(now, Direction::upstream, s, {from, to, flow.source_port, 53},
          frames::dns({.name = name, .type = kDnsTypeMx}));
    } else if (kind < 9)
      udp(now, Direction::upstream, s, flow, {1, 2});
    else
      tcp(now, Direction::downstream, s, flow.reversed(), kSyn | kAck, dice_.word(), dice_.word());
  }
}

}  // namespace lazaret::laws
