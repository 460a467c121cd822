// What each channel saw, in a subscriber's words, and what usually helps against it.
#include "core/evidence/explanation.hpp"
#include "core/evidence/phrases.hpp"

namespace lazaret {
namespace {

/// What an explanation of one channel's evidence is made of.
struct Told {
  std::uint64_t adverse, all;
  std::string port;  ///< "port 23 (telnet)"

  [[nodiscard]] std::string of(std::string_view what) const {
    return std::to_string(adverse) + " of " + std::to_string(all) + " " + std::string(what);
  }
  [[nodiscard]] std::string times() const { return counted_text(adverse, "time"); }
  [[nodiscard]] std::string seconds() const { return "In " + counted_text(adverse, "second"); }
};

std::string scan_text(Channel c, const Told& t) {
  switch (c) {
    case Channel::scan_ports:
      return t.of("first contacts") + " on ports that scanners look for failed, the last on TCP " + t.port;
    case Channel::scan_other:
      return t.of("first contacts") + " with other hosts failed, the last on TCP " + t.port;
    case Channel::scan_vertical:
      return t.of("tries") + " of further ports on hosts already contacted failed, the last on TCP " + t.port;
    case Channel::scan_mirai:
      return counted_text(t.adverse, "first contact") +
             " carried the mark of the Mirai family of worms (the sequence number is the address itself), the last on "
             "TCP " +
             t.port;
    default:
      return "Telnet, which homes hardly use, was tried on " + counted_text(t.adverse, "host") +
             " not contacted before, the last on TCP " + t.port;
  }
}

std::string spam_text(Channel c, const Told& t, const Policy& policy) {
  switch (c) {
    case Channel::spam_delivery:
      return t.of("mail sessions") +
             " that bypassed our mail server were refused, unanswered, rejected, or went to networks not mailed before";
    case Channel::spam_mx_query:
      return "Other people's mail servers were looked up, " + std::to_string(t.adverse) +
             " of them, which home computers do not do";
    case Channel::spam_fanout:
      return "Mail servers in " + counted_text(t.adverse, "network") +
             " not contacted before were called, bypassing our own, the last on TCP " + t.port;
    default:
      return counted_text(t.adverse, "connection") + " to our mail server beyond the " +
             std::to_string(policy.spam_relay_free) + " within " + duration_text(policy.spam_relay_window_s) +
             " that people make at most";
  }
}

std::string flood_text(Channel c, const Told& t, const Policy& policy) {
  switch (c) {
    case Channel::flood_syn:
      return t.seconds() + " at least " + std::to_string(policy.flood_syn_per_s) +
             " connections were tried and fewer than a fifth answered, as in an attack on somebody, the last to TCP " +
             t.port;
    case Channel::flood_udp:
      return t.seconds() + " at least " + std::to_string(policy.flood_udp_per_s) +
             " packets were sent to which hardly any came back, as in an attack on somebody, the last to UDP " + t.port;
    case Channel::flood_reply:
      return t.seconds() + " at least " + std::to_string(policy.flood_reply_per_s) + " large answers left UDP " +
             t.port +
             " of a device that answers anybody on the Internet: others misuse it to flood their victims; the device "
             "need not be infected";
    default:
      return "Packets left this line under foreign source addresses, " + std::to_string(t.adverse) +
             " of them, the last to " + t.port;
  }
}

std::string login_text(Channel c, const Told& t, const Policy& policy) {
  if (c == Channel::login_failure)
    return t.of("logins") + " to devices elsewhere were refused, as when passwords are guessed, the last on TCP " +
           t.port;
  return t.of("encrypted logins") + " to devices elsewhere were as short as refused ones (under " +
         std::to_string(policy.login_short_octets) +
         " octets came back), as when passwords are guessed, the last on "
         "TCP " +
         t.port;
}

std::string c2_text(Channel c, const Told& t) {
  switch (c) {
    case Channel::c2_beacon:
      return t.times() +
             " a row of connections to one place at even intervals got twice as long (8, 16, 32, ...), the "
             "last to TCP " +
             t.port + ": many honest programs do that, and bots that wait for orders do, too";
    case Channel::c2_client:
      return t.times() +
             " a program opened an encrypted connection in the way of known malicious software, the last "
             "to TCP " +
             t.port;
    case Channel::c2_address:
      return t.times() + " an address was contacted that threat feeds name, the last on " + t.port;
    case Channel::c2_name:
      return t.times() + " a name was asked for that threat feeds name, the last on " + t.port;
    default:
      return t.times() +
             " the line looked for a place that was taken over from a botnet, where only infected devices call, the "
             "last on " +
             t.port;
  }
}

}  // namespace

std::string seen_text(const Event& e, const Policy& policy) {
  const Told told{e.seen.adverse, e.seen.observations, port_text(e.seen.port)};
  switch (family_of(e.channel)) {
    case Family::scan:
      return scan_text(e.channel, told);
    case Family::spam:
      return spam_text(e.channel, told, policy);
    case Family::dns:
      if (e.channel == Channel::dns_failure)
        return told.of("domains") +
               " that were asked for and are new to this line do not exist, as when a program makes up names";
      return told.times() + " another " + std::to_string(policy.dns_tunnel_octets) +
             " octets were carried within names below one domain, in which data can be smuggled";
    case Family::flood:
      return flood_text(e.channel, told, policy);
    case Family::login:
      return login_text(e.channel, told, policy);
    case Family::c2:
      return c2_text(e.channel, told);
    case Family::report:
      return counted_text(told.adverse, "report") + " of abuse came in about this line" +
             (e.seen.port == 0 ? std::string() : ", the last about " + told.port);
  }
  return {};
}

std::string remedy_hint(Channel c) {
  switch (c) {
    case Channel::scan_ports:
    case Channel::scan_mirai:
    case Channel::scan_telnet:
      return "It is usually a router, camera or recorder: switch it off and on again, then at once change its password "
             "and install its newest software.";
    case Channel::scan_other:
    case Channel::scan_vertical:
      return "It is usually a computer: let a virus scanner search it; a file-sharing program can look like this, too, "
             "and then nothing is wrong.";
    case Channel::spam_delivery:
    case Channel::spam_mx_query:
    case Channel::spam_fanout:
      return "It is usually a computer that sends mail without its owner's knowledge: let a virus scanner search every "
             "computer of the home, then change the passwords of the mail accounts.";
    case Channel::spam_relay:
      return "Somebody sends mail in your name: change the mail account's password, and let a virus scanner search the "
             "computers that know it.";
    case Channel::dns_failure:
      return "It is usually a computer: let a virus scanner search it.";
    case Channel::dns_tunnel:
      return "Some virus scanners and VPN programs do this; if you use neither, let a virus scanner search the "
             "computers.";
    case Channel::flood_syn:
    case Channel::flood_udp:
      return "It is usually a router, camera or recorder that takes part in attacks: switch it off and on again, then "
             "at once change its password and install its newest software.";
    case Channel::flood_reply:
      return "A service on your line answers the whole Internet: close it in the router (no port forwarding, no DNS or "
             "time service towards outside), and install the router's newest software.";
    case Channel::flood_spoof:
      return "It is usually a computer or a small device under foreign control: restart routers and cameras and change "
             "their passwords, and let a virus scanner search the computers.";
    case Channel::login_failure:
    case Channel::login_opaque:
      return "A device logs in elsewhere with guessed passwords: restart routers, cameras and servers, change their "
             "passwords, and look through programs that log in by themselves, such as backups, for a wrong password.";
    case Channel::c2_beacon:
      return "This alone proves nothing; if other signs are named too, let a virus scanner search the computers.";
    case Channel::c2_client:
    case Channel::c2_address:
    case Channel::c2_name:
    case Channel::c2_sinkhole:
      return "A device waits for orders of a stranger: let a virus scanner search the computers, look through the "
             "phones' programs, and restart and update routers and cameras.";
    case Channel::report_abuse:
      return "Ask our help desk what was reported, and let a virus scanner search the computers meanwhile.";
  }
  return {};
}

}  // namespace lazaret
