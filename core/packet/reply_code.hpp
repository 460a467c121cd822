// The reply code at the start of a server's segment, in the grammar that FTP (RFC 959, 4.2) and SMTP (RFC 5321, 4.2)
// share. smtp.hpp narrows it to SMTP's codes.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace lazaret {

/// 100..559 when the segment starts with three digits of a valid code (first 1..5, second 0..5) followed by a space, a
/// hyphen, CR or LF; nothing otherwise.
[[nodiscard]] std::optional<std::uint16_t> read_reply_code(std::span<const std::uint8_t> segment) noexcept;

/// FTP's "not logged in": the answer to a wrong name or password (RFC 959, 4.2.1).
constexpr std::uint16_t kFtpNotLoggedIn = 530;

}  // namespace lazaret
