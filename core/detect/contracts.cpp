#include "core/detect/contracts.hpp"

#include <cmath>
#include <variant>

namespace lazaret {
namespace {

constexpr std::string_view kWalk = "log-likelihood ratio of success and failure, clamped at 0 (CUSUM)";
constexpr std::string_view kFixed = "a fixed step an observation";
constexpr std::string_view kFeedStep = "the feed entry's own step, from its precision p: ln(p / (1 - p))";
constexpr std::string_view kContacts =
    "memory (104 octets) and last hosts (36), both shared; 5 pending contacts (84 octets, shared)";
constexpr std::string_view kMemory = "nothing but the memory (104 octets, shared)";
constexpr std::string_view kSessions = "2 sessions (60 octets, shared by mail and logins)";
constexpr std::string_view kSeconds = "the meter of the present second (16 octets, shared)";
constexpr std::string_view kLists =
    "IMC 2020: 53 to 60 % of 151 public lists hold reused addresses, up to 78 users behind one for up to 44 days";

constexpr Contract kContracts[] = {
    {Channel::scan_ports, "horizontal scanning for services that worms attack",
     "the outcome of a first contact with a host, on one of 18 scanned ports: answered, or refused or unanswered while "
     "the "
     "way back is seen",
     kWalk, "scan.clean_failure scan.bot_failure contact.timeout_ms memory.window_s", "evidence.cap", true,
     "scan.observations_per_day", "scan.half_life_s", kContacts,
     "Jung et al. 2004 (threshold random walk); Schechter et al. 2004 (reverse test)",
     "scan_telnet iot_telnet_scanner.pcap",
     "UDP scans; hosts already contacted; contacts beyond 5 pending ones, so that silent hosts count at 5 in "
     "contact.timeout_ms at most; an outage of many destinations looks alike"},
    {Channel::scan_other, "horizontal scanning for other services",
     "the outcome of a first contact with a host on any other port but 25", kWalk,
     "scan.other_clean_failure scan.other_bot_failure contact.timeout_ms memory.window_s", "scan.other_cap", false,
     "scan.observations_per_day", "scan.half_life_s", kContacts,
     "as scan_ports; kept apart because a clean Gnutella host failed at 78 of 130 contacts (ours)",
     "gnutella.pcap iot_telnet_scanner.pcap",
     "peer-to-peer programs fail in the same way, which is why it only corroborates"},
    {Channel::scan_vertical, "trying many ports of one host",
     "the outcome of a first contact on a further port of one of the last 8 hosts", kWalk,
     "scan.vertical_clean_failure scan.vertical_bot_failure contact.timeout_ms memory.window_s", "evidence.cap", true,
     "scan.observations_per_day", "scan.half_life_s", kContacts, "as scan_ports, per host (ours)",
     "scan_answered scan_own_server synscan.pcap",
     "scans that mix more than 8 hosts; silent hosts, as for scan_ports; people who look over their own servers look "
     "alike, so that only most of the 65536 ports convict"},
    {Channel::scan_mirai, "the stateless scanner of Mirai and its kin",
     "a SYN to a new host over IPv4 whose sequence number is the destination address", kFixed, "scan.mirai_score",
     "evidence.cap", true, "scan.observations_per_day", "scan.half_life_s", kMemory,
     "the published Mirai scanner; by chance 2^-32 a SYN", "scan_mirai",
     "derivatives that draw their sequence numbers; IPv6; hosts already contacted"},
    {Channel::scan_telnet, "fan-out over telnet, answered or not", "a new host on TCP 23 or 2323", kFixed,
     "scan.telnet_score", "scan.telnet_cap", false, "scan.observations_per_day", "scan.half_life_s", kMemory,
     "ours, after the Mirai scanner (port 2323 in every tenth SYN, else 23)",
     "scan_telnet scan_mirai telnet_failed_logins iot_telnet_scanner.pcap",
     "other ports; administrators of many old devices look alike"},
    {Channel::spam_delivery, "direct-to-MX spam",
     "a session on port 25 past the ISP's relays: refused, unanswered or rejected (4xx, 5xx); accepted at a network "
     "not "
     "mailed before; accepted at a known one",
     "log-likelihood ratio of the three outcomes, clamped at 0 (CUSUM)",
     "spam.clean_rejected spam.clean_new_peer spam.bot_rejected spam.bot_new_peer contact.timeout_ms contact.idle_s "
     "memory.window_s",
     "evidence.cap", true, "spam.observations_per_day", "spam.half_life_s", kSessions,
     "SPOT (Duan et al.: a sequential test over messages), with outcomes instead of contents", "mail_direct_rejected",
     "replies after STARTTLS; sessions beyond 2 at a time (a refused connection still counts); spam by webmail; "
     "servers behind the line look alike until they are exempted"},
    {Channel::spam_mx_query, "looking up mail exchangers", "a question for the MX of a name not asked for lately",
     kFixed, "spam.mx_query_score memory.window_s", "spam.mx_query_cap", false, "spam.observations_per_day",
     "spam.half_life_s", kMemory, "BotFlex (home computers ask for none)", "mail_exchangers mail_list_host",
     "DNS over HTTPS or TLS; bots that are given addresses; mail servers"},
    {Channel::spam_fanout, "mailing ever new networks",
     "a connection to port 25 in a network (/24, /48) not mailed lately", kFixed, "spam.fanout_score memory.window_s",
     "spam.fanout_cap", false, "spam.observations_per_day", "spam.half_life_s", kMemory, "BotFlex (SMTP fan-out)",
     "mail_direct_rejected mail_list_host",
     "few exchangers for many victims; mailing lists and mail servers look alike"},
    {Channel::spam_relay, "spam through the ISP's own relay",
     "a connection to services.relays beyond spam.relay_free within the window", kFixed,
     "spam.relay_free spam.relay_window_s spam.relay_score", "evidence.cap", true, "spam.observations_per_day",
     "spam.half_life_s", "a count and its window (8 octets)", "ours; RFC 6561, 5.3 (the ISP's own systems)",
     "mail_relay_flood", "many messages in one connection; webmail; mailing lists look alike"},
    {Channel::dns_failure, "names made up by an algorithm (DGA)",
     "the answer for a domain that is new to the account: does not exist, or has an address", kWalk,
     "dns.clean_failure dns.bot_failure dns.popular_accounts dns.popular_share memory.window_s", "evidence.cap", true,
     "dns.observations_per_day", "dns.half_life_s", "the last 4 questions (20 octets)",
     "Krishnan et al. 2013 (a sequential test over failed names alone)", "dns_nxdomain dns_normal",
     "DNS over HTTPS, TLS or TCP; questions beyond 4 pending ones; generators with one hit in few tries; a mistyped "
     "search domain is taken out by popularity "
     "only where many share it"},
    {Channel::dns_tunnel, "data carried in names",
     "every further dns.tunnel_octets octets below one domain, in names with 30 octets or more there, within 10 "
     "minutes",
     kFixed, "dns.tunnel_octets dns.tunnel_score", "dns.tunnel_cap", false, "dns.observations_per_day",
     "dns.half_life_s", "one domain and its octets (12 octets)", "ours (majority vote over domains)", "dns_tunnel",
     "what is carried in answers, not in names (downloads); DNS over HTTPS, TLS or TCP; slow tunnels; virus scanners' "
     "look-ups look alike"},
    {Channel::flood_syn, "SYN floods",
     "a second with flood.syn_per_s SYNs or more, and SYN+ACKs for fewer than a fifth of them", kFixed,
     "flood.syn_per_s flood.syn_score", "evidence.cap", true, "flood.observations_per_day", "flood.half_life_s",
     kSeconds, "MULTOPS, D-WARD (disproportion at the source); Wang et al. 2002", "syn_flood synscan.pcap",
     "floods below the rate; victims that answer every SYN (SYN cookies); floods over answered connections (HTTP); "
     "port scans at such a rate look alike"},
    {Channel::flood_udp, "UDP floods",
     "a second with flood.udp_per_s UDP packets or more sent, and fewer than a twentieth of that coming back", kFixed,
     "flood.udp_per_s flood.udp_score", "evidence.cap", true, "flood.observations_per_day", "flood.half_life_s",
     kSeconds, "MULTOPS, D-WARD (disproportion at the source)", "udp_flood",
     "floods below the rate; one-way video uploads look alike"},
    {Channel::flood_reply, "being an amplifier for somebody's flood",
     "a second with flood.reply_per_s or more large packets (400 octets) from UDP ports 19, 53, 123, 161, 389, 1900 or "
     "11211",
     kFixed, "flood.reply_per_s flood.reply_score", "flood.reply_cap", false, "flood.observations_per_day",
     "flood.half_life_s", kSeconds, "ours", "open_resolver",
     "other amplifiers; the device answers strangers' questions, so it may be open and not infected"},
    {Channel::flood_spoof, "forged source addresses",
     "a source address not seen lately from this line that is not the account's own, and public", kFixed,
     "flood.spoof_score memory.window_s", "evidence.cap", true, "flood.observations_per_day", "flood.half_life_s",
     kMemory, "RFC 2827 (BCP 38)", "spoofed_sources",
     "lines whose access node guards sources; private sources (misconfigured routers) never count"},
    {Channel::login_failure, "guessing passwords in plain text",
     "an FTP log-in refused (430, 530) or accepted (230); a telnet text of a failed log-in, or a telnet session "
     "without one",
     kWalk, "login.clean_failure login.bot_failure contact.timeout_ms contact.idle_s", "evidence.cap", true,
     "login.observations_per_day", "login.half_life_s", kSessions,
     "ours, as threshold random walk; Mirai's list of passwords", "ftp_failed_logins telnet_failed_logins",
     "refusals in other words or languages; logins over TLS; sessions beyond 2 at a time, so of guesses in parallel a "
     "part only"},
    {Channel::login_opaque, "guessing passwords over SSH and RDP",
     "the end of an SSH or RDP session in which the account sent 1000 octets or more: short, or long", kWalk,
     "login.opaque_clean_short login.opaque_bot_short login.short_octets contact.timeout_ms contact.idle_s",
     "login.opaque_cap", false, "login.observations_per_day", "login.half_life_s", kSessions, "ours",
     "ssh_failed_logins",
     "whether a login failed, which is encrypted; sessions beyond 2 at a time; backups and scripts look alike"},
    {Channel::c2_beacon, "calling home at even intervals",
     "the 8th, 16th, 32nd, ... connection to one address and port at an interval that varies by an eighth at most",
     kFixed, "c2.beacon_score memory.window_s", "c2.beacon_cap", false, "c2.observations_per_day", "c2.half_life_s",
     "one candidate (12 octets)", "RITA (evenness of intervals), reduced to one candidate (ours)", "beacon_2s.pcap",
     "intervals drawn at random; more than one beacon at a time; many honest programs poll"},
    {Channel::c2_client, "a TLS client of malicious software",
     "a client hello whose JA4 a feed names, new to the account", kFeedStep, "memory.window_s", "c2.client_cap", false,
     "c2.observations_per_day", "c2.half_life_s", kMemory, "JA4 (BSD licence)", "tls_hellos",
     "QUIC; hellos in several packets; honest programs that use the same library"},
    {Channel::c2_address, "talking to a known controller",
     "a SYN or a UDP packet to an address that a feed names, new to the account", kFeedStep, "memory.window_s",
     "c2.feed_cap", false, "c2.observations_per_day", "c2.half_life_s", kMemory, kLists, "web_browsing",
     "what no feed names; shared and reused addresses"},
    {Channel::c2_name, "asking for a known controller",
     "a DNS question, or a server name in a client hello, that a feed names, new to the account", kFeedStep,
     "memory.window_s", "c2.feed_cap", false, "c2.observations_per_day", "c2.half_life_s", kMemory, kLists,
     "dns_nxdomain tls_hellos",
     "DNS over HTTPS or TLS; encrypted client hello (ECH); link prefetching and virus scanners that look names up"},
    {Channel::c2_sinkhole, "looking for a controller that was taken over",
     "a question for, an answer with, or a contact to what a feed names as a sinkhole, new to the account", kFeedStep,
     "memory.window_s", "evidence.cap", true, "c2.observations_per_day", "c2.half_life_s", kMemory,
     "Shadowserver's drone reports (ISP walled-garden trials)", "dns_nxdomain",
     "DNS over HTTPS or TLS; researchers and virus scanners who look sinkholes up"},
    {Channel::report_abuse, "whatever somebody complains about", "an abuse report that an operator hands in",
     "the step that the operator gives it, 6 nats at most", "", "report.cap", false, "report.observations_per_day",
     "report.half_life_s", "nothing", "RFC 6561, 5.1 (reports of third parties)", "mail_direct_rejected",
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
