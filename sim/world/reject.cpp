#include "sim/world/reject.hpp"

#include <algorithm>

namespace lazaret {
namespace {

constexpr std::uint8_t kHops = 64;

// Length of Ethernet header and tags.
std::size_t link_octets(ConstOctets f) {
  std::size_t at = 12;
  while (at + 4 <= f.size() && (get16(f, at) == kEtherSTag || get16(f, at) == kEtherCTag)) at += 4;
  return at + 2;
}

struct Layout {
  std::size_t ip = 0, body = 0, end = 0;
  bool v4 = true;
  std::uint8_t protocol = 0;
};

std::optional<Layout> lay_out(ConstOctets f) {
  Layout l;
  l.ip = link_octets(f);
  if (f.size() < l.ip + 20) return std::nullopt;
  const std::uint16_t type = get16(f, l.ip - 2);
  if (type == kEtherIpv4 && f[l.ip] >> 4 == 4) {
    if ((get16(f, l.ip + 6) & 0x1fff) != 0) return std::nullopt;
    l.protocol = f[l.ip + 9];
    l.body = l.ip + std::size_t{f[l.ip] & 0x0fU} * 4;
    l.end = l.ip + get16(f, l.ip + 2);
  } else if (type == kEtherIpv6 && f.size() >= l.ip + 40) {
    l.v4 = false;
    l.protocol = f[l.ip + 6];
    l.body = l.ip + 40;
    l.end = l.body + get16(f, l.ip + 4);
  } else {
    return std::nullopt;
  }
  if (l.end > f.size() || l.body > l.end) return std::nullopt;
  return l;
}

// Link header with the two Ethernet addresses exchanged, then an IP header with the ends exchanged.
Frame begin(const Frame& offending, const Layout& l, std::uint8_t protocol, std::size_t body_octets) {
  Frame out;
  const ConstOctets f = offending.octets();
  std::copy(f.begin(), f.begin() + static_cast<std::ptrdiff_t>(l.ip), out.room.begin());
  std::swap_ranges(out.room.begin(), out.room.begin() + 6, out.room.begin() + 6);
  const std::size_t header = l.v4 ? 20 : 40;
  out.length = l.ip + header + body_octets;
  std::fill(out.room.begin() + static_cast<std::ptrdiff_t>(l.ip),
            out.room.begin() + static_cast<std::ptrdiff_t>(out.length), 0);
  const Octets ip = out.octets().subspan(l.ip);
  if (l.v4) {
    ip[0] = 0x45;
    put16(ip, 2, static_cast<std::uint16_t>(header + body_octets));
    ip[8] = kHops;
    ip[9] = protocol;
    put32(ip, 12, get32(f, l.ip + 16));
    put32(ip, 16, get32(f, l.ip + 12));
  } else {
    ip[0] = 0x60;
    put16(ip, 4, static_cast<std::uint16_t>(body_octets));
    ip[6] = protocol;
    ip[7] = kHops;
    put_v6(ip, 8, get_v6(f, l.ip + 24));
    put_v6(ip, 24, get_v6(f, l.ip + 8));
  }
  out.truth = offending.truth;
  return out;
}

void finish(Frame& out, const Layout& l) {
  const Octets ip = out.octets().subspan(l.ip);
  if (l.v4) finish_ipv4_header(ip);
  finish_transport(ip);
}

std::optional<Frame> reset(const Frame& offending, const Layout& l) {
  const ConstOctets tcp = offending.octets().subspan(l.body, l.end - l.body);
  if (tcp.size() < 20) return std::nullopt;
  const std::uint8_t flags = tcp[13];
  if ((flags & 0x04) != 0) return std::nullopt;
  Frame out = begin(offending, l, kProtocolTcp, 20);
  const Octets answer = out.octets().subspan(out.length - 20);
  put16(answer, 0, get16(tcp, 2));
  put16(answer, 2, get16(tcp, 0));
  answer[12] = 0x50;
  if ((flags & 0x10) != 0) {
    put32(answer, 4, get32(tcp, 8));
    answer[13] = 0x04;
  } else {
    const std::size_t header = static_cast<std::size_t>(tcp[12] >> 4) * 4;
    auto taken = static_cast<std::uint32_t>(tcp.size() - std::min(header, tcp.size()));
    taken += ((flags & 0x02) != 0 ? 1U : 0U) + ((flags & 0x01) != 0 ? 1U : 0U);
    put32(answer, 8, get32(tcp, 4) + taken);
    answer[13] = 0x14;
  }
  finish(out, l);
  return out;
}

std::optional<Frame> prohibited(const Frame& offending, const Layout& l, IpAddress gateway) {
  const ConstOctets f = offending.octets();
  if (l.protocol == kProtocolIcmp && (l.body >= l.end || f[l.body] == 3 || f[l.body] == 5 || f[l.body] == 11))
    return std::nullopt;
  if (l.protocol == kProtocolIcmp6 && (l.body >= l.end || f[l.body] < 128)) return std::nullopt;
  // ICMP quotes at least the header and eight octets; 576 and 1280 octets bound the whole answer.
  const std::size_t quoted = std::min(l.end - l.ip, l.v4 ? std::size_t{576 - 28} : std::size_t{1280 - 48});
  Frame out = begin(offending, l, l.v4 ? kProtocolIcmp : kProtocolIcmp6, 8 + quoted);
  const Octets ip = out.octets().subspan(l.ip);
  if (l.v4)
    put32(ip, 12, gateway.as_v4());
  else
    put_v6(ip, 8, gateway);
  const Octets icmp = ip.subspan(l.v4 ? 20 : 40);
  icmp[0] = l.v4 ? 3 : 1;
  icmp[1] = l.v4 ? 13 : 1;
  std::copy_n(f.begin() + static_cast<std::ptrdiff_t>(l.ip), quoted, icmp.begin() + 8);
  finish(out, l);
  return out;
}

}  // namespace

std::optional<Frame> rejection(const Frame& offending, IpAddress gateway4, IpAddress gateway6) {
  const auto layout = lay_out(offending.octets());
  if (!layout) return std::nullopt;
  if (layout->protocol == kProtocolTcp) return reset(offending, *layout);
  return prohibited(offending, *layout, layout->v4 ? gateway4 : gateway6);
}

}  // namespace lazaret
