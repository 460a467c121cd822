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

/// Whole seconds since the epoch: what an account keeps of time.
using Second = std::uint32_t;
constexpr Second kNoSecond = UINT32_MAX;  ///< kNever in seconds
constexpr Second kLastSecond = kNoSecond - 1;

constexpr Second capped_second(std::int64_t s) {
  return s > std::int64_t{kLastSecond} ? kLastSecond : static_cast<Second>(s);
}
/// The second that `t` lies in.
constexpr Second second_of(Timestamp t) { return capped_second(t.ns / kNsPerSecond); }
/// The first second that begins no earlier than `d` after `t`.
constexpr Second due_after(Timestamp t, Duration d) {
  return capped_second((t.ns + d.ns + kNsPerSecond - 1) / kNsPerSecond);
}
constexpr Timestamp begin_of(Second s) { return s == kNoSecond ? kNever : Timestamp{std::int64_t{s} * kNsPerSecond}; }

}  // namespace lazaret
