// Numbers in network order, and letters without their case: what readers of text and messages share.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>

namespace lazaret {

constexpr std::uint16_t read16(const std::uint8_t* p) noexcept { return static_cast<std::uint16_t>(p[0] << 8 | p[1]); }
constexpr std::uint32_t read32(const std::uint8_t* p) noexcept {
  return std::uint32_t{read16(p)} << 16 | read16(p + 2);
}
constexpr std::uint64_t read64(const std::uint8_t* p) noexcept {
  return std::uint64_t{read32(p)} << 32 | read32(p + 4);
}

/// ASCII capitals become small letters; every other octet stays.
constexpr std::uint8_t folded(std::uint8_t octet) noexcept {
  return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + ('a' - 'A')) : octet;
}

constexpr bool is_digit(std::uint8_t octet) noexcept { return octet >= '0' && octet <= '9'; }
constexpr bool is_letter(std::uint8_t octet) noexcept { return folded(octet) >= 'a' && folded(octet) <= 'z'; }

}  // namespace lazaret
