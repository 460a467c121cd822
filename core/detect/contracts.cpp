#include "core/detect/contracts.hpp"

#include <cmath>
#include <variant>

namespace lazaret {
namespace {

constexpr std::string_view kWalk = "log-likelihood ratio of success and failure, clamped at 0 (CUSUM)";
constexpr std::string_view kFixed = "a fixed step an observation";
constexpr std::string_view kFeedStep = "the feed entry's own step, from its precision p: ln(p / (1 - p))";
constexpr std::string_view kContacts = "memory and last hosts (128 octets, shared); its pending contacts (6, shared)";
constexpr std::string_view kMemory = "nothing but the shared memory";
constexpr std::string_view kSessions = "2 sessions (shared with mail and logins)";
constexpr std::string_view kSeconds = "the meter of the present second (shared)";
constexpr std::string_view kLists =
    "IMC 2020: 53 to 60 % of 151 public lists hold reused addresses, up to 78 users behind one for up to 44 days";

constexpr Contract kContracts[] = {
    {Channel::scan_ports, "horizontal scanning for services that worms attack",
     "the outcome of a first contact (address and port) on one of 18 scanned ports: answered, or refused or unanswered "
     "while the way back is seen",
     kWalk, "scan.clean_failure scan.bot_failure contact.timeout_ms memory.window_s", "evidence.cap", true,
     "scan.observations_per_day", "scan.half_life_s", kContacts,
     "Jung et al. 2004 (threshold random walk); Schechter et al. 2004 (reverse test)",
     "UDP scans; hosts already contacted; contacts beyond 6 pending ones; an outage of many destinations looks alike"},
    {Channel::scan_other, "horizontal scanning for other services", "the outcome of a first contact on any other port",
     kWalk, "scan.other_clean_failure scan.other_bot_failure contact.timeout_ms memory.window_s", "scan.other_cap",
     false, "scan.observations_per_day", "scan.half_life_s", kContacts,
     "as scan_ports; kept apart because a clean Gnutella host failed at 78 of 130 contacts (ours)",
     "peer-to-peer programs fail in the same way, which is why it only corroborates"},
    {Channel::scan_vertical, "trying many ports of one host",
     "the outcome of a first contact on a further port of one of the last 8 hosts", kWalk,
     "scan.vertical_clean_failure scan.vertical_bot_failure contact.timeout_ms", "evidence.cap", true,
     "scan.observations_per_day", "scan.half_life_s", kContacts, "as scan_ports, per host (ours)",
     "scans that mix more than 8 hosts; people who look over their own servers"},
    {Channel::scan_mirai, "the stateless scanner of Mirai and its kin",
     "a SYN to a new host over IPv4 whose sequence number is the destination address", kFixed, "scan.mirai_score",
     "evidence.cap", true, "scan.observations_per_day", "scan.half_life_s", kMemory,
     "the published Mirai scanner; by chance 2^-32 a SYN",
     "derivatives that draw their sequence numbers; IPv6; needs no way back"},
    {Channel::scan_telnet, "fan-out over telnet, answered or not", "a new host on TCP 23 or 2323", kFixed,
     "scan.telnet_score", "scan.telnet_cap", false, "scan.observations_per_day", "scan.half_life_s", kMemory,
     "ours, after the Mirai scanner (port 2323 in every tenth SYN, else 23)",
     "other ports; administrators of many old devices look alike"},
    {Channel::spam_delivery, "direct-to-MX spam",
     "a session on port 25 past the ISP's relays: refused, unanswered or rejected (4xx, 5xx); accepted at a network "
     "not "
     "mailed before; accepted at a known one",
     "log-likelihood ratio of the three outcomes, clamped at 0 (CUSUM)",
     "spam.clean_rejected spam.clean_new_peer spam.bot_rejected spam.bot_new_peer contact.timeout_ms contact.idle_s",
     "evidence.cap", true, "spam.observations_per_day", "spam.half_life_s", kSessions,
     "SPOT (Duan et al.: a sequential test over messages), with outcomes instead of contents",
     "replies after STARTTLS (the session then counts by its connection only); spam by webmail; servers behind the "
     "line "
     "look alike until they are exempted"},
    {Channel::spam_mx_query, "looking up mail exchangers", "a question for the MX of a name not asked for lately",
     kFixed, "spam.mx_query_score", "spam.mx_query_cap", false, "spam.observations_per_day", "spam.half_life_s",
     kMemory, "BotFlex (home computers ask for none)",
     "DNS over HTTPS or TLS; bots that are given addresses; mail servers"},
    {Channel::spam_fanout, "mailing ever new networks",
     "a connection to port 25 in a network (/24, /48) not mailed lately", kFixed, "spam.fanout_score",
     "spam.fanout_cap", false, "spam.observations_per_day", "spam.half_life_s", kMemory, "BotFlex (SMTP fan-out)",
     "few exchangers for many victims; mailing lists and mail servers look alike"},
    {Channel::spam_relay, "spam through the ISP's own relay",
     "a connection to services.relays beyond spam.relay_free within the window", kFixed,
     "spam.relay_free spam.relay_window_s spam.relay_score", "evidence.cap", true, "spam.observations_per_day",
     "spam.half_life_s", "a count and its window (6 octets)", "ours; RFC 6561, 5.3 (the ISP's own systems)",
     "many messages in one connection; webmail; mailing lists look alike"},
    {Channel::dns_failure, "names made up by an algorithm (DGA)",
     "the answer for a domain that is new to the account: does not exist, or has an address", kWalk,
     "dns.clean_failure dns.bot_failure dns.popular_accounts dns.popular_share memory.window_s", "evidence.cap", true,
     "dns.observations_per_day", "dns.half_life_s", "the last 6 questions (24 octets)",
     "Krishnan et al. 2013 (a sequential test over failed names alone)",
     "DNS over HTTPS or TLS; generators with one hit in few tries; a mistyped search domain is taken out by popularity "
     "only where many share it"},
    {Channel::dns_tunnel, "data carried in names",
     "every further dns.tunnel_octets octets below one domain, in names with 30 octets or more there, within 10 "
     "minutes",
     kFixed, "dns.tunnel_octets dns.tunnel_score", "dns.tunnel_cap", false, "dns.observations_per_day",
     "dns.half_life_s", "one domain and its octets (12 octets)", "ours (majority vote over domains)",
     "DNS over HTTPS or TLS; slow tunnels and short names; virus scanners' look-ups look alike"},
    {Channel::flood_syn, "SYN floods",
     "a second with flood.syn_per_s SYNs or more, fewer than a fifth of them answered", kFixed,
     "flood.syn_per_s flood.syn_score", "evidence.cap", true, "flood.observations_per_day", "flood.half_life_s",
     kSeconds, "MULTOPS, D-WARD (disproportion at the source); Wang et al. 2002",
     "floods below the rate; floods over answered connections (HTTP)"},
    {Channel::flood_udp, "UDP floods",
     "a second with flood.udp_per_s UDP packets or more sent, and fewer than a twentieth of that coming back", kFixed,
     "flood.udp_per_s flood.udp_score", "evidence.cap", true, "flood.observations_per_day", "flood.half_life_s",
     kSeconds, "MULTOPS, D-WARD (disproportion at the source)",
     "floods below the rate; one-way video uploads look alike"},
    {Channel::flood_reply, "being an amplifier for somebody's flood",
     "a second with flood.reply_per_s or more large answers from UDP ports 19, 53, 123, 161, 389, 1900 or 11211",
     kFixed, "flood.reply_per_s flood.reply_score", "flood.reply_cap", false, "flood.observations_per_day",
     "flood.half_life_s", kSeconds, "ours",
     "other amplifiers; the device answers strangers' questions, so it may be open and not infected"},
    {Channel::flood_spoof, "forged source addresses",
     "a source address not seen lately that is another line's, or nobody's and public", kFixed, "flood.spoof_score",
     "evidence.cap", true, "flood.observations_per_day", "flood.half_life_s", kMemory, "RFC 2827 (BCP 38)",
     "lines whose access node guards sources; private sources (misconfigured routers) never count"},
    {Channel::login_failure, "guessing passwords in plain text",
     "an FTP or telnet login at another's device: refused in words, or accepted", kWalk,
     "login.clean_failure login.bot_failure contact.idle_s", "evidence.cap", true, "login.observations_per_day",
     "login.half_life_s", kSessions, "ours, as threshold random walk; Mirai's list of passwords",
     "refusals in other words or languages; logins over TLS"},
    {Channel::login_opaque, "guessing passwords over SSH and RDP",
     "the end of an SSH or RDP session in which the account sent 1000 octets or more: short, or long", kWalk,
     "login.opaque_clean_short login.opaque_bot_short login.short_octets contact.idle_s", "login.opaque_cap", false,
     "login.observations_per_day", "login.half_life_s", kSessions, "ours",
     "whether a login failed, which is encrypted; backups and scripts look alike"},
    {Channel::c2_beacon, "calling home at even intervals",
     "the 8th, 16th, 32nd, ... connection to one address and port at an interval that varies by an eighth at most",
     kFixed, "c2.beacon_score", "c2.beacon_cap", false, "c2.observations_per_day", "c2.half_life_s",
     "one candidate (14 octets)", "RITA (evenness of intervals), reduced to one candidate (ours)",
     "intervals drawn at random; more than one beacon at a time; many honest programs poll"},
    {Channel::c2_client, "a TLS client of malicious software",
     "a client hello whose JA4 a feed names, new to the account", kFeedStep, "", "c2.client_cap", false,
     "c2.observations_per_day", "c2.half_life_s", kMemory, "JA4 (BSD licence)",
     "QUIC; hellos in several packets; honest programs that use the same library"},
    {Channel::c2_address, "talking to a known controller",
     "a SYN or a UDP packet to an address that a feed names, new to the account", kFeedStep, "", "c2.feed_cap", false,
     "c2.observations_per_day", "c2.half_life_s", kMemory, kLists, "what no feed names; shared and reused addresses"},
    {Channel::c2_name, "asking for a known controller",
     "a DNS question, or a server name in a client hello, that a feed names, new to the account", kFeedStep, "",
     "c2.feed_cap", false, "c2.observations_per_day", "c2.half_life_s", kMemory, kLists,
     "DNS over HTTPS or TLS; encrypted client hello (ECH); link prefetching and virus scanners that look names up"},
    {Channel::c2_sinkhole, "looking for a controller that was taken over",
     "a question for, an answer with, or a contact to what a feed names as a sinkhole, new to the account", kFeedStep,
     "", "evidence.cap", true, "c2.observations_per_day", "c2.half_life_s", kMemory,
     "Shadowserver's drone reports (ISP walled-garden trials)",
     "DNS over HTTPS or TLS; researchers and virus scanners who look sinkholes up"},
    {Channel::report_abuse, "whatever somebody complains about", "an abuse report that an operator hands in",
     "the step that the operator gives it, 6 nats at most", "", "report.cap", false, "report.observations_per_day",
     "report.half_life_s", "nothing", "RFC 6561, 5.1 (reports of third parties)",
     "wrong times or addresses in a report: without lease history it is another subscriber; NAT"},
};
static_assert(std::size(kContracts) == kChannels, "a contract for each channel");

double number(std::string_view row, const Policy& policy) {
  const Parameter* p = find_parameter(row);
  const auto* member = p == nullptr ? nullptr : std::get_if<double Policy::*>(&p->member);
  return member == nullptr ? 0 : policy.*(*member);
}

}  // namespace

std::span<const Contract> contracts() { return kContracts; }
const Contract& contract_of(Channel c) { return kContracts[static_cast<unsigned>(c)]; }

double cap_of(Channel c, const Policy& policy) { return number(contract_of(c).cap, policy); }

double certain_score(Channel c, const Policy& policy) {
  return std::log(number(contract_of(c).per_day, policy) / policy.evidence_false_quarantines_per_day);
}

}  // namespace lazaret
