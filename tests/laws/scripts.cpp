#include "tests/laws/scripts.hpp"

#include <algorithm>
#include <array>

#include "tests/laws/feeds.hpp"

namespace lazaret::laws {
namespace {

using frames::Flow;

constexpr std::array<std::uint16_t, 8> kScanned = {23, 2323, 445, 22, 7547, 3389, 37215, 52869};
constexpr std::array<std::uint16_t, 8> kOther = {8080, 6881, 51413, 9, 4444, 110, 80, 443};

Meaning meaning(const Flow& f, std::uint8_t protocol, bool ports = true) {
  return {true, ports, protocol, f.source, f.destination, f.source_port, f.destination_port};
}

}  // namespace

Timestamp Scripts::on_grid(Timestamp t) const { return {t.ns - t.ns % stream_.grid.ns}; }

Timestamp Scripts::after(Timestamp t, std::int64_t most_ms) {
  if (dice_.chance(15)) return t;
  return on_grid({t.ns + dice_.range(0, most_ms * 1'000'000)});
}

void Scripts::write(Timestamp at, Direction direction, frames::Octets frame, const Meaning& m) {
  stream_.packets.push_back({at, direction, std::move(frame), m});
}

void Scripts::tcp(Timestamp at, Direction direction, const Subject& who, const Flow& flow, std::uint8_t flags,
                  std::uint32_t sequence, std::uint32_t acknowledgment, std::string_view payload) {
  const bool up = direction == Direction::upstream;
  write(at, direction,
        frames::tcp_frame(flow, flags, sequence, acknowledgment, payload, up ? who.access : frames::Access{}),
        meaning(flow, 6));
}

void Scripts::udp(Timestamp at, Direction direction, const Subject& who, const Flow& flow,
                  const frames::Octets& payload) {
  const bool up = direction == Direction::upstream;
  write(at, direction, frames::udp_frame(flow, payload, up ? who.access : frames::Access{}), meaning(flow, 17));
}

void Scripts::unreachable(Timestamp at, const Flow& flow, std::uint32_t sequence) {
  const IpAddress router = flow.source.is_v4() ? IpAddress::v4(0xc6336401) : IpAddress{0x2001'0db8'ffff'0000, 1};
  write(at, Direction::downstream, frames::unreachable_frame(router, flow, sequence),
        {true, false, static_cast<std::uint8_t>(flow.source.is_v4() ? 1 : 58), router, flow.source});
}

void Scripts::misdirected(Timestamp at, const Flow& flow, std::uint32_t sequence, IpAddress to) {
  const frames::Datagram lost = frames::tcp({.source_port = flow.source_port,
                                             .destination_port = flow.destination_port,
                                             .sequence = sequence,
                                             .flags = kSyn});
  const frames::Octets quoted = frames::ip({.source = flow.source, .destination = flow.destination}, lost).bytes;
  const frames::Datagram error = to.is_v4() ? frames::icmp(3, 1, quoted) : frames::icmpv6(1, 3, quoted);
  write(at, Direction::downstream, frames::ethernet(frames::ip({.source = flow.destination, .destination = to}, error)),
        {true, false, error.protocol, flow.destination, to});
}

IpAddress Scripts::own(const Subject& s) { return s.addresses[dice_.below(s.addresses.size())]; }

IpAddress Scripts::host_like(IpAddress own) {
  const std::uint64_t host = dice_.chance(70) ? dice_.below(24) : dice_.below(60000);
  return own.is_v4() ? IpAddress::v4(0xc612'0000U + static_cast<std::uint32_t>(host))
                     : IpAddress{0x2001'0db8'0012'0000, host};
}

IpAddress Scripts::mail_server_like(IpAddress own) {
  const std::uint64_t net = dice_.below(5), host = dice_.below(3);
  return own.is_v4() ? IpAddress::v4(0xc0a8'0000U + static_cast<std::uint32_t>(net << 8 | host))
                     : IpAddress{0x2001'0db8'0100'0000 + (net << 16), host};
}

IpAddress Scripts::cleaner_like(IpAddress own, bool honest) {
  const std::uint64_t host = honest ? dice_.below(5) : 5 + dice_.below(2);
  return own.is_v4() ? IpAddress::v4(0xc612'c800U + static_cast<std::uint32_t>(host))
                     : IpAddress{0x2001'0db8'c1ea'0000, host};
}

IpAddress Scripts::listed_like(IpAddress own) {
  const std::uint64_t host = dice_.below(24);
  return own.is_v4() ? IpAddress::v4(kListedV4 + static_cast<std::uint32_t>(host)) : IpAddress{kListedV6, host};
}

IpAddress Scripts::service_of(const PrefixList& list, IpAddress own) {
  for (const Prefix& p : list.items())
    if (p.address.is_v4() == own.is_v4()) {
      IpAddress a = p.address;
      if (p.length < 128) a.low += dice_.below(4);
      return a;
    }
  return host_like(own);
}

IpAddress Scripts::service_like(IpAddress own) {
  const PrefixList* const lists[] = {&stream_.policy.services_voice,       &stream_.policy.services_emergency,
                                     &stream_.policy.services_remediation, &stream_.policy.services_portal,
                                     &stream_.policy.services_resolvers,   &stream_.policy.services_relays};
  for (unsigned tries = 0; tries < 20; ++tries) {
    const PrefixList& list = *dice_.pick(lists);
    if (list.items().empty()) continue;
    const Prefix p = list.items()[dice_.below(list.items().size())];
    if (p.address.is_v4() != own.is_v4()) continue;
    IpAddress a = p.address;
    if (p.length < 128) a.low += dice_.below(dice_.chance(80) ? 4 : 512);  // now and then just past its end
    return a;
  }
  return host_like(own);
}

Answer Scripts::answer(unsigned failing_percent) {
  if (dice_.chance(6)) return Answer::forged;
  if (dice_.chance(6)) return Answer::forged_then_accepted;
  if (!dice_.chance(failing_percent)) return dice_.chance(4) ? Answer::late : Answer::accepted;
  const Answer failures[] = {Answer::reset, Answer::unreachable, Answer::silence, Answer::silence};
  return dice_.pick(failures);
}

void Scripts::connect(const Subject& s, IpAddress to, std::uint16_t port, Answer answer,
                      std::optional<std::uint32_t> number) {
  IpAddress source = own(s);
  while (source.is_v4() != to.is_v4()) source = own(s);
  const Flow flow{source, to, dice_.port(), port};
  const std::uint32_t isn = number.value_or(dice_.sequence_number()), theirs = dice_.sequence_number();
  const unsigned syns = answer == Answer::silence || dice_.chance(10) ? 1 + static_cast<unsigned>(dice_.below(3)) : 1;
  for (unsigned i = 0; i < syns; ++i)
    tcp({on_grid({now.ns + i * 1'000'000'000}).ns}, Direction::upstream, s, flow, kSyn, isn, 0);
  Timestamp t = after(now, 80);
  const auto down = [&](std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgment) {
    tcp(t, Direction::downstream, s, flow.reversed(), flags, sequence, acknowledgment);
  };
  if (answer == Answer::forged || answer == Answer::forged_then_accepted) {
    down(kSyn | kAck, dice_.word(), dice_.chance(50) ? isn : isn + 2);
    down(dice_.chance(50) ? kRst : kRst | kAck, dice_.word(), dice_.chance(50) ? isn + 3 : isn);
    unreachable(t, flow, isn + 1);
    if (const IpAddress other = own(s); other != source && other.is_v4() == to.is_v4())
      misdirected(t, flow, isn, other);
    t = after(t, 40);
  }
  switch (answer) {
    case Answer::late:
      t = on_grid({t.ns + stream_.policy.contact_timeout_ms * 1'000'000 + dice_.range(0, 2'000'000'000)});
      [[fallthrough]];
    case Answer::accepted:
    case Answer::forged_then_accepted: {
      down(kSyn | kAck | (dice_.chance(3) ? kRst : 0), theirs, isn + 1);
      t = after(t, 20);
      tcp(t, Direction::upstream, s, flow, kAck, isn + 1, theirs + 1);
      tcp(t, Direction::upstream, s, flow, kAck | kPsh, isn + 1, theirs + 1, "GET / HTTP/1.1\r\n");
      t = after(t, 60);
      tcp(t, Direction::downstream, s, flow.reversed(), kAck | kFin, theirs + 1, isn + 17, "HTTP/1.1 200 OK\r\n");
      break;
    }
    case Answer::reset:
      down(dice_.chance(10) ? kRst : kRst | kAck, 0, isn + 1);
      break;
    case Answer::unreachable:
      unreachable(t, flow, isn);
      break;
    case Answer::silence:
    case Answer::forged:
      break;
  }
}

void Scripts::scan(const Subject& s, unsigned hosts, unsigned failing_percent) {
  const std::uint16_t port = dice_.chance(70) ? dice_.pick(kScanned) : dice_.pick(kOther);
  for (unsigned i = 0; i < hosts; ++i) {
    const IpAddress from = own(s);
    connect(s, dice_.chance(95) ? host_like(from) : service_like(from), dice_.chance(80) ? port : dice_.pick(kScanned),
            answer(failing_percent));
    now = after(now, 60);
  }
}

void Scripts::scan_ports_of(const Subject& s, unsigned ports) {
  const IpAddress target = host_like(own(s));
  for (unsigned i = 0; i < ports; ++i) {
    connect(s, target, static_cast<std::uint16_t>(dice_.chance(90) ? dice_.below(1024) : 0), answer(80));
    now = after(now, 30);
  }
}

void Scripts::fragments(const Subject& s) {
  const IpAddress from = own(s);
  const Flow flow{from, dice_.chance(40) ? service_like(from) : host_like(from), dice_.port(),
                  dice_.chance(50) ? std::uint16_t{443} : std::uint16_t{25}};
  const frames::Datagram whole = frames::tcp({.source_port = flow.source_port,
                                              .destination_port = flow.destination_port,
                                              .sequence = dice_.word(),
                                              .flags = kSyn},
                                             frames::Octets(64));
  const bool up = dice_.chance(60);
  const auto piece = [&](std::size_t from_octet, std::size_t size, bool more, bool ports) {
    const IpAddress source = up ? flow.source : flow.destination, destination = up ? flow.destination : flow.source;
    frames::Ip header{.source = source, .destination = destination};
    const auto units = static_cast<unsigned>(from_octet / 8);
    if (from.is_v4())
      header.fragment_units = units, header.more_fragments = more;
    else
      header.extensions = {frames::fragment_header(units, more)};
    Meaning m = meaning(up ? flow : flow.reversed(), 6, ports);
    m.source = source, m.destination = destination;
    frames::Datagram part = frames::slice(whole, from_octet, size);
    part.protocol = 6;
    write(now, up ? Direction::upstream : Direction::downstream,
          frames::ethernet(frames::ip(header, part), up ? s.access : frames::Access{}), m);
  };
  // Downstream the same octets carry the ports the other way round, which hides nothing: the meaning knows no ports.
  switch (dice_.below(4)) {
    case 0:
      piece(0, 40, true, up), piece(40, 44, false, false);
      break;
    case 1:
      piece(0, 8, true, false), piece(8, 48, false, false);
      break;
    case 2:
      piece(8, 48, true, false);
      break;
    default:
      piece(48, 36, false, false);
      break;
  }
}

void Scripts::garbage(const Subject& s) {
  const IpAddress from = own(s), to = host_like(from);
  const Flow flow{from, to, dice_.port(), dice_.pick(kScanned)};
  const Direction direction = dice_.chance(60) ? Direction::upstream : Direction::downstream;
  frames::Octets frame =
      frames::tcp_frame(direction == Direction::upstream ? flow : flow.reversed(), kSyn, dice_.word(), 0, "x",
                        direction == Direction::upstream ? s.access : frames::Access{});
  switch (dice_.below(4)) {
    case 0:
      frame.resize(dice_.below(frame.size()));
      break;
    case 1:
      frame = frames::ethernet(0x0806, frames::Octets(28));
      break;
    case 2:
      frame[12 + dice_.below(frame.size() - 12)] ^= static_cast<std::uint8_t>(1 + dice_.below(255));
      break;
    default: {
      const frames::Datagram broken =
          frames::tcp({.source_port = flow.source_port, .destination_port = 25, .data_offset = 2});
      frame = frames::ethernet(frames::ip({.source = from, .destination = to}, broken), s.access);
      write(now, Direction::upstream, std::move(frame));
      return;
    }
  }
  write(now, direction, std::move(frame));
}

void Scripts::garden(const Subject& s) {
  const IpAddress to = own(s);
  const Flow flow{host_like(to), to, 80, dice_.port()};
  tcp(now, Direction::from_garden, s, flow, kSyn | kAck, dice_.word(), dice_.word());
}

void Scripts::telnet_worm(const Subject& s, unsigned hosts) {
  for (unsigned i = 0; i < hosts; ++i) {
    const IpAddress to = dice_.chance(80) ? IpAddress::v4(0x2d00'0000U | (dice_.word() & 0xffff)) : host_like(own(s));
    const std::uint16_t port = dice_.chance(80) ? 23 : 2323;
    const bool telling = to.is_v4() && dice_.chance(30);
    connect(s, to, port, answer(85), telling ? std::optional(to.as_v4()) : std::nullopt);
    now = after(now, 200);
  }
}

void Scripts::beacon(const Subject& s, unsigned times) {
  const IpAddress to = dice_.chance(80) ? host_like(own(s)) : listed_like(own(s));
  const std::uint16_t port = dice_.chance(60) ? 443 : dice_.pick(kOther);
  const std::int64_t interval_ms = dice_.range(1, 8) * 1000, jitter_ms = dice_.chance(60) ? 0 : dice_.range(0, 2500);
  const Answer outcome = dice_.chance(70) ? Answer::accepted : Answer::reset;
  const Timestamp begin = now;
  for (unsigned i = 0; i < times; ++i) {
    now = on_grid({begin.ns + (i * interval_ms + dice_.range(0, jitter_ms)) * 1'000'000});
    if (!dice_.chance(4)) connect(s, to, port, outcome);
    if (dice_.chance(4)) connect(s, host_like(own(s)), port, outcome);  // another candidate in between
  }
  now = begin;
}

unsigned Scripts::few(unsigned most) { return 1 + static_cast<unsigned>(dice_.below(most)); }

}  // namespace lazaret::laws
