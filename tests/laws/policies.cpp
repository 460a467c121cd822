// Random policies: small times, small windows and low thresholds, so that every row has its say within a stream.
#include <algorithm>

#include "tests/laws/streams.hpp"

namespace lazaret::laws {
namespace {

/// The services' addresses lie beside each other, IPv4 in 198.18.255.0/24 by list, IPv6 in 2001:db8:53::/48.
void add_services(Dice& dice, PrefixList& list, unsigned number) {
  if (dice.chance(20)) return;
  const std::uint8_t length = dice.chance(50) ? 128 : 126;
  list.add({IpAddress::v4(0xc612'ff00U + number * 16), length});
  if (dice.chance(70)) list.add({{0x2001'0db8'0053'0000ULL + number, 0}, 64});
}

void draw_scan_and_spam(Dice& dice, Policy& p) {
  const std::int64_t lives[] = {64, 300, 1800};
  p.scan_half_life_s = dice.pick(lives), p.spam_half_life_s = dice.pick(lives);
  p.scan_other_cap = dice.chance(50) ? 3 : 12, p.scan_telnet_cap = dice.chance(50) ? 4 : 9;
  p.scan_mirai_score = dice.chance(30) ? 3 : 12, p.scan_telnet_score = dice.chance(20) ? 0 : 1.5;
  p.spam_mx_query_cap = dice.chance(50) ? 3 : 5, p.spam_fanout_cap = dice.chance(50) ? 2 : 6;
  p.spam_fanout_score = dice.chance(20) ? 0 : 0.7;
  if (dice.chance(15)) p.spam_clean_rejected = 0.6, p.spam_clean_new_peer = 0.5;  // a remainder below zero
  p.spam_relay_free = dice.range(1, 6), p.spam_relay_window_s = dice.chance(50) ? 60 : 600;
  p.spam_relay_score = dice.chance(50) ? 0.5 : 2;
}

void draw_dns_and_flood(Dice& dice, Policy& p) {
  const std::int64_t lives[] = {64, 300, 1800}, octets[] = {64, 200, 1000}, rates[] = {1, 3, 8, 30};
  p.dns_half_life_s = dice.pick(lives), p.flood_half_life_s = dice.pick(lives);
  p.dns_tunnel_octets = dice.pick(octets), p.dns_tunnel_cap = dice.chance(50) ? 3 : 8;
  p.dns_popular_accounts = dice.range(1, 4), p.dns_popular_share = dice.chance(50) ? 0 : 0.6;
  p.flood_syn_per_s = dice.pick(rates), p.flood_udp_per_s = dice.pick(rates), p.flood_reply_per_s = dice.pick(rates);
  p.flood_reply_cap = dice.chance(50) ? 1 : 3, p.flood_spoof_score = dice.chance(30) ? 0.5 : 3;
}

void draw_login_and_c2(Dice& dice, Policy& p) {
  const std::int64_t lives[] = {64, 600, 7200}, octets[] = {100, 1000, 4000};
  p.login_half_life_s = dice.pick(lives), p.c2_half_life_s = dice.pick(lives), p.report_half_life_s = dice.pick(lives);
  p.login_short_octets = dice.pick(octets), p.login_opaque_cap = dice.chance(50) ? 1.5 : 9;
  p.c2_beacon_cap = dice.chance(50) ? 2 : 4, p.c2_client_cap = dice.chance(50) ? 2 : 4;
  p.c2_feed_cap = dice.chance(50) ? 4 : 9, p.report_cap = dice.chance(50) ? 3 : 9;
}

void draw_evidence(Dice& dice, Policy& p) {
  const double priors[] = {1e-4, 1e-2, 0.2}, thresholds[] = {0.9, 0.99, 0.999}, mistakes[] = {1e-5, 1e-2, 1};
  const double days[] = {10, 300};
  p.evidence_prior = dice.pick(priors), p.evidence_probation_prior = std::min(0.3, p.evidence_prior * 20);
  p.evidence_watch = dice.chance(50) ? 0.1 : 0.5, p.evidence_notify = dice.chance(50) ? 0.6 : 0.9;
  p.evidence_quarantine = dice.pick(thresholds);
  p.evidence_false_quarantines_per_day = dice.pick(mistakes);
  p.evidence_probation_false_quarantines_per_day = std::min(1.0, p.evidence_false_quarantines_per_day * 30);
  p.evidence_cap = dice.chance(30) ? 9 : 25;
  const double weights[] = {0, 0.25, 0.5, 1};
  p.evidence_correlated = dice.pick(weights);
  for (double Policy::*member :
       {&Policy::scan_observations_per_day, &Policy::spam_observations_per_day, &Policy::dns_observations_per_day,
        &Policy::flood_observations_per_day, &Policy::login_observations_per_day, &Policy::c2_observations_per_day,
        &Policy::report_observations_per_day})
    p.*member = dice.pick(days);
}

void draw_ladder(Dice& dice, Policy& p) {
  const std::int64_t histories[] = {60, 120, 100'000}, drains[] = {0, 5, 40}, selves[] = {0, 1, 2, 5};
  p.quarantine_later_max = dice.range(0, 3);
  p.quarantine_later_s = dice.range(1, 20), p.quarantine_remediation_s = dice.range(1, 20);
  p.quarantine_max_s = dice.range(2, 60), p.quarantine_probation_s = dice.range(1, 60);
  p.quarantine_drain_s = dice.pick(drains), p.quarantine_self_releases = dice.pick(selves);
  p.quarantine_history_s = dice.pick(histories), p.quarantine_business_grace_s = dice.range(1, 30);
  p.quarantine_notice_one_in = dice.range(1, 4);
  const Profile profiles[] = {Profile::shadow, Profile::notice, Profile::smtp_only, Profile::cipp,  Profile::cipp,
                              Profile::leaky,  Profile::leaky,  Profile::strict,    Profile::strict};
  p.quarantine_profile = static_cast<std::int64_t>(dice.pick(profiles));
  p.fuse_retry_s = dice.range(1, 20);
  p.fuse_max_quarantines = dice.range(0, 6), p.fuse_interval_s = dice.range(5, 120);
  p.fuse_node_floor = dice.range(0, 4);
  const double shares[] = {0, 0.3, 1};
  p.fuse_node_share = dice.pick(shares);
  p.conductor_epoch_ms = dice.chance(50) ? 250 : 1000;
}

}  // namespace

Policy random_policy(Dice& dice) {
  Policy p;
  const std::int64_t timeouts[] = {100, 500, 1000, 3000}, windows[] = {60, 120, 300}, idles[] = {2, 10, 60};
  p.contact_timeout_ms = dice.pick(timeouts), p.memory_window_s = dice.pick(windows),
  p.contact_idle_s = dice.pick(idles);
  draw_scan_and_spam(dice, p), draw_dns_and_flood(dice, p), draw_login_and_c2(dice, p);
  draw_evidence(dice, p), draw_ladder(dice, p);
  add_services(dice, p.services_resolvers, 0), add_services(dice, p.services_relays, 1);
  add_services(dice, p.services_voice, 2), add_services(dice, p.services_emergency, 3);
  add_services(dice, p.services_remediation, 4), add_services(dice, p.services_portal, 5);
  if (dice.chance(85)) p.services_remediation_names.add("cleaner.example");
  if (dice.chance(50)) p.services_remediation_names.add("tools.vendor.example");
  return p;
}

}  // namespace lazaret::laws
