#include "core/policy.hpp"

namespace lazaret {
namespace {

using P = Policy;

constexpr Parameter kTable[] = {
    {"scan.clean_failure", &P::scan_clean_failure, 0.2, 0.001, 0.999, "probability",
     "How often a first contact of a clean subscriber on a commonly scanned port fails (Jung et al. 2004: 0.2)."},
    {"scan.bot_failure", &P::scan_bot_failure, 0.8, 0.001, 0.999, "probability",
     "How often a first contact of a scanner on such a port fails (Jung et al. 2004: 0.8)."},
    {"scan.other_clean_failure", &P::scan_other_clean_failure, 0.4, 0.001, 0.999, "probability",
     "How often a clean subscriber's first contact on any other port fails; peer-to-peer programs set this."},
    {"scan.other_bot_failure", &P::scan_other_bot_failure, 0.95, 0.001, 0.999, "probability",
     "How often a scanner's first contact on any other port fails."},
    {"scan.vertical_clean_failure", &P::scan_vertical_clean_failure, 0.2, 0.001, 0.999, "probability",
     "How often a clean subscriber fails on a further port of a host that it already contacted."},
    {"scan.vertical_bot_failure", &P::scan_vertical_bot_failure, 0.95, 0.001, 0.999, "probability",
     "How often a port scanner fails on a further port of a host that it already contacted."},
    {"scan.other_cap", &P::scan_other_cap, 12, 0, 60, "nat",
     "The most that failures on other ports may add to the belief; below evidence.certain they corroborate, never "
     "convict."},
    {"scan.timeout_ms", &P::scan_timeout_ms, 4000, 100, 60000, "ms",
     "A first contact without an answer for this long has failed."},
    {"scan.window_s", &P::scan_window_s, 1800, 60, 86400, "s",
     "Destinations are remembered for one to two of these windows."},
    {"scan.half_life_s", &P::scan_half_life_s, 1800, 60, 604800, "s", "Half-life of evidence from scanning."},
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
    {"spam.timeout_ms", &P::spam_timeout_ms, 10000, 100, 600000, "ms",
     "A mail connection without an answer for this long has failed; an open session idle for thirty times this long is "
     "forgotten."},
    {"spam.window_s", &P::spam_window_s, 3600, 60, 86400, "s",
     "Mailed networks and MX names are remembered for one to two of these windows."},
    {"spam.half_life_s", &P::spam_half_life_s, 21600, 60, 604800, "s", "Half-life of evidence from mail sending."},
    {"evidence.prior", &P::evidence_prior, 1e-4, 1e-9, 0.5, "probability",
     "How likely an account is infected before anything is seen."},
    {"evidence.probation_prior", &P::evidence_probation_prior, 1e-2, 1e-9, 0.9, "probability",
     "The same for an account on probation: the stricter watch."},
    {"evidence.watch", &P::evidence_watch, 0.1, 1e-6, 0.999999, "probability",
     "Belief from which an account is watched."},
    {"evidence.quarantine", &P::evidence_quarantine, 0.999, 0.5, 0.99999999, "probability",
     "Belief from which quarantine is proposed, if two families agree or one channel is certain."},
    {"evidence.certain", &P::evidence_certain, 17.2, 1, 60, "nat",
     "Score at which one channel is certain by itself: N observations a day give at most N e^-score false alarms."},
    {"evidence.probation_certain", &P::evidence_probation_certain, 11.5, 1, 60, "nat",
     "The same for an account on probation."},
    {"evidence.cap", &P::evidence_cap, 25, 1, 100, "nat", "The most that any channel may add to the belief."},
    {"quarantine.profile", &P::quarantine_profile, 1, 0, 1, "choice",
     "What quarantine closes: shadow nothing, cipp mail sending and web.", "shadow|cipp"},
    {"quarantine.later_max", &P::quarantine_later_max, 3, 0, 100, "times", "How many times 'later' may be chosen."},
    {"quarantine.later_s", &P::quarantine_later_s, 86400, 1, 2592000, "s", "How long one 'later' opens the line."},
    {"quarantine.remediation_s", &P::quarantine_remediation_s, 86400, 1, 2592000, "s",
     "How long 'now' leaves for cleaning before the page asks again."},
    {"quarantine.probation_s", &P::quarantine_probation_s, 1209600, 1, 31536000, "s",
     "How long the stricter watch lasts after 'already removed'."},
    {"quarantine.max_s", &P::quarantine_max_s, 2592000, 1, 31536000, "s",
     "No quarantine lasts longer than this; the account goes to probation."},
    {"conductor.epoch_ms", &P::conductor_epoch_ms, 1000, 10, 60000, "ms",
     "How often the conductor answers the engines."},
    {"fuse.max_quarantines", &P::fuse_max_quarantines, 100, 0, 1000000, "accounts",
     "More new quarantines than this within fuse.interval_s blow the fuse: no further one until an operator resets "
     "it."},
    {"fuse.interval_s", &P::fuse_interval_s, 3600, 1, 604800, "s", "The interval that the fuse counts over."},
    {"fuse.retry_s", &P::fuse_retry_s, 60, 1, 86400, "s",
     "An account that the fuse held back is not proposed again for this long."},
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

std::string_view profile_name(Profile p) { return p == Profile::shadow ? "shadow" : "cipp"; }

}  // namespace lazaret
