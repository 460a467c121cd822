#include "core/detect/spam.hpp"

#include <algorithm>
#include <cmath>

#include "core/packet/dns.hpp"
#include "core/packet/smtp.hpp"

namespace lazaret {
namespace {

constexpr std::uint32_t kAcknowledgmentReach = 1U << 30;
constexpr double kSmallestShare = 0.001;

std::uint64_t peer_key(Seed seed, IpAddress a) {
  return endpoint_key(seed, truncate(a, a.is_v4() ? 120 : 48), kSmtpPort);
}

}  // namespace

SpamDetector::SpamDetector(const Policy& p, Seed seed)
    : seed_(seed),
      timeout_(milliseconds(p.spam_timeout_ms)),
      idle_(milliseconds(30 * p.spam_timeout_ms)),
      window_ns_(p.spam_window_s * kNsPerSecond),
      rejected_(to_score(std::log(p.spam_bot_rejected / p.spam_clean_rejected))),
      accepted_new_(to_score(std::log(p.spam_bot_new_peer / p.spam_clean_new_peer))),
      accepted_known_(to_score(std::log(std::max(kSmallestShare, 1 - p.spam_bot_rejected - p.spam_bot_new_peer) /
                                        std::max(kSmallestShare, 1 - p.spam_clean_rejected - p.spam_clean_new_peer)))),
      asked_(to_score(p.spam_mx_query_score)),
      relays_(p.services_relays) {}

Timestamp SpamDetector::due(const State& state) {
  Timestamp earliest = kNever;
  for (const Session& s : state.sessions) earliest = std::min(earliest, s.due);
  return earliest;
}

Observation SpamDetector::outcome(const Session& s, bool adverse, Score step) const {
  return {Channel::spam_delivery, adverse, step, kSmtpPort, s.source_port};
}

bool SpamDetector::watch_upstream(State& state, const Facts& f, Timestamp at, Counters& counters,
                                  Observation& o) const {
  if (f.transport == Transport::udp && f.destination_port == kDnsPort) return ask(state, f, at, o);
  if (f.transport != Transport::tcp || f.destination_port != kSmtpPort) return false;
  if (opens_connection(f)) {
    open(state, f, at, counters);
    return false;
  }
  for (Session& s : state.sessions) {
    if (!s.open || s.destination != f.destination || s.source_port != f.source_port) continue;
    send(state, &s, f, at);
    break;
  }
  return false;
}

void SpamDetector::open(State& state, const Facts& f, Timestamp at, Counters& counters) const {
  if (relays_.covers(f.destination)) return;
  for (const Session& s : state.sessions)
    if (s.destination == f.destination && s.source_port == f.source_port && s.isn == f.tcp_sequence) return;
  if (state.sessions.full()) {
    ++counters.mail_sessions_skipped;
    return;
  }
  state.peers.turn_to(at.ns / window_ns_);
  const std::uint64_t key = peer_key(seed_, f.destination);
  Session s;
  s.destination = f.destination;
  s.due = at + timeout_;
  s.isn = f.tcp_sequence;
  s.sent = s.isn + 1;
  s.source_port = f.source_port;
  s.new_peer = !state.peers.seen(key);
  state.peers.mark(key);
  state.sessions.push(s);
}

bool SpamDetector::ask(State& state, const Facts& f, Timestamp at, Observation& o) const {
  const auto question = parse_dns(f.payload, seed_.value);
  if (!question || question->response || question->type != kDnsTypeMx) return false;
  state.names.turn_to(at.ns / window_ns_);
  if (state.names.seen(question->name_hash)) return false;
  state.names.mark(question->name_hash);
  o = {Channel::spam_mx_query, true, asked_, kDnsPort, f.source_port};
  return true;
}

void SpamDetector::send(State& state, Session* s, const Facts& f, Timestamp at) const {
  if (f.tcp_flags & kSyn) return;
  const std::uint32_t end = f.tcp_sequence + f.payload_length + ((f.tcp_flags & kFin) ? 1 : 0);
  if (serial_after(end, s->sent)) s->sent = end;
  if ((f.tcp_flags & kAck) && serial_after(f.tcp_acknowledgment, s->expected) &&
      f.tcp_acknowledgment - s->expected < kAcknowledgmentReach)
    s->expected = f.tcp_acknowledgment;
  s->due = at + idle_;
  if (f.tcp_flags & (kRst | kFin)) state.sessions.erase(s);
}

bool SpamDetector::watch_downstream(State& state, const Facts& f, bool ours, Timestamp at, Counters& counters,
                                    bool& belongs, Observation& o) const {
  if (f.transport == Transport::icmp_error) {
    const Quoted& q = f.quoted;
    if (!ours || q.protocol != 6 || q.destination_port != kSmtpPort) return false;
    for (Session& s : state.sessions) {
      if (s.open || s.destination != q.destination || s.source_port != q.source_port || s.isn != q.tcp_sequence)
        continue;
      belongs = true;
      o = outcome(s, true, rejected_);
      state.sessions.erase(&s);
      return true;
    }
    return false;
  }
  if (f.transport != Transport::tcp || f.source_port != kSmtpPort) return false;
  for (Session& s : state.sessions) {
    if (s.destination != f.source || s.source_port != f.destination_port || !moves(s, f)) continue;
    belongs = true;
    return reply(state, &s, f, at, counters, o);
  }
  return false;
}

bool SpamDetector::moves(const Session& s, const Facts& f) {
  const bool answers_syn = !s.open && (f.tcp_flags & kAck) && f.tcp_acknowledgment == s.isn + 1;
  if (f.tcp_flags & kRst) return s.open ? f.tcp_sequence == s.expected : answers_syn;
  if (f.tcp_flags & kSyn) return answers_syn;
  return s.open;
}

bool SpamDetector::reply(State& state, Session* s, const Facts& f, Timestamp at, Counters& counters,
                         Observation& o) const {
  const bool ack = (f.tcp_flags & kAck) != 0;
  if (f.tcp_flags & kRst) {
    const bool refused = !s->open;
    if (refused) o = outcome(*s, true, rejected_);
    state.sessions.erase(s);
    return refused;
  }
  if (f.tcp_flags & kSyn) {
    s->open = true;
    s->expected = f.tcp_sequence + 1;
    s->due = at + idle_;
    return false;
  }
  const bool acknowledges =
      ack && serial_after(f.tcp_acknowledgment, s->isn) && !serial_after(f.tcp_acknowledgment, s->sent);
  if (!acknowledges || f.tcp_sequence != s->expected) {
    if (f.payload_length > 0) ++counters.unmatched_replies;
    return false;
  }
  s->expected += f.payload_length;
  s->due = at + idle_;
  bool seen = false;
  if (const auto code = parse_smtp_reply(f.payload)) {
    if (*code >= 400 && !s->rejected) {
      s->rejected = seen = true;
      o = outcome(*s, true, rejected_);
    } else if (*code == 354) {
      s->data = true;
    } else if (*code == 250 && s->data) {
      s->data = false;
      seen = true;
      o = outcome(*s, s->new_peer, s->new_peer ? accepted_new_ : accepted_known_);
      s->new_peer = false;
    }
  }
  if (f.tcp_flags & kFin) state.sessions.erase(s);
  return seen;
}

bool SpamDetector::end_due(State& state, Timestamp at, bool reverse, Observation& o) const {
  Session* s =
      std::find_if(state.sessions.begin(), state.sessions.end(), [at](const Session& x) { return x.due <= at; });
  if (s == state.sessions.end()) return false;
  const bool failed = !s->open && reverse;
  if (failed) o = outcome(*s, true, rejected_);
  state.sessions.erase(s);
  return failed;
}

}  // namespace lazaret
