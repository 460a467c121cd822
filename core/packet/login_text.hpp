// What a console says when a login fails, as telnet servers of routers, cameras and Unix machines word it.
// Ownership: values. Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lazaret {

/// Octets of a segment that are looked at.
constexpr std::size_t kLoginTextMax = 256;

/// True when the server's segment has "incorrect", "fail", "denied" or "invalid" among its first kLoginTextMax octets, in
/// capitals or small letters, also inside longer words. A word split over two segments is not found. It is evidence of a
/// failed login only while one is under way: a message of the day may hold the same words.
[[nodiscard]] bool says_login_failed(std::span<const std::uint8_t> segment) noexcept;

}  // namespace lazaret
