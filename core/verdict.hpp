// The core's answer to one packet. A value; the world carries it out.
// Ownership: values, trivially copyable, eight octets without padding (a run directory stores them as they are).
// Threads: any.
#pragma once

#include <cstdint>

#include "core/subscriber/account.hpp"

namespace lazaret {

enum class Action : std::uint8_t {
  pass,    ///< forward unchanged
  drop,    ///< discard silently
  reject,  ///< discard, and answer with a TCP reset or ICMP administratively prohibited
  garden,  ///< forward unchanged to the portal's next hop (policy routing, no NAT)
};

/// Why. One name per reason, the same in verdicts, events and reports.
enum class Rule : std::uint8_t {
  clear,           ///< pass: the account is not restricted
  open,            ///< pass: the account is restricted, but its profile leaves this open
  sacred,          ///< pass: voice, emergency, POP3/IMAP, ISP's DNS, NTP, remediation, portal: nothing may block it
  not_ip,          ///< pass: not IP (ARP, PPP control, ...), nothing to judge
  malformed,       ///< pass or drop: claims to be IP and cannot be read
  unbound,         ///< pass: no account holds the address
  spoofed_source,  ///< drop: the source address is bound to another access line (BCP 38)
  garden_return,   ///< pass: the portal answers
  mail_closed,     ///< reject: mail sending is closed to the account
  web_to_garden,   ///< garden: port 80 of a restricted account
  web_closed,      ///< reject: encrypted web of a restricted account
  tiny_fragment,   ///< drop: a fragment made to hide its ports (RFC 1858, RFC 3128)
  draining,        ///< pass: a session that began before the quarantine (RFC 6108, R3.1.5)
  call,            ///< pass: the call in progress when a strict quarantine began
  scan_closed,     ///< reject: profile leaky, a port that scanners look for
  strict_closed,   ///< reject: profile strict, whatever is not on its lists
};

struct Verdict {
  Action action = Action::pass;
  Rule rule = Rule::clear;
  std::uint16_t reserved = 0;
  AccountId account;
  friend constexpr bool operator==(const Verdict&, const Verdict&) = default;
};
static_assert(sizeof(Verdict) == 8);

}  // namespace lazaret
