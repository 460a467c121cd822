// Sections 4 to 6 of docs/semantics.md: what is observed, memory, contacts and scanning, mail sending.
#include <algorithm>

#include "core/hash.hpp"
#include "tests/laws/reference.hpp"

namespace lazaret::laws {

// --- 4: what is observed

void Reference::observe_upstream(AccountId id, const Facts& f, Timestamp at) {
  if (f.transport == Transport::tcp) {
    if (opens(f)) {
      meter(id, f, true, at);
      syn(id, f, at);
    } else {
      session_upstream(id, f, at);
      client_hello(id, f, at);
    }
  } else if (f.transport == Transport::udp) {
    call(accounts_[id], f, true, at);
    meter(id, f, true, at);
    feed_address(id, f, at);
    if (f.destination_port == 53) dns_question(id, f, at);
  }
}

void Reference::observe_downstream(AccountId id, const Facts& f, Timestamp at) {
  if (f.transport == Transport::tcp) {
    const bool answers_syn = has(f, kSyn | kAck);
    if (answers_syn && lacks(f, kRst)) meter(id, f, false, at);
    if (end_contact(id, f, at) || session_downstream(id, f, at)) return;
    if (answers_syn || has(f, kRst)) ++counters_.unmatched_replies;
  } else if (f.transport == Transport::icmp_error) {
    if (f.quoted.protocol == 6 && !end_contact(id, f, at)) ++counters_.unmatched_replies;
  } else if (f.transport == Transport::udp) {
    call(accounts_[id], f, false, at);
    meter(id, f, false, at);
    if (f.source_port == 53) dns_answer(id, f, at);
  }
}

// --- 5: memory

std::uint64_t Reference::key(IpAddress a, std::uint32_t port) const {
  return mix(mix(mix(seed_.value, a.high), a.low), port);
}

void Reference::turn(Memory& m, Timestamp at) const {
  const std::int64_t window = sec(at) / policy_.memory_window_s;
  if (window == m.window || slips(Slip::memory_never_turns)) return;
  const bool next = window == m.window + 1 && !slips(Slip::memory_turns_whole);
  m.previous = next ? m.present : std::set<std::uint64_t>{};
  m.present.clear();
  m.window = window;
}

bool Reference::remembered(const Memory& m, std::uint64_t key) const {
  const std::uint64_t bit = key % (slips(Slip::memory_collides_less) ? 4096 : kMemoryBits);
  return m.present.contains(bit) || m.previous.contains(bit);
}

bool Reference::fresh(Account& a, std::uint64_t key, Timestamp at) const {
  Memory& m = a.evidence.memory;
  turn(m, at);
  const bool known = remembered(m, key);
  const std::size_t most = slips(Slip::memory_turns_early) ? 8 : kMemoryBits / 4;
  if (m.present.size() >= most && !slips(Slip::memory_never_full)) {
    m.previous = m.present;
    m.present.clear();
  }
  m.present.insert(key % (slips(Slip::memory_collides_less) ? 4096 : kMemoryBits));
  return !known;
}

// --- 5: contacts

std::uint32_t Reference::contact_tag(IpAddress other, std::uint16_t port, std::uint16_t source_port,
                                     std::uint32_t sequence) const {
  const std::uint32_t ports = (std::uint32_t{port} << 16) | source_port;
  return low(mix(key(other, ports), slips(Slip::any_acknowledgment) ? 0 : sequence));
}

void Reference::syn(AccountId id, const Facts& f, Timestamp at) {
  Account& a = accounts_[id];
  const std::uint16_t port = f.destination_port;
  Contact contact;
  contact.tag = contact_tag(f.destination, port, f.source_port, f.tcp_sequence);
  contact.due = due_second(at, milliseconds(policy_.contact_timeout_ms));
  contact.port = port, contact.source_port = f.source_port;
  for (const Contact& c : a.evidence.contacts)
    if (c.tag == contact.tag && !slips(Slip::retransmissions_judged)) return;

  feed_address(id, f, at);
  const bool relayed = policy_.services_relays.covers(f.destination) && (port == 25 || port == 465 || port == 587);
  if (relayed && !slips(Slip::relays_are_strangers)) return relay(id, f, at);
  if (port == 25) {
    const unsigned length = slips(Slip::peers_by_address) ? 128 : f.destination.is_v4() ? 120 : 48;
    contact.mail = true;
    contact.new_peer = fresh(a, key(truncate(f.destination, length), 65536 + 3), at) || slips(Slip::known_peer_new);
    if (contact.new_peer && !slips(Slip::fanout_silent))
      observation(id, Channel::spam_fanout, q(policy_.spam_fanout_score), true, 25, f.source_port, at);
  } else {
    contact.stream = first_contact(id, f, at);
  }
  contact.session = port == 21 || port == 22 || port == 23 || port == 2323 || port == 3389;
  if (slips(Slip::logins_at_new_hosts_only) && !contact.stream) contact.session = false;
  if (!contact.stream && !contact.mail && !contact.session) return;

  std::size_t pending = a.evidence.contacts.size();
  if (slips(Slip::shared_contacts)) {
    pending = 0;
    for (const auto& [other, account] : accounts_) pending += account.evidence.contacts.size();
  }
  if (pending >= kContactsPerAccount)
    ++counters_.contacts_skipped;
  else
    a.evidence.contacts.push_back(contact);
}

std::optional<Channel> Reference::first_contact(AccountId id, const Facts& f, Timestamp at) {
  Account& a = accounts_[id];
  const std::uint16_t port = f.destination_port;
  if (!fresh(a, key(f.destination, port), at)) {
    beacon(id, f, at);
    return {};
  }
  const std::uint64_t host_key = key(f.destination, 65536);
  std::vector<std::uint32_t>& hosts = a.evidence.hosts;
  const bool known = std::count(hosts.begin(), hosts.end(), low(host_key)) > 0;
  if (known && !slips(Slip::vertical_never)) return Channel::scan_vertical;
  hosts.push_back(low(host_key));
  if (hosts.size() > kHostsPerAccount && !slips(Slip::hosts_unlimited)) hosts.erase(hosts.begin());
  if (!fresh(a, host_key, at) && !slips(Slip::collisions_judged)) return {};

  const bool mirai = f.destination.is_v4() && f.tcp_sequence == f.destination.as_v4();
  if ((mirai && !slips(Slip::mirai_never)) || (slips(Slip::mirai_any_sequence) && f.destination.is_v4()))
    observation(id, Channel::scan_mirai, q(policy_.scan_mirai_score), true, port, f.source_port, at);
  if (port == 23 || (port == 2323 && !slips(Slip::telnet_23_only)))
    for (int i = 0; i < (slips(Slip::telnet_twice) ? 2 : 1); ++i)
      observation(id, Channel::scan_telnet, q(policy_.scan_telnet_score), true, port, f.source_port, at);
  return scanners_look_for(port) ? Channel::scan_ports : Channel::scan_other;
}

bool Reference::end_contact(AccountId id, const Facts& f, Timestamp at) {
  const bool error = f.transport == Transport::icmp_error;
  const bool positive = !error && has(f, kSyn | kAck) && lacks(f, kRst);
  const bool negative =
      error ? f.quoted.source == f.destination || slips(Slip::unreachable_to_another) : has(f, kRst | kAck);
  if ((!positive && !negative) || (error && slips(Slip::unreachable_ignored))) return false;
  const std::uint32_t tag =
      error ? contact_tag(f.quoted.destination, f.quoted.destination_port, f.quoted.source_port, f.quoted.tcp_sequence)
            : contact_tag(f.source, f.source_port, f.destination_port, f.tcp_acknowledgment - 1);
  std::vector<Contact>& contacts = accounts_[id].evidence.contacts;
  const auto found = std::find_if(contacts.begin(), contacts.end(), [tag](const Contact& c) { return c.tag == tag; });
  if (found == contacts.end()) return false;
  const Contact contact = *found;
  contacts.erase(found);
  if (positive)
    answered(id, contact, f, at);
  else if (slips(Slip::reset_exonerates) && !error)
    stream_result(id, contact, false, at);
  else
    refused(id, contact, at);
  return true;
}

void Reference::answered(AccountId id, const Contact& c, const Facts& f, Timestamp at) {
  stream_result(id, c, false, at);
  if (!c.mail && !c.session) return;
  std::vector<Session>& sessions = accounts_[id].evidence.sessions;
  if (sessions.size() >= kSessionsPerAccount && !slips(Slip::sessions_unlimited)) {
    ++counters_.sessions_skipped;
    return;
  }
  Session s;
  s.tag = low(key(f.source, (std::uint32_t{c.port} << 16) | c.source_port));
  s.isn = f.tcp_acknowledgment - 1;
  s.sent = f.tcp_acknowledgment;
  s.expected = f.tcp_sequence + 1;
  s.due = due_second(at, seconds(policy_.contact_idle_s));
  s.port = c.port, s.source_port = c.source_port;
  s.new_peer = c.new_peer;
  sessions.push_back(s);
}

void Reference::refused(AccountId id, const Contact& c, Timestamp at) {
  stream_result(id, c, true, at);
  if (c.mail && !slips(Slip::mail_refusals_ignored)) mail_result(id, c.source_port, Mail::rejected, at);
}

void Reference::stream_result(AccountId id, const Contact& c, bool adverse, Timestamp at) {
  if (!c.stream) return;
  double bot = policy_.scan_bot_failure, clean = policy_.scan_clean_failure;
  if (*c.stream == Channel::scan_other) bot = policy_.scan_other_bot_failure, clean = policy_.scan_other_clean_failure;
  if (*c.stream == Channel::scan_vertical)
    bot = policy_.scan_vertical_bot_failure, clean = policy_.scan_vertical_clean_failure;
  observation(id, *c.stream, adverse ? against(bot, clean) : in_favour(bot, clean), adverse, c.port, c.source_port, at);
}

// --- 6: mail sending

void Reference::relay(AccountId id, const Facts& f, Timestamp at) {
  Evidence& e = accounts_[id].evidence;
  const std::int64_t window = sec(at) / policy_.spam_relay_window_s;
  if (window != e.relay_window && !slips(Slip::relay_never_resets)) e.relay_window = window, e.relay_count = 0;
  e.relay_count = up_to_16_bits(e.relay_count + 1);
  const std::int64_t free = slips(Slip::relay_free_twice) ? 2 * policy_.spam_relay_free : policy_.spam_relay_free;
  if (e.relay_count > free)
    observation(id, Channel::spam_relay, q(policy_.spam_relay_score), true, f.destination_port, f.source_port, at);
}

void Reference::mail_result(AccountId id, std::uint16_t source_port, Mail result, Timestamp at) {
  const auto remainder = [](double a, double b) { return std::max(1 - a - b, 0.001); };
  double bot = policy_.spam_bot_rejected, clean = policy_.spam_clean_rejected;
  if (result == Mail::new_peer) bot = policy_.spam_bot_new_peer, clean = policy_.spam_clean_new_peer;
  if (result == Mail::known_peer) {
    bot = remainder(policy_.spam_bot_rejected, policy_.spam_bot_new_peer);
    clean = remainder(policy_.spam_clean_rejected, policy_.spam_clean_new_peer);
  }
  observation(id, Channel::spam_delivery, against(bot, clean), result != Mail::known_peer, 25, source_port, at);
}

}  // namespace lazaret::laws
