// The reply code at the start of an SMTP server's segment (RFC 5321, 4.2).
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/packet/reply_code.hpp"

namespace lazaret {

/// read_reply_code() without the preliminary replies (1yz), which SMTP does not have: 200..559 or nothing.
[[nodiscard]] inline std::optional<std::uint16_t> parse_smtp_reply(std::span<const std::uint8_t> segment) noexcept {
  const auto code = read_reply_code(segment);
  return code && *code >= 200 ? code : std::nullopt;
}

}  // namespace lazaret
