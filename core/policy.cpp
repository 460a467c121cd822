#include "core/policy.hpp"

namespace lazaret {
namespace {

using P = Policy;

constexpr Parameter kTable[] = {
    {"memory.window_s", &P::memory_window_s, 1800, 60, 86400, "s",
     "What an account contacted, mailed and asked for is remembered for one to two of these windows."},
    {"contact.timeout_ms", &P::contact_timeout_ms, 4000, 100, 60000, "ms",
     "A connection without an answer for this long has failed."},
    {"contact.idle_s", &P::contact_idle_s, 300, 1, 86400, "s",
     "A mail or login session that is idle for this long is forgotten."},
    {"scan.clean_failure", &P::scan_clean_failure, 0.2, 0.001, 0.999, "probability",
     "How often a first contact of a clean subscriber on a commonly scanned port fails (Jung et al. 2004: 0.2)."},
    {"scan.bot_failure", &P::scan_bot_failure, 0.8, 0.001, 0.999, "probability",
     "How often a first contact of a scanner on such a port fails (Jung et al. 2004: 0.8)."},
    {"scan.other_clean_failure", &P::scan_other_clean_failure, 0.4, 0.001, 0.999, "probability",
     "How often a clean subscriber's first contact on any other port fails; peer-to-peer programs set this."},
    {"scan.other_bot_failure", &P::scan_other_bot_failure, 0.95, 0.001, 0.999, "probability",
     "How often a scanner's first contact on any other port fails."},
    {"scan.other_cap", &P::scan_other_cap, 7.5, 0, 60, "nat",
     "The most that failures on other ports may add to the belief; below the certain score they corroborate, never "
     "convict."},
    {"scan.vertical_clean_failure", &P::scan_vertical_clean_failure, 0.949, 0.001, 0.999, "probability",
     "How often a clean subscriber fails on a further port of a host that it already contacted: the ports of a host "
     "are "
     "closed together, so people who look over their own server fail nearly as often as port scanners."},
    {"scan.vertical_bot_failure", &P::scan_vertical_bot_failure, 0.95, 0.001, 0.999, "probability",
     "How often a port scanner fails on a further port of a host that it already contacted."},
    {"scan.mirai_score", &P::scan_mirai_score, 12, 0, 22, "nat",
     "What one SYN to a new host adds whose sequence number is the destination address (by chance: 2^-32, 22 nats)."},
    {"scan.telnet_score", &P::scan_telnet_score, 1.5, 0, 10, "nat",
     "What one new telnet host adds, whether it answers or not; homes contact hardly any."},
    {"scan.telnet_cap", &P::scan_telnet_cap, 9, 0, 60, "nat", "The most that new telnet hosts may add."},
    {"scan.observations_per_day", &P::scan_observations_per_day, 300, 1, 1e6, "1/day",
     "Observations of one scan channel that a clean account makes in a day; sets the certain score."},
    {"scan.half_life_s", &P::scan_half_life_s, 1800, 64, 604800, "s", "Half-life of evidence from scanning."},
    {"spam.clean_rejected", &P::spam_clean_rejected, 0.10, 0.001, 0.9, "probability",
     "How often a clean mail sender's direct session is refused, unanswered or rejected."},
    {"spam.clean_new_peer", &P::spam_clean_new_peer, 0.25, 0.001, 0.9, "probability",
     "How often a clean sender's direct message is accepted by a network it had not mailed before."},
    {"spam.bot_rejected", &P::spam_bot_rejected, 0.55, 0.001, 0.9, "probability",
     "How often a spam bot's direct session is refused, unanswered or rejected."},
    {"spam.bot_new_peer", &P::spam_bot_new_peer, 0.43, 0.001, 0.9, "probability",
     "How often a spam bot's direct message is accepted by a network it had not mailed before."},
    {"spam.mx_query_score", &P::spam_mx_query_score, 1.0, 0, 10, "nat",
     "What one question for a new mail exchanger name adds; home computers ask for none."},
    {"spam.mx_query_cap", &P::spam_mx_query_cap, 5, 0, 60, "nat",
     "The most that such questions may add to the belief."},
    {"spam.fanout_score", &P::spam_fanout_score, 0.7, 0, 10, "nat",
     "What one new network contacted on port 25 adds, whatever comes of it."},
    {"spam.fanout_cap", &P::spam_fanout_cap, 6, 0, 60, "nat", "The most that new networks on port 25 may add."},
    {"spam.relay_free", &P::spam_relay_free, 40, 1, 65534, "connections",
     "Connections to the ISP's own mail relays within spam.relay_window_s that tell nothing."},
    {"spam.relay_window_s", &P::spam_relay_window_s, 600, 60, 86400, "s",
     "The window that connections to the relays are counted over."},
    {"spam.relay_score", &P::spam_relay_score, 0.5, 0, 10, "nat", "What each further connection to a relay adds."},
    {"spam.observations_per_day", &P::spam_observations_per_day, 300, 1, 1e6, "1/day",
     "Observations of one spam channel that a clean account makes in a day; sets the certain score."},
    {"spam.half_life_s", &P::spam_half_life_s, 21600, 64, 604800, "s", "Half-life of evidence from mail sending."},
    {"dns.clean_failure", &P::dns_clean_failure, 0.1, 0.001, 0.999, "probability",
     "How often a domain that is new to a clean account does not exist (typing errors, dead links)."},
    {"dns.bot_failure", &P::dns_bot_failure, 0.8, 0.001, 0.999, "probability",
     "How often a domain that is new to the account does not exist where a bot generates names."},
    {"dns.tunnel_octets", &P::dns_tunnel_octets, 4096, 64, 1e6, "octets",
     "Octets below one domain, in long names within ten minutes, that make one observation of a tunnel."},
    {"dns.tunnel_score", &P::dns_tunnel_score, 2, 0, 10, "nat", "What one such observation adds."},
    {"dns.tunnel_cap", &P::dns_tunnel_cap, 8, 0, 60, "nat",
     "The most that tunnelling may add: reputation look-ups of virus scanners carry octets in names, too."},
    {"dns.popular_accounts", &P::dns_popular_accounts, 50, 1, 1e6, "accounts",
     "A domain that at least this many accounts fail to find within memory.window_s tells nothing about one of them."},
    {"dns.popular_share", &P::dns_popular_share, 0.02, 0, 1, "share",
     "The same as a share of all accounts; the greater of the two counts."},
    {"dns.observations_per_day", &P::dns_observations_per_day, 300, 1, 1e6, "1/day",
     "New domains that a clean account asks for in a day; sets the certain score."},
    {"dns.half_life_s", &P::dns_half_life_s, 21600, 64, 604800, "s", "Half-life of evidence from names."},
    {"flood.syn_per_s", &P::flood_syn_per_s, 200, 1, 65535, "1/s",
     "SYNs in one second, fewer than a fifth of them answered, that make one observation."},
    {"flood.syn_score", &P::flood_syn_score, 5, 0, 10, "nat", "What one such second adds."},
    {"flood.udp_per_s", &P::flood_udp_per_s, 500, 1, 65535, "1/s",
     "UDP packets sent in one second, with fewer than a twentieth coming back, that make one observation."},
    {"flood.udp_score", &P::flood_udp_score, 1.5, 0, 10, "nat", "What one such second adds."},
    {"flood.reply_per_s", &P::flood_reply_per_s, 20, 1, 65535, "1/s",
     "Large answers in one second from a port that amplifies (DNS, NTP, SSDP, ...) that make one observation."},
    {"flood.reply_score", &P::flood_reply_score, 0.5, 0, 10, "nat", "What one such second adds."},
    {"flood.reply_cap", &P::flood_reply_cap, 3, 0, 60, "nat",
     "The most that answers may add: others ask for them, so they may never convict."},
    {"flood.spoof_score", &P::flood_spoof_score, 3, 0, 10, "nat",
     "What one new source address adds that is not the account's (RFC 2827)."},
    {"flood.observations_per_day", &P::flood_observations_per_day, 300, 1, 1e6, "1/day",
     "Observations of one flood channel that a clean account makes in a day; sets the certain score."},
    {"flood.half_life_s", &P::flood_half_life_s, 1800, 64, 604800, "s", "Half-life of evidence from floods."},
    {"login.clean_failure", &P::login_clean_failure, 0.25, 0.001, 0.999, "probability",
     "How often a clean account's login is refused in plain words (FTP, telnet)."},
    {"login.bot_failure", &P::login_bot_failure, 0.95, 0.001, 0.999, "probability",
     "How often a login is refused that guesses passwords."},
    {"login.opaque_clean_short", &P::login_opaque_clean_short, 0.5, 0.001, 0.999, "probability",
     "How often a clean account's encrypted login session is as short as a refused one."},
    {"login.opaque_bot_short", &P::login_opaque_bot_short, 0.98, 0.001, 0.999, "probability",
     "How often one is that guesses passwords."},
    {"login.opaque_cap", &P::login_opaque_cap, 9, 0, 60, "nat",
     "The most that short encrypted logins may add: backups and scripts make them, too."},
    {"login.short_octets", &P::login_short_octets, 4000, 100, 60000, "octets",
     "An SSH or RDP session in which the server sent fewer octets than this is short."},
    {"login.observations_per_day", &P::login_observations_per_day, 300, 1, 1e6, "1/day",
     "Observations of one login channel that a clean account makes in a day; sets the certain score."},
    {"login.half_life_s", &P::login_half_life_s, 7200, 64, 604800, "s", "Half-life of evidence from logins."},
    {"c2.beacon_score", &P::c2_beacon_score, 1.5, 0, 10, "nat",
     "What an evenly timed connection adds at its 8th, 16th, 32nd, ... repetition."},
    {"c2.beacon_cap", &P::c2_beacon_cap, 4, 0, 60, "nat",
     "The most that even timing may add: many honest programs poll."},
    {"c2.client_cap", &P::c2_client_cap, 4, 0, 60, "nat", "The most that TLS clients on a feed may add."},
    {"c2.feed_cap", &P::c2_feed_cap, 8, 0, 60, "nat",
     "The most that addresses, and that names, on feeds may add: more than half of the public lists hold reused "
     "addresses."},
    {"c2.observations_per_day", &P::c2_observations_per_day, 10, 1, 1e6, "1/day",
     "Hits on one kind of feed entry that a clean account makes in a day at most; sets the certain score."},
    {"c2.half_life_s", &P::c2_half_life_s, 86400, 64, 604800, "s", "Half-life of evidence from command and control."},
    {"report.cap", &P::report_cap, 8, 0, 60, "nat", "The most that abuse reports may add: anybody can write one."},
    {"report.observations_per_day", &P::report_observations_per_day, 10, 1, 1e6, "1/day",
     "Reports about a clean account in a day at most; sets the certain score."},
    {"report.half_life_s", &P::report_half_life_s, 86400, 64, 604800, "s", "Half-life of evidence from reports."},
    {"evidence.prior", &P::evidence_prior, 1e-4, 1e-9, 0.5, "probability",
     "How likely an account is infected before anything is seen."},
    {"evidence.probation_prior", &P::evidence_probation_prior, 1e-2, 1e-9, 0.9, "probability",
     "The same for an account on probation: the stricter watch."},
    {"evidence.watch", &P::evidence_watch, 0.1, 1e-6, 0.999999, "probability",
     "Belief from which an account is watched."},
    {"evidence.notify", &P::evidence_notify, 0.9, 1e-6, 0.999999, "probability",
     "Belief from which the subscriber is told, with nothing restricted."},
    {"evidence.quarantine", &P::evidence_quarantine, 0.999, 0.5, 0.99999999, "probability",
     "Belief from which quarantine is proposed, if two families agree or one channel is certain."},
    {"evidence.false_quarantines_per_day", &P::evidence_false_quarantines_per_day, 1e-5, 1e-9, 1, "1/day",
     "Wrong quarantines of one clean account and channel in a day that are accepted; with the channel's N observations "
     "a day its certain score is ln(N / this)."},
    {"evidence.probation_false_quarantines_per_day", &P::evidence_probation_false_quarantines_per_day, 3e-3, 1e-9, 1,
     "1/day", "The same for an account on probation."},
    {"evidence.cap", &P::evidence_cap, 25, 1, 100, "nat", "The most that any channel may add to the belief."},
    {"evidence.correlated", &P::evidence_correlated, 0.5, 0, 1, "weight",
     "How much of a family's scores counts besides its greatest: its channels often see the same packets."},
    {"quarantine.profile", &P::quarantine_profile, 3, 0, 5, "choice",
     "What quarantine closes: shadow nothing, notice nothing (but shows a notice), smtp_only mail sending, cipp mail "
     "sending and web, leaky mail sending, plain web and scanning, strict all but the sacred list.",
     "shadow|notice|smtp_only|cipp|leaky|strict"},
    {"quarantine.later_max", &P::quarantine_later_max, 3, 0, 100, "times",
     "How many times 'later' may be chosen; each past quarantine that is not forgotten costs one."},
    {"quarantine.later_s", &P::quarantine_later_s, 86400, 1, 2592000, "s", "How long one 'later' opens the line."},
    {"quarantine.remediation_s", &P::quarantine_remediation_s, 86400, 1, 2592000, "s",
     "How long 'now' leaves for cleaning before the page asks again."},
    {"quarantine.probation_s", &P::quarantine_probation_s, 1209600, 1, 31536000, "s",
     "How long the stricter watch lasts after 'already removed'."},
    {"quarantine.max_s", &P::quarantine_max_s, 2592000, 1, 31536000, "s",
     "No quarantine lasts longer than this; the account goes to probation."},
    {"quarantine.drain_s", &P::quarantine_drain_s, 30, 0, 3600, "s",
     "Web sessions that began before the quarantine may go on for this long (RFC 6108, R3.1.5)."},
    {"quarantine.self_releases", &P::quarantine_self_releases, 5, 0, 255, "times",
     "After so many quarantines that are not forgotten, 'already removed' is no longer taken at its word."},
    {"quarantine.history_s", &P::quarantine_history_s, 15552000, 60, 315360000, "s",
     "An account's past quarantines are forgotten when none was added for this long."},
    {"quarantine.business_grace_s", &P::quarantine_business_grace_s, 86400, 1, 2592000, "s",
     "How long a business account's administrator, or an operator for a vulnerable account, has after being told."},
    {"quarantine.notice_one_in", &P::quarantine_notice_one_in, 5, 1, 1000, "connections",
     "Profile notice: one in so many new web connections shows the notice."},
    {"conductor.epoch_ms", &P::conductor_epoch_ms, 1000, 10, 60000, "ms",
     "How often the conductor answers the engines."},
    {"fuse.max_quarantines", &P::fuse_max_quarantines, 100, 0, 1000000, "accounts",
     "More new quarantines than this within fuse.interval_s blow the fuse: no further one until an operator resets "
     "it."},
    {"fuse.interval_s", &P::fuse_interval_s, 3600, 1, 604800, "s", "The interval that the fuse counts over."},
    {"fuse.retry_s", &P::fuse_retry_s, 60, 1, 86400, "s",
     "An account that the fuse held back is not proposed again for this long."},
    {"fuse.node_floor", &P::fuse_node_floor, 10, 0, 1000000, "accounts",
     "An access node's own fuse never blows at fewer quarantines within fuse.interval_s than this."},
    {"fuse.node_share", &P::fuse_node_share, 0.05, 0, 1, "share",
     "More new quarantines within fuse.interval_s than this share of a node's accounts blow the node's fuse."},
    {"services.resolvers", &P::services_resolvers, 0, 0, 0, "prefixes",
     "The ISP's DNS resolvers: port 53 to them is sacred."},
    {"services.relays", &P::services_relays, 0, 0, 0, "prefixes",
     "The ISP's mail relays: port 25 to them is not direct-to-MX."},
    {"services.voice", &P::services_voice, 0, 0, 0, "prefixes",
     "Voice servers and media gateways: sacred on every port."},
    {"services.emergency", &P::services_emergency, 0, 0, 0, "prefixes", "Emergency services: sacred on every port."},
    {"services.remediation", &P::services_remediation, 0, 0, 0, "prefixes",
     "Where removal tools and updates come from: sacred on every port."},
    {"services.portal", &P::services_portal, 0, 0, 0, "prefixes",
     "The walled garden's own addresses: sacred on every port."},
    {"services.remediation_names", &P::services_remediation_names, 0, 0, 0, "names",
     "Where removal tools and updates come from, by name; the addresses are learned from the account's own look-ups at "
     "services.resolvers, for as long as their answers say."},
};

}  // namespace

Policy::Policy() {
  for (const Parameter& row : kTable) {
    if (const auto* d = std::get_if<double Policy::*>(&row.member)) this->*(*d) = row.value;
    if (const auto* i = std::get_if<std::int64_t Policy::*>(&row.member))
      this->*(*i) = static_cast<std::int64_t>(row.value);
  }
}

std::span<const Parameter> parameters() { return kTable; }

const Parameter* find_parameter(std::string_view name) {
  for (const Parameter& row : kTable)
    if (row.name == name) return &row;
  return nullptr;
}

std::string_view profile_name(Profile p) {
  std::string_view names = find_parameter("quarantine.profile")->choices;
  for (auto i = static_cast<std::int64_t>(p); i > 0; --i) names.remove_prefix(names.find('|') + 1);
  return names.substr(0, names.find('|'));
}

}  // namespace lazaret
