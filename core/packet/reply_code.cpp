#include "core/packet/reply_code.hpp"

namespace lazaret {
namespace {

constexpr bool within(std::uint8_t octet, char low, char high) { return octet >= low && octet <= high; }

}  // namespace

std::optional<std::uint16_t> read_reply_code(std::span<const std::uint8_t> segment) noexcept {
  if (segment.size() < 4) return std::nullopt;
  const std::uint8_t a = segment[0], b = segment[1], c = segment[2], end = segment[3];
  if (!within(a, '1', '5') || !within(b, '0', '5') || !within(c, '0', '9')) return std::nullopt;
  if (end != ' ' && end != '-' && end != '\r' && end != '\n') return std::nullopt;
  return static_cast<std::uint16_t>((a - '0') * 100 + (b - '0') * 10 + (c - '0'));
}

}  // namespace lazaret
