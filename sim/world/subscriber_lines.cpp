#include "sim/world/subscriber_lines.hpp"

#include <algorithm>

#include "sim/world/host.hpp"

namespace lazaret {
namespace {

std::uint64_t key_of(IpAddress a) { return a.is_v4() ? a.as_v4() : a.high >> 8 | 1ULL << 63; }

}  // namespace

SubscriberLines::SubscriberLines(const Plan& plan) {
  for (const HomePlan& home : plan.homes) {
    const SubscriberLine line{home.account, home.s_vlan, home.c_vlan, router_mac(home.account.value)};
    by_address_[key_of(home.ipv4)] = line;
    if (home.ipv6) by_address_[key_of(home.ipv6->address)] = line;
  }
}

const SubscriberLine* SubscriberLines::find(IpAddress a) const {
  const auto it = by_address_.find(key_of(a));
  return it == by_address_.end() ? nullptr : &it->second;
}

void push_tags(Frame& f, std::uint16_t s_vlan, std::uint16_t c_vlan) {
  std::copy_backward(f.room.begin() + 12, f.room.begin() + f.length, f.room.begin() + f.length + kTagsOctets);
  f.length += kTagsOctets;
  const Octets o = f.octets();
  put16(o, 12, kEtherSTag);
  put16(o, 14, s_vlan);
  put16(o, 16, kEtherCTag);
  put16(o, 18, c_vlan);
}

bool pop_tags(Frame& f, std::uint16_t& s_vlan, std::uint16_t& c_vlan) {
  const Octets o = f.octets();
  if (f.length < kEthernetOctets + kTagsOctets || get16(o, 12) != kEtherSTag || get16(o, 16) != kEtherCTag)
    return false;
  s_vlan = get16(o, 14) & 0x0fff;
  c_vlan = get16(o, 18) & 0x0fff;
  std::copy(f.room.begin() + 20, f.room.begin() + f.length, f.room.begin() + 12);
  f.length -= kTagsOctets;
  return true;
}

void set_macs(Frame& f, std::uint64_t destination, std::uint64_t source) {
  put_mac(destination, f.room.data());
  put_mac(source, f.room.data() + 6);
}

std::optional<IpEnds> ip_ends(const Frame& f) {
  const ConstOctets o = f.octets();
  if (f.length >= kEthernetOctets + 20 && get16(o, 12) == kEtherIpv4)
    return IpEnds{IpAddress::v4(get32(o, kEthernetOctets + 12)), IpAddress::v4(get32(o, kEthernetOctets + 16))};
  if (f.length >= kEthernetOctets + 40 && get16(o, 12) == kEtherIpv6)
    return IpEnds{get_v6(o, kEthernetOctets + 8), get_v6(o, kEthernetOctets + 24)};
  return std::nullopt;
}

bool age(Frame& f) {
  const Octets ip = f.octets().subspan(kEthernetOctets);
  if (ip[0] >> 4 == 6) return ip[7]-- > 1;
  if (ip[8] <= 1) return false;
  const std::uint16_t before = get16(ip, 8);
  --ip[8];
  adjust16(ip, 10, before, get16(ip, 8));
  return true;
}

}  // namespace lazaret
