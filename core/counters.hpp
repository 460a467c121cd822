// What the core counted besides its verdicts: nothing is skipped without one of these moving.
// Ownership: values. Threads: none.
#pragma once

#include <cstdint>

namespace lazaret {

struct Counters {
  std::uint64_t packets = 0;
  std::uint64_t octets = 0;  ///< wire_length summed
  std::uint64_t not_ip = 0;
  std::uint64_t malformed = 0;
  std::uint64_t fragments = 0;  ///< non-first fragments: their ports cannot be known
  std::uint64_t unbound = 0;
  std::uint64_t spoofed = 0;
  std::uint64_t unmatched_replies = 0;  ///< replies that answered nothing the account had asked
  std::uint64_t contacts_skipped = 0;   ///< first contacts not followed: kContactsPerAccount
  std::uint64_t sessions_skipped = 0;   ///< mail and login sessions not followed: kSessionsPerAccount
  std::uint64_t evidence_crowded = 0;   ///< observations lost because stronger evidence filled kStandingsPerAccount
  std::uint64_t bindings_refused = 0;   ///< Limits::bindings or Limits::accounts reached
  std::uint64_t commands_ignored = 0;   ///< a command that meant nothing in the account's state
  std::uint64_t events_lost = 0;        ///< Limits::events reached

  friend constexpr bool operator==(const Counters&, const Counters&) = default;
  constexpr Counters& operator+=(const Counters& o);
};

/// Each of them once, in order.
constexpr std::uint64_t Counters::*kCounterMembers[] = {
    &Counters::packets,          &Counters::octets,           &Counters::not_ip,           &Counters::malformed,
    &Counters::fragments,        &Counters::unbound,          &Counters::spoofed,          &Counters::unmatched_replies,
    &Counters::contacts_skipped, &Counters::sessions_skipped, &Counters::evidence_crowded, &Counters::bindings_refused,
    &Counters::commands_ignored, &Counters::events_lost};
static_assert(sizeof(Counters) == sizeof(kCounterMembers) / sizeof(kCounterMembers[0]) * sizeof(std::uint64_t));

constexpr Counters& Counters::operator+=(const Counters& o) {
  for (const auto member : kCounterMembers) this->*member += o.*member;
  return *this;
}

}  // namespace lazaret
