// Every knob of the core, in one table: name, member, default, range, unit, one sentence.
// From a row come the YAML key, the --set override, the range check, the engine's threshold, the manifest's digest,
// the report's wording and docs/parameters.md.
// Ownership: a Policy is a value, copied into each engine. Threads: immutable while shared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "core/policy_lists.hpp"

namespace lazaret {

/// What a restricted account may not do. docs/semantics.md, 3, says it exactly.
enum class Profile : std::int64_t {
  shadow,     ///< decide, never act
  notice,     ///< one in n new web pages shows the notice; nothing is closed (RFC 6108)
  smtp_only,  ///< mail sending closed
  cipp,       ///< mail sending and web closed, everything else open (Qwest 2007)
  leaky,      ///< mail sending, plain web and the ports of scanners closed, everything else open (RFC 6561, 5.4)
  strict,     ///< everything closed but the sacred list, a call in progress, and what was learned for remediation
};

struct Policy {
  Policy();  ///< every member at its table default

  // what an account did lately, and what it waits for
  std::int64_t memory_window_s, contact_timeout_ms, contact_idle_s;
  // scan: Threshold Random Walk over first contacts (Jung et al., Oakland 2004), clamped (CUSUM)
  double scan_clean_failure, scan_bot_failure;  // horizontal, scanned ports
  double scan_other_clean_failure, scan_other_bot_failure, scan_other_cap;
  double scan_vertical_clean_failure, scan_vertical_bot_failure;
  double scan_mirai_score, scan_telnet_score, scan_telnet_cap, scan_observations_per_day;
  std::int64_t scan_half_life_s;
  // spam
  double spam_clean_rejected, spam_clean_new_peer, spam_bot_rejected, spam_bot_new_peer;
  double spam_mx_query_score, spam_mx_query_cap, spam_fanout_score, spam_fanout_cap;
  std::int64_t spam_relay_free, spam_relay_window_s;
  double spam_relay_score, spam_observations_per_day;
  std::int64_t spam_half_life_s;
  // dns
  double dns_clean_failure, dns_bot_failure;
  std::int64_t dns_tunnel_octets;
  double dns_tunnel_score, dns_tunnel_cap;
  std::int64_t dns_popular_accounts;
  double dns_popular_share, dns_observations_per_day;
  std::int64_t dns_half_life_s;
  // flood
  std::int64_t flood_syn_per_s, flood_udp_per_s, flood_reply_per_s;
  double flood_syn_score, flood_udp_score, flood_reply_score, flood_reply_cap, flood_spoof_score;
  double flood_observations_per_day;
  std::int64_t flood_half_life_s;
  // login
  double login_clean_failure, login_bot_failure, login_opaque_clean_short, login_opaque_bot_short, login_opaque_cap;
  std::int64_t login_short_octets;
  double login_observations_per_day;
  std::int64_t login_half_life_s;
  // c2 and reports
  double c2_beacon_score, c2_beacon_cap, c2_client_cap, c2_feed_cap, c2_observations_per_day;
  std::int64_t c2_half_life_s;
  double report_cap, report_observations_per_day;
  std::int64_t report_half_life_s;
  // evidence
  double evidence_prior, evidence_probation_prior;              // probabilities
  double evidence_watch, evidence_notify, evidence_quarantine;  // probabilities
  double evidence_false_quarantines_per_day, evidence_probation_false_quarantines_per_day;
  double evidence_cap, evidence_correlated;  // nats; weight
  // quarantine
  std::int64_t quarantine_profile;  // a Profile
  std::int64_t quarantine_later_max, quarantine_later_s, quarantine_remediation_s, quarantine_probation_s;
  std::int64_t quarantine_max_s, quarantine_drain_s, quarantine_self_releases, quarantine_history_s;
  std::int64_t quarantine_business_grace_s, quarantine_notice_one_in;
  // conductor
  std::int64_t conductor_epoch_ms, fuse_max_quarantines, fuse_interval_s, fuse_retry_s, fuse_node_floor;
  double fuse_node_share;
  // the ISP's own services, and the sacred list
  PrefixList services_resolvers, services_relays, services_voice, services_emergency, services_remediation,
      services_portal;
  NameList services_remediation_names;
};

/// One row of the table.
struct Parameter {
  using Member = std::variant<double Policy::*, std::int64_t Policy::*, PrefixList Policy::*, NameList Policy::*>;
  std::string_view name;  ///< dotted: "spam.half_life_s"
  Member member;
  double value;     ///< the default; unused for lists (default: empty)
  double min, max;  ///< inclusive; unused for lists
  std::string_view unit;
  std::string_view sentence;
  /// For a parameter whose values have names (quarantine.profile): their names from `min` on, separated by '|'; else empty.
  std::string_view choices = {};
};

[[nodiscard]] std::span<const Parameter> parameters();
/// Nullptr when there is none of that name.
[[nodiscard]] const Parameter* find_parameter(std::string_view name);
[[nodiscard]] std::string_view profile_name(Profile);

}  // namespace lazaret
