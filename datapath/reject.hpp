// What a rejected packet is answered with, so that clients fail fast instead of waiting for a timeout: a TCP reset, or
// ICMP "communication administratively prohibited" (RFC 1812, type 3 code 13; RFC 4443, type 1 code 1).
// The answer takes the way back: Ethernet and IP addresses swapped, VLAN tags and PPPoE session kept. It speaks in the
// name of the addressed host, for a bump in the wire has no address of its own.
// Ownership: writes into the caller's octets. Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lazaret {

/// More than any answer needs: Ethernet, two tags, PPPoE and PPP, and 1280 octets of IPv6 (RFC 4443, 2.4 (c)).
constexpr std::size_t kAnswerMax = 14 + 8 + 8 + 1280;

/// Octets of the answer written to `out`; 0 where the RFCs forbid one (an answer to a reset or an ICMP error, to a
/// group address, to a later fragment), where the frame is not IP or cut short, or where `out` is too small. The answer
/// is not padded to Ethernet's minimum: the port does that.
[[nodiscard]] std::size_t build_answer(std::span<const std::uint8_t> frame, std::span<std::uint8_t> out) noexcept;

}  // namespace lazaret
