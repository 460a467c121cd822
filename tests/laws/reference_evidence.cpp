// Sections 4 to 7 of docs/semantics.md: contacts, mail sessions, scores.
#include <algorithm>
#include <cmath>

#include "core/hash.hpp"
#include "core/packet/dns.hpp"
#include "core/packet/smtp.hpp"
#include "tests/laws/reference.hpp"

namespace lazaret::laws {
namespace {

Score q(double nats) { return std::llround(nats * 65536); }
double odds(double p) { return std::log(p / (1 - p)); }

/// Serial arithmetic of RFC 1982, section 3.2, on 32 bits.
bool later(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

bool has(const Facts& f, unsigned flags) { return (f.tcp_flags & flags) == flags; }
bool lacks(const Facts& f, unsigned flags) { return (f.tcp_flags & flags) == 0; }

bool scanners_look_for(std::uint16_t port) {
  static const std::set<std::uint16_t> kPorts = {21,   22,   23,   135,  139,  445,  1433, 2222,  2323,
                                                 3306, 3389, 5555, 5900, 7547, 8291, 9527, 37215, 52869};
  return kPorts.contains(port);
}

}  // namespace

void Reference::observe_upstream(AccountId id, const Facts& f, Timestamp at) {
  if (f.transport == Transport::udp && f.destination_port == 53) mx_question(id, f, at);
  if (f.transport != Transport::tcp) return;
  const bool opens = has(f, kSyn) && lacks(f, kAck | kRst | kFin);
  if (f.destination_port == 25) {
    if (policy_.services_relays.covers(f.destination) && !slips(Slip::relays_observed)) return;
    if (opens)
      open_session(id, f, at);
    else
      mail_upstream(id, f, at);
  } else if (opens) {
    first_contact(id, f, at);
  }
}

void Reference::observe_downstream(AccountId id, const Facts& f, Timestamp at) {
  const bool tcp = f.transport == Transport::tcp;
  const bool error = f.transport == Transport::icmp_error && f.quoted.protocol == 6;
  if (!tcp && !error) return;
  if (end_contact(id, f, at) || mail_downstream(id, f, at)) return;
  const bool reply = tcp && (has(f, kSyn | kAck) || has(f, kRst));
  if (reply || error) ++counters_.unmatched_replies;
}

// --- bitmaps

bool Reference::seen(Bitmap& map, std::uint64_t key, std::uint64_t bits, std::int64_t window_s, Timestamp at) const {
  const std::int64_t window = at.ns / (window_s * kNsPerSecond);
  if (window != map.window && !slips(Slip::never_rotates)) {
    const bool next = window == map.window + 1 && !slips(Slip::rotates_whole);
    map.previous = next ? map.present : std::set<std::uint64_t>{};
    map.present.clear();
    map.window = window;
  }
  return map.present.contains(key % bits) || map.previous.contains(key % bits);
}

void Reference::mark(Bitmap& map, std::uint64_t key, std::uint64_t bits) const {
  if (map.present.size() >= bits / 4 && !slips(Slip::never_full)) {
    map.previous = map.present;
    map.present.clear();
  }
  map.present.insert(key % bits);
}

std::uint64_t Reference::key(IpAddress a, std::uint32_t port) const {
  return mix(mix(mix(seed_.value, a.high), a.low), port);
}

// --- 5: contacts

void Reference::first_contact(AccountId id, const Facts& f, Timestamp at) {
  Account& a = accounts_[id];
  const std::uint64_t host_key = key(f.destination, 65536), port_key = key(f.destination, f.destination_port);
  if (seen(a.destinations, port_key, 1024, policy_.scan_window_s, at)) return;
  std::size_t pending = a.contacts.size();
  if (slips(Slip::shared_contacts)) {
    pending = 0;
    for (const auto& [other, account] : accounts_) pending += account.contacts.size();
  }
  const bool full = pending >= kContactsPerAccount;
  if (full && slips(Slip::skipped_unmarked)) {
    ++counters_.contacts_skipped;
    return;
  }
  mark(a.destinations, port_key, 1024);
  const bool vertical = !slips(Slip::no_vertical) && std::count(a.hosts.begin(), a.hosts.end(), host_key) > 0;
  if (!vertical) {
    a.hosts.push_back(host_key);
    if (a.hosts.size() > 16 && !slips(Slip::long_memory)) a.hosts.erase(a.hosts.begin());
    const bool collides = seen(a.destinations, host_key, 1024, policy_.scan_window_s, at);
    if (collides && !slips(Slip::collisions_judged)) return;
    mark(a.destinations, host_key, 1024);
  }
  if (full) {
    ++counters_.contacts_skipped;
    return;
  }
  const Channel kind = vertical                                ? Channel::scan_vertical
                       : scanners_look_for(f.destination_port) ? Channel::scan_ports
                                                               : Channel::scan_other;
  a.contacts.push_back({.kind = kind,
                        .destination = f.destination,
                        .source_port = f.source_port,
                        .destination_port = f.destination_port,
                        .sequence = f.tcp_sequence,
                        .due = at + milliseconds(policy_.scan_timeout_ms)});
}

bool Reference::end_contact(AccountId id, const Facts& f, Timestamp at) {
  std::vector<Contact>& contacts = accounts_[id].contacts;
  const auto answers = [&](const Contact& c) {
    if (f.transport == Transport::icmp_error)
      return !slips(Slip::unreachable_ignored) &&
             (f.quoted.source == f.destination || slips(Slip::unreachable_to_another)) &&
             f.quoted.destination == c.destination && f.quoted.source_port == c.source_port &&
             f.quoted.destination_port == c.destination_port &&
             (f.quoted.tcp_sequence == c.sequence || slips(Slip::any_acknowledgment));
    const bool positive = has(f, kSyn | kAck) && lacks(f, kRst), negative = has(f, kRst | kAck);
    return (positive || negative) && f.source == c.destination && f.source_port == c.destination_port &&
           f.destination_port == c.source_port &&
           (f.tcp_acknowledgment == c.sequence + 1 || slips(Slip::any_acknowledgment));
  };
  const auto found = std::find_if(contacts.begin(), contacts.end(), answers);
  if (found == contacts.end()) return false;
  const Contact contact = *found;
  contacts.erase(found);
  bool adverse = f.transport == Transport::icmp_error || has(f, kRst);
  if (slips(Slip::reset_exonerates) && f.transport == Transport::tcp) adverse = false;
  contact_result(id, contact, adverse, at);
  return true;
}

// --- 6: mail

void Reference::open_session(AccountId id, const Facts& f, Timestamp at) {
  Account& a = accounts_[id];
  for (const Session& s : a.sessions)
    if (s.destination == f.destination && s.source_port == f.source_port && s.isn == f.tcp_sequence) return;
  if (a.sessions.size() >= kMailSessionsPerAccount) {
    ++counters_.mail_sessions_skipped;
    return;
  }
  const unsigned length = slips(Slip::peers_by_address) ? 128 : f.destination.is_v4() ? 120 : 48;
  const std::uint64_t peer = key(truncate(f.destination, length), 25);
  const bool known = seen(a.peers, peer, 512, policy_.spam_window_s, at);
  mark(a.peers, peer, 512);
  a.sessions.push_back({.destination = f.destination,
                        .source_port = f.source_port,
                        .isn = f.tcp_sequence,
                        .sent = f.tcp_sequence + 1,
                        .expected = 0,
                        .open = false,
                        .new_peer = !known,
                        .rejected = false,
                        .data = false,
                        .due = at + milliseconds(policy_.spam_timeout_ms)});
}

void Reference::mail_upstream(AccountId id, const Facts& f, Timestamp at) {
  if (has(f, kSyn)) return;
  std::vector<Session>& sessions = accounts_[id].sessions;
  for (auto s = sessions.begin(); s != sessions.end(); ++s) {
    if (!s->open || s->destination != f.destination || s->source_port != f.source_port) continue;
    const std::uint32_t end = f.tcp_sequence + f.payload_length + (has(f, kFin) ? 1 : 0);
    if (later(end, s->sent)) s->sent = end;
    const std::uint32_t ahead = f.tcp_acknowledgment - s->expected;
    if (has(f, kAck) && ahead != 0 && ahead < (1U << 30)) s->expected = f.tcp_acknowledgment;
    if (!slips(Slip::no_idle_end)) s->due = at + milliseconds(30 * policy_.spam_timeout_ms);
    if (!lacks(f, kRst | kFin) && !slips(Slip::reset_keeps_session)) sessions.erase(s);
    return;
  }
}

bool Reference::mail_downstream(AccountId id, const Facts& f, Timestamp at) {
  std::vector<Session>& sessions = accounts_[id].sessions;
  const auto take = [&](std::size_t i) {
    const Session s = sessions[i];
    sessions.erase(sessions.begin() + static_cast<std::ptrdiff_t>(i));
    return s;
  };
  if (f.transport == Transport::icmp_error) {
    if (f.quoted.destination_port != 25 || f.quoted.source != f.destination) return false;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      const Session& s = sessions[i];
      if (s.open || s.destination != f.quoted.destination || s.source_port != f.quoted.source_port ||
          s.isn != f.quoted.tcp_sequence)
        continue;
      mail_result(id, take(i).source_port, Mail::rejected, at);
      return true;
    }
    return false;
  }
  if (f.source_port != 25) return false;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    Session& s = sessions[i];
    if (s.destination != f.source || s.source_port != f.destination_port) continue;
    const bool answers_syn = f.tcp_acknowledgment == s.isn + 1 || slips(Slip::any_acknowledgment);
    if (has(f, kRst)) {
      if (!s.open && has(f, kAck) && answers_syn) {
        mail_result(id, take(i).source_port, Mail::rejected, at);
        return true;
      }
      if (s.open && (f.tcp_sequence == s.expected || slips(Slip::any_sequence))) {
        take(i);
        return true;
      }
    } else if (has(f, kSyn)) {
      if (!s.open && has(f, kAck) && answers_syn) {
        s.open = true;
        s.expected = f.tcp_sequence + 1;
        s.due = at + milliseconds(30 * policy_.spam_timeout_ms);
        return true;
      }
    } else if (s.open) {
      mail_reply(id, i, f, at);
      return true;
    }
  }
  return false;
}

void Reference::mail_reply(AccountId id, std::size_t index, const Facts& f, Timestamp at) {
  std::vector<Session>& sessions = accounts_[id].sessions;
  Session& s = sessions[index];
  const bool acknowledges = later(f.tcp_acknowledgment, s.isn) &&
                            (!later(f.tcp_acknowledgment, s.sent) || slips(Slip::acknowledged_too_much));
  const bool in_order = f.tcp_sequence == s.expected || slips(Slip::any_sequence);
  if (!has(f, kAck) || !acknowledges || !in_order) {
    if (f.payload_length > 0) ++counters_.unmatched_replies;
    return;
  }
  s.expected += f.payload_length;
  if (!slips(Slip::no_idle_end)) s.due = at + milliseconds(30 * policy_.spam_timeout_ms);
  const std::uint16_t source_port = s.source_port;
  const std::uint16_t code = parse_smtp_reply(f.payload).value_or(0);
  if (code >= 400 && code <= 599 && (!s.rejected || slips(Slip::reject_every_reply))) {
    s.rejected = true;
    mail_result(id, source_port, Mail::rejected, at);
  } else if (code == 354) {
    s.data = true;
  } else if (code == 250 && (s.data || slips(Slip::greeting_accepts))) {
    s.data = false;
    const Mail result = s.new_peer ? Mail::new_peer : Mail::known_peer;
    if (!slips(Slip::known_peer_new)) s.new_peer = false;
    mail_result(id, source_port, result, at);
  }
  if (has(f, kFin)) sessions.erase(sessions.begin() + static_cast<std::ptrdiff_t>(index));
}

void Reference::mx_question(AccountId id, const Facts& f, Timestamp at) {
  const auto question = parse_dns(f.payload, seed_.value);
  if (!question || question->response || question->type != kDnsTypeMx) return;
  Account& a = accounts_[id];
  if (seen(a.names, question->name_hash, 512, policy_.spam_window_s, at)) return;
  if (!slips(Slip::names_repeat)) mark(a.names, question->name_hash, 512);
  observation(id, Channel::spam_mx_query, q(policy_.spam_mx_query_score), true, 53, f.source_port, at);
}

// --- 7: scores

void Reference::contact_result(AccountId id, const Contact& c, bool adverse, Timestamp at) {
  double bot = policy_.scan_bot_failure, clean = policy_.scan_clean_failure;
  if (c.kind == Channel::scan_other) bot = policy_.scan_other_bot_failure, clean = policy_.scan_other_clean_failure;
  if (c.kind == Channel::scan_vertical)
    bot = policy_.scan_vertical_bot_failure, clean = policy_.scan_vertical_clean_failure;
  const Score step = adverse ? q(std::log(bot / clean)) : q(std::log((1 - bot) / (1 - clean)));
  observation(id, c.kind, step, adverse, c.destination_port, c.source_port, at);
}

void Reference::mail_result(AccountId id, std::uint16_t source_port, Mail result, Timestamp at) {
  double bot = policy_.spam_bot_rejected, clean = policy_.spam_clean_rejected;
  if (result == Mail::new_peer) bot = policy_.spam_bot_new_peer, clean = policy_.spam_clean_new_peer;
  if (result == Mail::known_peer) {
    bot = std::max(0.001, 1 - policy_.spam_bot_rejected - policy_.spam_bot_new_peer);
    clean = std::max(0.001, 1 - policy_.spam_clean_rejected - policy_.spam_clean_new_peer);
  }
  observation(id, Channel::spam_delivery, q(std::log(bot / clean)), result != Mail::known_peer, 25, source_port, at);
}

void Reference::decay(Channels& c, Channel channel, Timestamp at) const {
  const std::int64_t half_life_s =
      family_of(channel) == Family::scan ? policy_.scan_half_life_s : policy_.spam_half_life_s;
  const std::int64_t quantum = half_life_s * kNsPerSecond / 64;
  if (slips(Slip::no_decay)) return;
  if (c.score == 0) {
    c.decayed_at = at;
    return;
  }
  const std::int64_t steps = (at - c.decayed_at).ns / quantum;
  if (steps <= 0) return;
  const std::int64_t factor = std::llround(65536 * std::exp2(-static_cast<double>(steps % 64) / 64));
  c.score = steps / 64 >= 63 ? 0 : ((c.score >> (steps / 64)) * factor) >> 16;
  c.decayed_at = c.decayed_at + Duration{steps * quantum};
}

Score Reference::decayed(const Channels& c, Channel channel, Timestamp at) const {
  Channels copy = c;
  decay(copy, channel, at);
  return copy.score;
}

void Reference::observation(AccountId id, Channel channel, Score step, bool adverse, std::uint16_t port,
                            std::uint16_t source_port, Timestamp at) {
  Channels& c = accounts_[id].channels[static_cast<unsigned>(channel)];
  decay(c, channel, at);
  double cap = policy_.evidence_cap;
  if (channel == Channel::scan_other) cap = policy_.scan_other_cap;
  if (channel == Channel::spam_mx_query) cap = policy_.spam_mx_query_cap;
  c.score = std::max(c.score + step, Score{0});
  if (!slips(Slip::no_cap)) c.score = std::min(c.score, q(cap));
  ++c.seen.observations;
  if (adverse || slips(Slip::sightings_exonerated)) {
    if (c.seen.adverse == 0) c.seen.first = at;
    ++c.seen.adverse;
    c.seen.last = at;
    c.seen.port = slips(Slip::ports_swapped) ? source_port : port;
    c.seen.source_port = slips(Slip::ports_swapped) ? port : source_port;
  }
  weigh(id, at);
}

bool Reference::on_probation(const Account& a) const {
  if (slips(Slip::prior_on_probation)) return false;
  const bool follows = a.state == State::proposed || a.state == State::quarantined || a.state == State::remediating ||
                       a.state == State::deferred;
  return a.state == State::probation || (follows && a.from_probation);
}

Score Reference::belief(const Account& a, Timestamp at) const {
  Score sum = q(odds(on_probation(a) ? policy_.evidence_probation_prior : policy_.evidence_prior));
  for (unsigned i = 0; i < kChannels; ++i) sum += decayed(a.channels[i], Channel{static_cast<std::uint8_t>(i)}, at);
  return sum;
}

AccountStatus Reference::status(AccountId id, Timestamp now) const {
  const auto found = accounts_.find(id);
  if (found == accounts_.end()) return {};
  const Account& a = found->second;
  AccountStatus s;
  s.state = a.state, s.later_left = a.later_left, s.exempt = a.exempt, s.belief = belief(a, now);
  for (unsigned i = 0; i < kChannels; ++i) {
    s.scores[i] = decayed(a.channels[i], Channel{static_cast<std::uint8_t>(i)}, now);
    s.seen[i] = a.channels[i].seen;
  }
  return s;
}

}  // namespace lazaret::laws
