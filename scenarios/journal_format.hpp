// The journal's octets: pcapng (draft-ietf-opsawg-pcapng), little-endian, one section, three Ethernet interfaces with
// nanoseconds. Shared by its writer and its reader.
// Ownership: constants. Threads: any.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace lazaret::journal {

static_assert(std::endian::native == std::endian::little,
              "journals and verdict files are written in the machine's order");

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kByteOrder = 0x1a2b3c4d;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint16_t kVersionMajor = 1, kVersionMinor = 0;
constexpr std::uint16_t kLinkEthernet = 1;
constexpr std::uint16_t kOptionEnd = 0, kOptionIfName = 2, kOptionApplication = 4, kOptionTsResolution = 9;
constexpr std::uint8_t kNanoseconds = 9;  ///< if_tsresol: 10^-9

/// Interface number = Direction.
constexpr std::array<std::string_view, 3> kInterfaces = {"access", "core", "garden"};

/// The part of an enhanced packet block before the frame.
struct PacketHead {
  std::uint32_t type, length, interface, stamp_high, stamp_low, captured, original;
};
static_assert(sizeof(PacketHead) == 28);
constexpr std::uint32_t kPacketOverhead = sizeof(PacketHead) + 4;  ///< the length stands once more at the end

constexpr std::uint32_t padded(std::uint32_t octets) { return (octets + 3) & ~3U; }

}  // namespace lazaret::journal
