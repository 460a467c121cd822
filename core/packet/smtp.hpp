// The reply code at the start of an SMTP server's segment (RFC 5321, 4.2).
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace lazaret {

/// 200..559 when the segment starts with three digits of a valid code (first 2..5, second 0..5) followed by a space, a
/// hyphen, CR or LF; nothing otherwise.
[[nodiscard]] std::optional<std::uint16_t> parse_smtp_reply(std::span<const std::uint8_t> segment) noexcept;

}  // namespace lazaret
