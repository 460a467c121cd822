// Addresses between this project's type and ns-3's.
// Ownership: values. Threads: none.
#pragma once

#include <ns3/address.h>

#include <cstdint>

#include "core/address.hpp"

namespace lazaret {

[[nodiscard]] ns3::Address to_ns3(IpAddress, std::uint16_t port);
[[nodiscard]] ns3::Address any_address(bool v4, std::uint16_t port);
void from_ns3(const ns3::Address&, IpAddress&, std::uint16_t& port);

}  // namespace lazaret
