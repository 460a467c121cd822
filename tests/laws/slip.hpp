// The deliberate mistakes that a Reference can make, one rule of docs/semantics.md told wrongly each: what the laws
// must notice. Their lists are macros, so that one that goes unnoticed is told by its name.
// Ownership: values. Threads: none.
#pragma once

#include <cstdint>
#include <string_view>

namespace lazaret::laws {

// the order of things, and leases (1, 2)
#define LAZARET_ORDER_SLIPS                                                                                           \
  commands_last, batch_stamps, timers_last, late_timers, closed_observed, garden_observed, timers_by_reverse_account, \
      silence_always_adverse, timer_order, kinds_share_room, line_shared, unbound_silently, nodes_silent,             \
      foreign_ignored, refused_takes_nothing, shortest_prefix
// verdicts (3)
#define LAZARET_VERDICT_SLIPS                                                                                       \
  any_line, link_local_spoofed, lost_line_open, private_blamed, holder_blamed, restricted_shadow, stop_ignored,     \
      nothing_sacred, sacred_ports_only, learned_ignored, learned_forever, ports_unswapped, any_resolver_sacred,    \
      drain_ignored, drain_endless, notice_all, fragments_judged, openings_drain, leaky_scans, quic_openings_drain, \
      garden_forgotten
// contacts, scanning, mail sending (4 to 6)
#define LAZARET_CONTACT_SLIPS                                                                                       \
  memory_never_turns, memory_turns_whole, memory_collides_less, memory_turns_early, memory_never_full,              \
      any_acknowledgment, retransmissions_judged, relays_are_strangers, peers_by_address, known_peer_new,           \
      fanout_silent, logins_at_new_hosts_only, shared_contacts, vertical_never, hosts_unlimited, collisions_judged, \
      mirai_never, mirai_any_sequence, telnet_23_only, telnet_twice, unreachable_to_another, unreachable_ignored,   \
      reset_exonerates, sessions_unlimited, mail_refusals_ignored, relay_never_resets, relay_free_twice
// sessions and names (7, 8)
#define LAZARET_SESSION_SLIPS                                                                                        \
  idle_from_the_start, fin_keeps_session, any_sequence, nothing_acknowledged, acknowledged_too_much,                 \
      reject_every_reply, greeting_accepts, every_message_new, ftp_430_ignored, ftp_230_ignored, telnet_fails_once,  \
      opaque_without_up, opaque_always_short, failed_telnet_exonerates, any_question_id, questions_unlimited,        \
      mx_repeats, mx_marks_names, short_names_tunnel, tunnel_never_forgets, tunnel_never_subtracts, unasked_answers, \
      questions_kept, reverse_names_tell, local_names_tell, block_lists_tell, domain_not_fresh, popular_ignored,     \
      name_failed_silent, empty_answers_exonerate, learned_from_any_server, every_name_learned, learned_exact_names, \
      learned_as_long_as_told
// rates, reports, command and control (9 to 11)
#define LAZARET_RATE_SLIPS                                                                                          \
  meter_ratio_ignored, meter_never_emptied, meter_waits, meter_saturates, meter_keeps_answers, small_replies_count, \
      any_port_amplifies, exempt_blamed, spoof_repeats, any_port_calls, call_taken_over, call_never_refreshed,      \
      call_refused, call_endless, report_makes_account, report_unclamped, report_portless, beacon_candidate_stays,  \
      beacon_any_gap, beacon_every_time, feed_never_expires, feed_repeats, sinkhole_as_any_address,                 \
      answers_not_looked_up, any_answer_is_a_hit, names_not_looked_up, sinkhole_name_as_any, server_names_ignored,  \
      clients_ignored, clients_repeat
// scores (12)
#define LAZARET_SCORE_SLIPS                                                                                 \
  no_decay, one_half_life, standings_unlimited, greatest_evicted, standings_never_evicted, no_cap, one_cap, \
      sightings_exonerated, ports_swapped, empty_standings_stay, prior_on_probation, correlated_fully,      \
      certain_as_ordinary, nothing_certain, whispers_agree, families_by_channel, one_family
// the ladder (13)
#define LAZARET_LADDER_SLIPS                                                                                          \
  exempt_weighed, decay_stored, hold_forgotten, no_reasons, business_as_ordinary, vulnerable_as_ordinary, never_told, \
      no_grace, nobody_notified, notices_unreasoned, notice_withdrawn, watch_forever, remembers, contacts_survive,    \
      questions_survive, rates_survive, clearing_keeps_evidence, history_costs_nothing, later_not_restored,           \
      history_for_ever, stopped_for_good, one_popular_name, anybody_appeals, held_to_notified,                        \
      operator_quarantines_exempt, operator_forgets_probation, operator_waits_for_deferral, classify_keeps_evidence,  \
      self_releases_ignored, remediation_extends, later_unlimited, already_keeps_evidence, cap_keeps_evidence,        \
      quarantine_restarts, deferral_drains_nothing, probation_restarts

/// One rule told wrongly.
enum class Slip : std::uint8_t {
  none,
  LAZARET_ORDER_SLIPS,
  LAZARET_VERDICT_SLIPS,
  LAZARET_CONTACT_SLIPS,
  LAZARET_SESSION_SLIPS,
  LAZARET_RATE_SLIPS,
  LAZARET_SCORE_SLIPS,
  LAZARET_LADDER_SLIPS,
  end
};
constexpr Slip kLastSlip{static_cast<std::uint8_t>(static_cast<unsigned>(Slip::end) - 1)};

#define LAZARET_TEXT(...) #__VA_ARGS__
#define LAZARET_TEXT_OF(...) LAZARET_TEXT(__VA_ARGS__)
constexpr std::string_view kSlipNames =
    LAZARET_TEXT_OF(none, LAZARET_ORDER_SLIPS, LAZARET_VERDICT_SLIPS, LAZARET_CONTACT_SLIPS, LAZARET_SESSION_SLIPS,
                    LAZARET_RATE_SLIPS, LAZARET_SCORE_SLIPS, LAZARET_LADDER_SLIPS);

constexpr std::string_view name_of(Slip s) {
  std::string_view names = kSlipNames;
  for (auto i = static_cast<unsigned>(s); i > 0; --i) names.remove_prefix(names.find(", ") + 2);
  return names.substr(0, names.find(','));
}

}  // namespace lazaret::laws
