// Parts of sentences: times, lengths of time, ports, counts, scores. What explanation.cpp and reasons.cpp are written in.
// Ownership: each returns its own text. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/event.hpp"
#include "core/time.hpp"

namespace lazaret {

/// Unix time as date and time of day (UTC); a simulation's time, which starts at 0, as hours, minutes and seconds.
[[nodiscard]] std::string time_text(Timestamp);
/// "2 days", "1 hour", "90 seconds": the greatest unit that divides it.
[[nodiscard]] std::string duration_text(std::int64_t s);
/// 1/65536 nat as nats with one decimal.
[[nodiscard]] std::string nats_text(Score);
/// "1 network", "2 networks".
[[nodiscard]] std::string counted_text(std::uint64_t n, std::string_view singular);
/// "1st", "2nd", "11th".
[[nodiscard]] std::string ordinal_text(std::uint64_t n);
/// "port 2323 (telnet)", "port 4711".
[[nodiscard]] std::string port_text(std::uint16_t port);

}  // namespace lazaret
