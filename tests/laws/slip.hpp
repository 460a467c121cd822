// The deliberate mistakes that a Reference can make, one rule of docs/semantics.md told wrongly each: what the laws
// must notice. Ownership: a value. Threads: none.
#pragma once

#include <cstdint>

namespace lazaret::laws {

/// One rule told wrongly.
enum class Slip : std::uint8_t {
  none,
  // section 1
  timers_last,
  late_timers,
  batch_stamps,
  commands_last,
  timers_by_reverse_account,
  // section 2 and 3
  shortest_prefix,
  any_line,
  unbound_silently,
  nothing_sacred,
  sacred_ports_only,
  ports_unswapped,
  garden_observed,
  fragments_judged,
  restricted_shadow,
  // section 5
  any_acknowledgment,
  unreachable_ignored,
  silence_always_adverse,
  reset_exonerates,
  no_vertical,
  never_rotates,
  rotates_whole,
  never_full,
  shared_contacts,
  skipped_unmarked,
  long_memory,
  collisions_judged,
  unreachable_to_another,
  // section 6
  relays_observed,
  known_peer_new,
  reject_every_reply,
  acknowledged_too_much,
  any_sequence,
  names_repeat,
  no_idle_end,
  reset_keeps_session,
  peers_by_address,
  greeting_accepts,
  // section 7
  no_cap,
  no_decay,
  decay_stored,
  prior_on_probation,
  sightings_exonerated,
  ports_swapped,
  // section 8
  no_reasons,
  one_family,
  hold_forgotten,
  watch_forever,
  later_unlimited,
  remediation_extends,
  already_keeps_evidence,
  remembers,
  probation_restarts,
  later_not_restored,
  exempt_weighed,
  timer_order,
  quarantine_restarts,
};
constexpr Slip kLastSlip = Slip::quarantine_restarts;

}  // namespace lazaret::laws
