#include "core/detect/contacts.hpp"

#include <algorithm>

namespace lazaret {

Contacts::Contacts(const Policy& p, Recall recall, const Listeners& listeners)
    : recall_(recall), listeners_(listeners), timeout_(milliseconds(p.contact_timeout_ms)) {}

std::uint32_t Contacts::tag(IpAddress other_end, std::uint16_t port, std::uint16_t source_port,
                            std::uint32_t sequence) const {
  return low_half(mix(recall_.key(other_end, both_ports(port, source_port)), sequence));
}

void Contacts::open(Account a, const Facts& f, Timestamp at, Ladder& ladder, Counters& counters) const {
  Contact c;
  c.tag = tag(f.destination, f.destination_port, f.source_port, f.tcp_sequence);
  auto& contacts = a.dossier.contacts;
  const auto same = [&](const Contact& other) { return other.tag == c.tag; };
  if (std::any_of(contacts.begin(), contacts.end(), same)) return;  // a retransmission
  listeners_.c2.address(a, f, at, ladder);
  if (listeners_.spam.to_relay(a, f, at, ladder)) return;
  if (f.destination_port == kSmtpPort) {
    c.mail = true;
    c.new_peer = listeners_.spam.new_peer(a, f, at, ladder);
  } else {
    const std::uint64_t port_key = recall_.key(f.destination, f.destination_port);
    if (recall_.fresh(a.dossier.memory, port_key, at))
      c.stream = listeners_.scan.first_contact(a, f, at, ladder);
    else
      listeners_.c2.repeated(a, f, low_half(port_key), at, ladder);
    c.session = login_port(f.destination_port);
  }
  if (c.stream == Stream::none && !c.mail && !c.session) return;
  if (contacts.full()) {
    ++counters.contacts_skipped;
    return;
  }
  c.due = due_after(at, timeout_);
  c.port = f.destination_port;
  c.source_port = f.source_port;
  contacts.push(c);
}

bool Contacts::answer(Account a, const Facts& f, Timestamp at, Ladder& ladder, Counters& counters) const {
  auto& contacts = a.dossier.contacts;
  if (contacts.empty()) return false;
  std::uint32_t wanted = 0;
  const bool accepted = accepts_connection(f);
  if (f.transport == Transport::icmp_error) {
    const Quoted& q = f.quoted;
    // An error goes to the source of what it quotes (RFC 792).
    if (q.protocol != 6 || q.source != f.destination) return false;
    wanted = tag(q.destination, q.destination_port, q.source_port, q.tcp_sequence);
  } else {
    if (!accepted && (f.tcp_flags & (kRst | kAck)) != (kRst | kAck)) return false;
    wanted = tag(f.source, f.source_port, f.destination_port, f.tcp_acknowledgment - 1);
  }
  Contact* found = std::find_if(contacts.begin(), contacts.end(), [&](const Contact& c) { return c.tag == wanted; });
  if (found == contacts.end()) return false;
  const Contact c = *found;
  contacts.erase(found);
  if (!accepted) {
    refuse(a, c, at, ladder);
    return true;
  }
  if (c.stream != Stream::none) listeners_.scan.outcome(a, c, false, at, ladder);
  if (c.mail || c.session) listeners_.sessions.open(a, c, f, at, counters);
  return true;
}

void Contacts::refuse(Account a, const Contact& c, Timestamp at, Ladder& ladder) const {
  if (c.stream != Stream::none) listeners_.scan.outcome(a, c, true, at, ladder);
  if (c.mail) listeners_.spam.rejected(a, c.source_port, at, ladder);
}

void Contacts::expire(Account a, Timestamp at, Ladder& ladder) const {
  auto& contacts = a.dossier.contacts;
  while (!contacts.empty() && begin_of(contacts.begin()->due) <= at) {
    const Contact c = *contacts.begin();
    contacts.erase(contacts.begin());
    if (a.record.reverse) refuse(a, c, at, ladder);
  }
}

}  // namespace lazaret
