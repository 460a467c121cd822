// Time as the core knows it: a value that arrives with each packet and each command, never a clock that is read.
// Nanoseconds since the epoch of the world that drives the core (Unix time for captures, 0 for a simulation).
// Ownership: values. Threads: none.
#pragma once

#include <compare>
#include <cstdint>

namespace lazaret {

/// A span of time, in nanoseconds.
struct Duration {
  std::int64_t ns = 0;
  friend constexpr auto operator<=>(Duration, Duration) = default;
};

/// A point in time, in nanoseconds since the driving world's epoch. Never negative.
struct Timestamp {
  std::int64_t ns = 0;
  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
};

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

constexpr Duration seconds(std::int64_t s) { return {s * kNsPerSecond}; }
constexpr Duration milliseconds(std::int64_t ms) { return {ms * 1'000'000}; }
constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.ns + d.ns}; }
constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.ns - d.ns}; }
constexpr Duration operator-(Timestamp a, Timestamp b) { return {a.ns - b.ns}; }

/// Later than anything that can happen: a timer that is not armed.
constexpr Timestamp kNever{INT64_MAX};

}  // namespace lazaret
