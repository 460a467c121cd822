// What happened, as trivially copyable facts: who, when, which kind, observed against which limit, and what was seen.
// core/evidence/explanation.hpp turns an event into words.
// Ownership: values. Threads: none.
#pragma once

#include <compare>
#include <cstdint>

#include "core/subscriber/account.hpp"
#include "core/time.hpp"

namespace lazaret {

enum class EventKind : std::uint8_t {
  bound,                   ///< a lease began; observed: prefix length (128-bit form)
  unbound,                 ///< a lease ended
  node_joined,             ///< the account is on another access node now; observed: that node, limit: the one before
  watched,                 ///< belief rose to the watch threshold; observed/limit: belief
  unwatched,               ///< belief fell below it again
  reason,                  ///< one channel's evidence for what follows; observed: score, limit: certain score
  notified,                ///< belief rose to the notice threshold: the subscriber is told, nothing is restricted
  administrator_notified,  ///< of a business account: its administrator is told first
  operator_asked,          ///< of a vulnerable account: enough evidence, and nothing happens without an operator
  quarantine_proposed,     ///< observed/limit: belief; from_probation tells a relapse
  quarantined,             ///< the conductor approved; later_left says how many deferrals remain
  quarantine_held,         ///< the fuse held it back
  remediation_began,       ///< choice: now
  remediation_lapsed,      ///< the time for it is over; quarantined again
  deferred,                ///< choice: later; observed: later_left after it
  deferral_lapsed,         ///< quarantined again
  probation_began,         ///< choice: already removed
  probation_passed,        ///< back to clear
  choice_refused,          ///< observed: the Choice that was not open to the account
  appealed,                ///< the subscriber disputes the quarantine
  auto_released,           ///< the cap on the length of a quarantine was reached; goes to probation
  operator_released,       ///< observed: the ReleaseReason
  classified,              ///< observed: the AccountClass
  name_failed,             ///< a domain new to the account does not exist; observed: its key. For the conductor
  fuse_blown,  ///< conductor; observed: quarantines in the interval, limit: the fuse, node: whose (0: the ISP's)
  fuse_reset,  ///< conductor
  enforcement_stopped,  ///< conductor: the kill switch
  enforcement_resumed,  ///< conductor
  names_uncounted,      ///< conductor: failing names beyond a limit; observed: how many in this window, limit: which
};

/// The state of an account's ladder.
enum class State : std::uint8_t {
  clear,
  watched,      ///< suspicious, unrestricted
  notified,     ///< suspicious enough to tell the subscriber, unrestricted
  proposed,     ///< waits for the conductor, unrestricted
  quarantined,  ///< restricted by the profile
  remediating,  ///< chose now: restricted, cleaning with the remediation list's help
  deferred,     ///< chose later: unrestricted for a while
  probation,    ///< chose already: unrestricted, watched more strictly for a while
};

/// A stream of observations that is scored on its own. Its family is what corroboration counts.
/// core/detect/contracts.cpp says of each what it observes, and what it cannot see.
enum class Channel : std::uint8_t {
  scan_ports,     ///< first contacts on ports that scanners look for
  scan_other,     ///< first contacts on other ports (corroborates, never convicts: peer-to-peer fails here too)
  scan_vertical,  ///< further ports of a host already contacted
  scan_mirai,     ///< SYNs whose sequence number is the destination address
  scan_telnet,    ///< ever new telnet hosts, whether they answer or not (corroborates)
  spam_delivery,  ///< outcomes of direct-to-MX mail sessions
  spam_mx_query,  ///< MX names asked for (corroborates)
  spam_fanout,    ///< ever new networks contacted on port 25 (corroborates)
  spam_relay,     ///< more connections to the ISP's relay than people make
  dns_failure,    ///< domains new to the account that do not exist (DGA)
  dns_tunnel,     ///< octets carried in names (corroborates)
  flood_syn,      ///< SYNs a second that nobody answers
  flood_udp,      ///< UDP a second without a way back
  flood_reply,    ///< large answers a second from ports that amplify (corroborates)
  flood_spoof,    ///< ever new source addresses that are not the account's
  login_failure,  ///< logins refused in plain words (FTP, telnet)
  login_opaque,   ///< encrypted logins as short as refused ones (SSH, RDP; corroborates)
  c2_beacon,      ///< connections at even intervals (corroborates)
  c2_client,      ///< a TLS client known from a feed (corroborates)
  c2_address,     ///< an address known from a feed (corroborates)
  c2_name,        ///< a name known from a feed (corroborates)
  c2_sinkhole,    ///< a name or address that was taken over from its botnet
  report_abuse,   ///< somebody's abuse report (corroborates)
};
constexpr unsigned kChannels = 23;

enum class Family : std::uint8_t { scan, spam, dns, flood, login, c2, report };
constexpr unsigned kFamilies = 7;
constexpr Family family_of(Channel c) {
  if (c <= Channel::scan_telnet) return Family::scan;
  if (c <= Channel::spam_relay) return Family::spam;
  if (c <= Channel::dns_tunnel) return Family::dns;
  if (c <= Channel::flood_spoof) return Family::flood;
  if (c <= Channel::login_opaque) return Family::login;
  return c <= Channel::c2_sinkhole ? Family::c2 : Family::report;
}

/// How an account is treated.
enum class AccountClass : std::uint8_t {
  ordinary,
  business,    ///< its administrator is told before anything is closed (RFC 6561, 5.9)
  vulnerable,  ///< nothing is closed without an operator: telecare, alarm lines
  exempt,      ///< never weighed
};

/// Log-odds and scores are integers in 1/65536 nat, so that every machine computes the same.
using Score = std::int64_t;
constexpr Score kNat = 65536;

/// What a channel saw since suspicion began: the facts behind an explanation.
struct Sighting {
  Timestamp first;                 ///< first adverse observation, in whole seconds
  Timestamp last;                  ///< last adverse observation, in whole seconds
  std::uint32_t observations = 0;  ///< adverse and exonerating together; stops at 65535
  std::uint32_t adverse = 0;       ///< stops at 65535
  std::uint16_t port = 0;          ///< the port of the last adverse observation
  std::uint16_t source_port = 0;   ///< a device hint: the source port of the last adverse observation
  friend constexpr bool operator==(const Sighting&, const Sighting&) = default;
};

struct Event {
  Timestamp at;
  AccountId account;
  std::uint32_t sequence = 0;  ///< counts an account's events from 0; the conductor's own run under kNobody
  EventKind kind = EventKind::bound;
  State state = State::clear;             ///< after the event
  Channel channel = Channel::scan_ports;  ///< meaningful for EventKind::reason
  std::uint8_t later_left = 0;
  std::uint8_t history = 0;  ///< quarantines of this account that are not forgotten yet
  bool from_probation = false;
  std::uint16_t node = 0;  ///< the access node (S-VLAN) of the account's line; 0: none
  std::int64_t observed = 0;
  std::int64_t limit = 0;
  Sighting seen;  ///< meaningful for EventKind::reason
  friend constexpr bool operator==(const Event&, const Event&) = default;
};

/// The one order in which events leave the core, however many engines made them: time, account, sequence.
constexpr bool in_canonical_order(const Event& a, const Event& b) {
  if (a.at != b.at) return a.at < b.at;
  if (a.account != b.account) return a.account < b.account;
  return a.sequence < b.sequence;
}

}  // namespace lazaret
