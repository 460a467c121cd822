#include "tests/core/frames.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

namespace lazaret::frames {
namespace {

void put8(Octets& out, unsigned value) { out.push_back(static_cast<std::uint8_t>(value)); }
void put16(Octets& out, unsigned value) { put8(out, value >> 8 & 0xff), put8(out, value & 0xff); }
void put32(Octets& out, std::uint32_t value) { put16(out, value >> 16), put16(out, value & 0xffff); }
void put64(Octets& out, std::uint64_t value) {
  put32(out, static_cast<std::uint32_t>(value >> 32)), put32(out, static_cast<std::uint32_t>(value));
}
void put(Octets& out, const Octets& more) { out.insert(out.end(), more.begin(), more.end()); }
void set16(Octets& out, std::size_t at, unsigned value) {
  out.at(at) = static_cast<std::uint8_t>(value >> 8), out.at(at + 1) = static_cast<std::uint8_t>(value);
}
void put_address(Octets& out, IpAddress a) {
  if (a.is_v4()) return put32(out, a.as_v4());
  put64(out, a.high), put64(out, a.low);
}

/// RFC 1071.
std::uint16_t internet_checksum(const Octets& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8 : bytes[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

Datagram icmp_datagram(std::uint8_t protocol, std::uint8_t type, std::uint8_t code, const Octets& quoted) {
  Datagram d{.protocol = protocol, .bytes = {type, code, 0, 0, 0, 0, 0, 0}, .checksum_at = 2};
  put(d.bytes, quoted);
  return d;
}

Packet ipv4(const Ip& fields, const Datagram& datagram) {
  const std::size_t header = 20 + fields.options.size();
  Packet packet{.ethertype = 0x0800, .bytes = {}};
  Octets& out = packet.bytes;
  put8(out, static_cast<unsigned>(0x40 | header / 4)), put8(out, 0);
  put16(out, fields.length.value_or(static_cast<std::uint16_t>(header + datagram.bytes.size())));
  put16(out, fields.id), put16(out, (fields.more_fragments ? 0x2000U : 0U) | fields.fragment_units);
  put8(out, fields.ttl), put8(out, fields.protocol.value_or(datagram.protocol)), put16(out, 0);
  put_address(out, fields.source), put_address(out, fields.destination);
  put(out, fields.options);
  set16(out, 10, internet_checksum(out));
  put(out, datagram.bytes);
  return packet;
}

Packet ipv6(const Ip& fields, const Datagram& datagram) {
  Octets chain;
  const std::uint8_t last = fields.protocol.value_or(datagram.protocol);
  for (std::size_t i = 0; i < fields.extensions.size(); ++i) {
    Octets body = fields.extensions[i].body;
    body.at(0) = i + 1 < fields.extensions.size() ? fields.extensions[i + 1].type : last;
    put(chain, body);
  }
  put(chain, datagram.bytes);
  Packet packet{.ethertype = 0x86dd, .bytes = {}};
  Octets& out = packet.bytes;
  put32(out, 0x6000'0000), put16(out, fields.length.value_or(static_cast<std::uint16_t>(chain.size())));
  put8(out, fields.extensions.empty() ? last : fields.extensions.front().type), put8(out, fields.ttl);
  put_address(out, fields.source), put_address(out, fields.destination);
  put(out, chain);
  return packet;
}

}  // namespace

IpAddress address(std::string_view text) {
  const std::string copy(text);
  std::array<std::uint8_t, 16> b{};
  IpAddress a;
  if (inet_pton(AF_INET, copy.c_str(), b.data()) == 1) {
    return IpAddress::v4(std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3]);
  }
  if (inet_pton(AF_INET6, copy.c_str(), b.data()) != 1) std::abort();
  for (std::size_t i = 0; i < 8; ++i) a.high = a.high << 8 | b[i], a.low = a.low << 8 | b[i + 8];
  return a;
}

Octets octets(std::string_view text) { return {text.begin(), text.end()}; }
Octets concat(const Octets& a, const Octets& b) {
  Octets out = a;
  put(out, b);
  return out;
}
Octets cut(Octets frame, std::size_t size) {
  frame.resize(std::min(size, frame.size()));
  return frame;
}
Octets poke8(Octets frame, std::size_t at, std::uint8_t value) {
  frame.at(at) = value;
  return frame;
}
Octets poke16(Octets frame, std::size_t at, std::uint16_t value) {
  set16(frame, at, value);
  return frame;
}

Datagram tcp(const Tcp& fields, const Octets& payload) {
  Datagram d{.protocol = 6, .bytes = {}, .checksum_at = 16};
  put16(d.bytes, fields.source_port), put16(d.bytes, fields.destination_port);
  put32(d.bytes, fields.sequence), put32(d.bytes, fields.acknowledgment);
  put8(d.bytes, fields.data_offset.value_or(static_cast<unsigned>(5 + fields.options.size() / 4)) << 4 & 0xf0);
  put8(d.bytes, fields.flags), put16(d.bytes, 65535), put32(d.bytes, 0);
  put(d.bytes, fields.options), put(d.bytes, payload);
  return d;
}

Datagram udp(const Udp& fields, const Octets& payload) {
  Datagram d{.protocol = 17, .bytes = {}, .checksum_at = 6};
  put16(d.bytes, fields.source_port), put16(d.bytes, fields.destination_port);
  put16(d.bytes, fields.length.value_or(static_cast<std::uint16_t>(8 + payload.size()))), put16(d.bytes, 0);
  put(d.bytes, payload);
  return d;
}

Datagram icmp(std::uint8_t type, std::uint8_t code, const Octets& quoted) {
  return icmp_datagram(1, type, code, quoted);
}
Datagram icmpv6(std::uint8_t type, std::uint8_t code, const Octets& quoted) {
  return icmp_datagram(58, type, code, quoted);
}
Datagram raw(std::uint8_t protocol, const Octets& bytes) { return {.protocol = protocol, .bytes = bytes}; }

Datagram slice(const Datagram& whole, std::size_t from, std::size_t size) {
  from = std::min(from, whole.bytes.size());
  size = std::min(size, whole.bytes.size() - from);
  const auto begin = whole.bytes.begin() + static_cast<std::ptrdiff_t>(from);
  return {.protocol = whole.protocol, .bytes = {begin, begin + static_cast<std::ptrdiff_t>(size)}};
}

Extension options_header(std::uint8_t type, unsigned extra_words) {
  Octets body(8 + std::size_t{extra_words} * 8, 0);
  body[1] = static_cast<std::uint8_t>(extra_words);
  // PadN fills what follows; a longer header takes several, each of at most 257 octets.
  for (std::size_t at = 2; at < body.size();) {
    const std::size_t size = std::min<std::size_t>(body.size() - at, 256);
    body[at] = size == 1 ? 0 : 1;
    if (size > 1) body[at + 1] = static_cast<std::uint8_t>(size - 2);
    at += size;
  }
  return {.type = type, .body = body};
}

Extension fragment_header(unsigned offset_units, bool more, std::uint32_t id) {
  Extension e{.type = 44, .body = {0, 0}};
  put16(e.body, offset_units << 3 | (more ? 1U : 0U)), put32(e.body, id);
  return e;
}

Datagram checksummed(const Ip& fields, Datagram datagram) {
  if (!datagram.checksum_at) return datagram;
  set16(datagram.bytes, *datagram.checksum_at, 0);
  Octets sum;
  if (datagram.protocol != 1) {  // all but ICMPv4 cover a pseudo header
    put_address(sum, fields.source), put_address(sum, fields.destination);
    put32(sum, static_cast<std::uint32_t>(datagram.bytes.size())), put32(sum, datagram.protocol);
  }
  put(sum, datagram.bytes);
  const std::uint16_t checksum = internet_checksum(sum);
  set16(datagram.bytes, *datagram.checksum_at, datagram.protocol == 17 && checksum == 0 ? 0xffff : checksum);
  datagram.checksum_at.reset();
  return datagram;
}

Packet ip(const Ip& fields, const Datagram& datagram) {
  if (fields.source.is_v4() != fields.destination.is_v4()) std::abort();
  const Datagram finished = checksummed(fields, datagram);
  return fields.source.is_v4() ? ipv4(fields, finished) : ipv6(fields, finished);
}

Octets ethernet(const Packet& packet, const Access& access) { return ethernet(packet.ethertype, packet.bytes, access); }

Octets ethernet(std::uint16_t ethertype, const Octets& payload, const Access& access) {
  Octets out = {0x02, 0, 0, 0, 0, 0x01, 0x02, 0, 0, 0, 0, 0x02};  // locally administered
  if (access.s_vlan) put16(out, access.s_type), put16(out, *access.s_vlan);
  if (access.c_vlan) put16(out, access.c_type), put16(out, *access.c_vlan);
  if (access.pppoe) {
    put16(out, 0x8864), put16(out, 0x1100), put16(out, *access.pppoe);
    put16(out, static_cast<unsigned>(payload.size() + 2));
    put16(out, ethertype == 0x0800 ? 0x0021 : ethertype == 0x86dd ? 0x0057 : ethertype);
  } else {
    put16(out, ethertype);
  }
  put(out, payload);
  return out;
}

Octets padded(Octets frame) {
  frame.resize(std::max<std::size_t>(frame.size(), 60));
  return frame;
}

Octets dns(const Dns& fields) {
  Octets out;
  put16(out, fields.id), put16(out, (fields.response ? 0x8180U : 0x0100U) | fields.rcode);
  put16(out, 1), put16(out, 0), put16(out, 0), put16(out, 0);
  for (std::string_view rest = fields.name; !rest.empty();) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    put8(out, static_cast<unsigned>(label.size())), put(out, octets(label));
    rest.remove_prefix(std::min(rest.size(), label.size() + 1));
  }
  put8(out, 0), put16(out, fields.type), put16(out, 1);
  return out;
}

Octets tcp_frame(const Flow& flow, std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgment,
                 std::string_view payload, const Access& access) {
  const Tcp header{.source_port = flow.source_port,
                   .destination_port = flow.destination_port,
                   .sequence = sequence,
                   .acknowledgment = acknowledgment,
                   .flags = flags};
  return ethernet(ip({.source = flow.source, .destination = flow.destination}, tcp(header, octets(payload))), access);
}

Octets udp_frame(const Flow& flow, const Octets& payload, const Access& access) {
  const Udp header{.source_port = flow.source_port, .destination_port = flow.destination_port};
  return ethernet(ip({.source = flow.source, .destination = flow.destination}, udp(header, payload)), access);
}

Octets unreachable_frame(IpAddress router, const Flow& flow, std::uint32_t sequence, const Access& access) {
  const Packet lost =
      ip({.source = flow.source, .destination = flow.destination}, tcp({.source_port = flow.source_port,
                                                                        .destination_port = flow.destination_port,
                                                                        .sequence = sequence,
                                                                        .flags = kSyn}));
  const bool v4 = flow.source.is_v4();
  const Octets quoted = cut(lost.bytes, (v4 ? 20 : 40) + 8);
  return ethernet(ip({.source = router, .destination = flow.source}, v4 ? icmp(3, 1, quoted) : icmpv6(1, 3, quoted)),
                  access);
}

}  // namespace lazaret::frames
