// Which access line a subscriber address is on, as the gateway knows it: the S- and C-VLAN to push, the home router's
// Ethernet address, and the account. Changes frames between their tagged and untagged forms.
// Ownership: owns its table. Threads: immutable once filled.
#pragma once

#include <unordered_map>

#include "sim/topology/plan.hpp"
#include "sim/world/octets.hpp"

namespace lazaret {

struct SubscriberLine {
  AccountId account;
  std::uint16_t s_vlan = 0, c_vlan = 0;
  std::uint64_t router_mac = 0;
};

class SubscriberLines {
 public:
  explicit SubscriberLines(const Plan&);
  /// Null for an address that no account holds.
  [[nodiscard]] const SubscriberLine* find(IpAddress) const;

 private:
  std::unordered_map<std::uint64_t, SubscriberLine> by_address_;  ///< IPv4 address, or the upper 56 bits of IPv6
};

constexpr std::size_t kTagsOctets = 8;
constexpr std::uint64_t kGatewayMac = 0x02'00'00'00'00'01;
[[nodiscard]] constexpr std::uint64_t router_mac(std::uint32_t account) { return 0x02'00'01'00'00'00ULL + account; }
[[nodiscard]] constexpr std::uint64_t lan_mac(std::uint32_t account, unsigned port) {
  return 0x02'00'02'00'00'00ULL + (std::uint64_t{account} << 4) + port;
}
[[nodiscard]] constexpr std::uint64_t server_mac(std::size_t server) { return 0x02'00'03'00'00'00ULL + server; }

/// 802.1ad outside, 802.1Q inside (TR-101, one C-VLAN a subscriber).
void push_tags(Frame&, std::uint16_t s_vlan, std::uint16_t c_vlan);
/// False, and unchanged, when the frame does not carry exactly these two.
[[nodiscard]] bool pop_tags(Frame&, std::uint16_t& s_vlan, std::uint16_t& c_vlan);
void set_macs(Frame&, std::uint64_t destination, std::uint64_t source);

/// Addresses of an untagged IP frame; nothing for anything else.
struct IpEnds {
  IpAddress source, destination;
};
[[nodiscard]] std::optional<IpEnds> ip_ends(const Frame&);
/// Lowers TTL or hop limit of an untagged IP frame; false when it may go no further.
[[nodiscard]] bool age(Frame&);

}  // namespace lazaret
