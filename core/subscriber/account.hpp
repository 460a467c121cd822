// Who a packet belongs to: the account (the contract with the ISP), and the access line it came in on.
// Ownership: values. Threads: none.
#pragma once

#include <compare>
#include <cstdint>

namespace lazaret {

/// An account, as the ISP numbers it. 0 is nobody.
struct AccountId {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(AccountId, AccountId) = default;
};
constexpr AccountId kNobody{};

/// An access line as the frame itself shows it: S-VLAN (12 bits), C-VLAN (12 bits), PPPoE session (16 bits),
/// the 1:1 VLAN model of Broadband Forum TR-101. 0: the frame names no line.
struct LineId {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(LineId, LineId) = default;
};
constexpr LineId make_line(std::uint16_t s_vlan, std::uint16_t c_vlan, std::uint16_t pppoe_session) {
  return {(std::uint64_t{s_vlan} << 28) | (std::uint64_t{c_vlan} << 16) | pppoe_session};
}

}  // namespace lazaret
