// The answer to a rejected packet, so that its sender fails fast: a TCP reset that the sender's stack must believe
// (RFC 9293, 3.10.7), else ICMP or ICMPv6 "administratively prohibited" (RFC 1812, 5.2.7.1; RFC 4443, 3.1).
// Ownership: values. Threads: pure.
#pragma once

#include <optional>

#include "core/address.hpp"
#include "sim/world/octets.hpp"

namespace lazaret {

/// `offending` is a tagged or untagged frame; the answer carries the same tags and goes back where it came from.
/// Nothing where no answer may be given: to a reset, an ICMP error, a fragment that hides its ports, or what is not IP.
[[nodiscard]] std::optional<Frame> rejection(const Frame& offending, IpAddress gateway4, IpAddress gateway6);

}  // namespace lazaret
