// What others send in an account's name or to its address, and what an account sends without end.
#include <algorithm>
#include <array>
#include <string>

#include "core/packet/dns.hpp"
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {
namespace {

using frames::Flow;

constexpr std::array<std::uint16_t, 4> kScanned = {23, 2323, 445, 7547};
constexpr std::string_view kReplies[] = {"550 no\r\n",
                                         "250 taken\r\n",
                                         "354 go\r\n",
                                         "530 no\r\n",
                                         "230 welcome\r\n",
                                         "Login incorrect\r\n",
                                         "Access denied\r\n",
                                         "220 mail.example ESMTP\r\n",
                                         ""};

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

void Scripts::spoof_widely(const Subject& sender, unsigned packets) {
  for (unsigned i = 0; i < packets; ++i) {
    const std::uint32_t host = dice_.word() & 0xff;
    const IpAddress sources[] = {IpAddress::v4(0xc633'6400U | host),  // of nobody
                                 IpAddress::v4(0xc633'6400U | host),  //
                                 {0x2001'0db8'dead'0000ULL, host},    //
                                 own(dice_.pick(stream_.subjects)),   // of somebody
                                 own(dice_.pick(stream_.subjects)),   //
                                 IpAddress::v4(0x0a00'0000U | host),  // private
                                 IpAddress::v4(0xac10'0000U | host),  //
                                 IpAddress::v4(0xc0a8'0100U | host),  //
                                 IpAddress::v4(0x6440'0000U | host),  // shared
                                 {0xfd00'0000'0000'0000ULL, host},    //
                                 IpAddress::v4(0),                    // unspecified
                                 {0, 0},                              //
                                 IpAddress::v4(0xa9fe'0000U | host),  // link-local
                                 {0xfe80'0000'0000'0000ULL, host}};
    const IpAddress from = dice_.pick(sources);
    const std::uint16_t ports[] = {80, 80, 53, 5060, 110};
    const Flow flow{from, dice_.chance(15) ? service_like(from) : host_like(from), dice_.port(), dice_.pick(ports)};
    const frames::Access line = dice_.chance(85) ? sender.access : frames::Access{.s_vlan = 100, .c_vlan = 999};
    const frames::Datagram load =
        dice_.chance(60) ? frames::tcp({.source_port = flow.source_port,
                                        .destination_port = flow.destination_port,
                                        .sequence = dice_.word(),
                                        .flags = kSyn})
        : dice_.chance(70)
            ? frames::udp({.source_port = flow.source_port, .destination_port = flow.destination_port}, {1, 2})
            : frames::raw(47, {0, 0, 8, 0});
    write(now, Direction::upstream,
          frames::ethernet(frames::ip({.source = from, .destination = flow.destination}, load), line),
          {true, load.protocol != 47, load.protocol, from, flow.destination, flow.source_port, flow.destination_port});
    now = after(now, 200);
  }
}

void Scripts::forge(const Subject& victim) {
  const IpAddress to = own(victim);
  const std::uint16_t talking[] = {25, 21, 23, 2323, 22, 3389};
  const bool talks = dice_.chance(50);
  const Flow flow{talks ? mail_server_like(to) : host_like(to), to, talks ? dice_.pick(talking) : dice_.pick(kScanned),
                  dice_.port()};
  const std::uint8_t flags[] = {kSyn | kAck, kRst | kAck, kRst, kAck, kAck | kFin};
  const std::uint64_t kind = dice_.below(10);
  if (kind < 6) {
    tcp(now, Direction::downstream, victim, flow, dice_.pick(flags), dice_.word(), dice_.word(), dice_.pick(kReplies));
  } else if (kind < 8) {
    unreachable(now, flow.reversed(), dice_.word());
  } else {
    const std::string name = "n" + std::to_string(dice_.below(2000)) + ".example";
    const Flow answer{service_of(stream_.policy.services_resolvers, to), to, 53, dice_.port()};
    const auto rcode = static_cast<std::uint8_t>(dice_.chance(60) ? 3 : 0);
    udp(now, Direction::downstream, victim, answer,
        frames::brief::dns_answers({.name = name,
                                    .id = static_cast<std::uint16_t>(dice_.word()),
                                    .rcode = rcode,
                                    .records = {{dice_.chance(50) ? listed_like(to) : cleaner_like(to), 3600}}}));
  }
}

void Scripts::greet(const Subject& s) {
  const IpAddress to = own(s);
  udp(now, Direction::downstream, s, {host_like(to), to, 4000, 4000}, {1});
}

void Scripts::guess(const Meaning& m) {
  const Flow asked{m.source, m.destination, m.source_port, m.destination_port};
  const Subject nobody;
  if (m.protocol == 17) {
    if (m.destination_port != 53) return;
    // Where the name may be one that it asked for, the port is not: by chance it would be an answer.
    const std::string_view names[] = {"cleaner.example", "popular1.example", "listed1.example"};
    const bool right_name = dice_.chance(50);
    Flow back = asked.reversed();
    if (right_name) back.destination_port = static_cast<std::uint16_t>(back.destination_port ^ 1);
    return udp(now, Direction::downstream, nobody, back,
               frames::brief::dns_answers({.name = right_name ? dice_.pick(names) : "guess.example",
                                           .id = static_cast<std::uint16_t>(dice_.word()),
                                           .rcode = static_cast<std::uint8_t>(dice_.chance(60) ? 3 : 0),
                                           .records = {{listed_like(m.source), 3600}}}));
  }
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
    case 4:
      down(dice_.chance(50) ? kAck | kPsh : kAck | kFin, dice_.pick(kReplies));
      break;
    default:
      unreachable(now, asked, dice_.word());
      break;
  }
}

void Scripts::storm(const Subject& victim, unsigned packets) {
  const std::uint64_t kind = dice_.below(3);
  const Timestamp second{now.ns - now.ns % kNsPerSecond};
  for (unsigned i = 0; i < packets; ++i) {
    const IpAddress to = own(victim);
    const Timestamp t = std::max(now, on_grid({second.ns + dice_.range(0, kNsPerSecond - 1)}));
    const std::uint16_t from_ports[] = {53, 123, 1900, 27016};
    if (kind == 0)
      tcp(t, Direction::downstream, victim, {host_like(to), to, 80, dice_.port()}, kSyn | kAck, dice_.word(),
          dice_.word());
    else
      udp(t, Direction::downstream, victim, {host_like(to), to, dice_.pick(from_ports), dice_.port()},
          frames::Octets(kind == 1 ? 2 : 480, 1));
  }
}

void Scripts::flood(const Subject& s, unsigned packets) {
  for (unsigned i = 0; i < packets; ++i) {
    const IpAddress from = own(s);
    const std::uint32_t anywhere = dice_.word();
    const IpAddress to = from.is_v4() ? IpAddress::v4(0x2d00'0000U | (anywhere & 0xff'ffffU))
                                      : IpAddress{0x2600'0000'0000'0000ULL + anywhere, 1};
    const std::uint16_t ports[] = {25, 25, 23, 21};
    const Flow flow{from, to, dice_.port(),
                    dice_.chance(40) ? dice_.pick(ports) : static_cast<std::uint16_t>(dice_.word())};
    const std::uint64_t kind = dice_.below(12);
    const std::uint32_t isn = dice_.word();
    if (kind < 7) {
      tcp(now, Direction::upstream, s, flow, kSyn, isn, 0);
      if (dice_.chance(40)) tcp(now, Direction::downstream, s, flow.reversed(), kSyn | kAck, dice_.word(), isn + 1);
    } else if (kind < 9) {
      const std::string name = "n" + std::to_string(anywhere) + ".example";
      udp(now, Direction::upstream, s, {from, to, flow.source_port, 53},
          frames::dns({.name = name, .type = kDnsTypeMx}));
      if (dice_.chance(50))
        udp(now, Direction::downstream, s, {to, from, 53, flow.source_port},
            frames::brief::dns_answers({.name = name, .type = kDnsTypeMx, .rcode = 3}));
    } else if (kind < 10) {
      udp(now, Direction::upstream, s, flow, {1, 2});
    } else {
      tcp(now, Direction::downstream, s, flow.reversed(), kSyn | kAck, dice_.word(), dice_.word());
    }
  }
}

}  // namespace lazaret::laws
