#include "core/detect/sessions.hpp"

#include <algorithm>

#include "core/packet/login_text.hpp"
#include "core/packet/reply_code.hpp"
#include "core/packet/smtp.hpp"

namespace lazaret {
namespace {

constexpr std::uint32_t kAcknowledgmentReach = 1U << 30;
constexpr std::uint16_t kPastHello = 1000;     ///< octets that a client sends before it can log in over SSH or RDP
constexpr std::uint16_t kTalkedPlainly = 100;  ///< octets of a telnet server that let somebody in

void add(std::uint16_t& sum, std::uint32_t octets) {
  sum = static_cast<std::uint16_t>(
      std::min<std::uint32_t>(UINT16_MAX, sum + std::min<std::uint32_t>(octets, UINT16_MAX)));
}

}  // namespace

Sessions::Sessions(const Policy& p, Recall recall, const SpamDetector& spam)
    : recall_(recall),
      spam_(&spam),
      idle_(seconds(p.contact_idle_s)),
      plain_(p.login_clean_failure, p.login_bot_failure),
      opaque_(p.login_opaque_clean_short, p.login_opaque_bot_short),
      short_octets_(static_cast<std::uint16_t>(p.login_short_octets)) {}

Session* Sessions::find(Account a, IpAddress other_end, std::uint16_t port, std::uint16_t source_port) const {
  auto& sessions = a.dossier.sessions;
  if (sessions.empty()) return nullptr;
  const std::uint32_t tag = low_half(recall_.key(other_end, both_ports(port, source_port)));
  Session* found = std::find_if(sessions.begin(), sessions.end(), [&](const Session& s) { return s.tag == tag; });
  return found == sessions.end() ? nullptr : found;
}

void Sessions::open(Account a, const Contact& c, const Facts& accepted, Timestamp at, Counters& counters) const {
  if (a.dossier.sessions.full()) {
    ++counters.sessions_skipped;
    return;
  }
  Session s;
  s.tag = low_half(recall_.key(accepted.source, both_ports(c.port, c.source_port)));
  s.isn = accepted.tcp_acknowledgment - 1;
  s.sent = accepted.tcp_acknowledgment;
  s.expected = accepted.tcp_sequence + 1;
  s.due = due_after(at, idle_);
  s.source_port = c.source_port;
  s.port = c.port & 0xfff;
  s.new_peer = c.new_peer;
  a.dossier.sessions.push(s);
}

void Sessions::upstream(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  if (f.tcp_flags & kSyn) return;
  Session* s = find(a, f.destination, f.destination_port, f.source_port);
  if (s == nullptr) return;
  const std::uint32_t end_of_it = f.tcp_sequence + f.payload_length + ((f.tcp_flags & kFin) ? 1 : 0);
  if (serial_after(end_of_it, s->sent)) s->sent = end_of_it;
  if ((f.tcp_flags & kAck) && serial_after(f.tcp_acknowledgment, s->expected) &&
      f.tcp_acknowledgment - s->expected < kAcknowledgmentReach)
    s->expected = f.tcp_acknowledgment;
  add(s->up, f.payload_length);
  s->due = due_after(at, idle_);
  if (f.tcp_flags & (kRst | kFin)) end(a, s, at, ladder);
}

bool Sessions::downstream(Account a, const Facts& f, Timestamp at, Ladder& ladder, Counters& counters) const {
  if (f.tcp_flags & kSyn) return false;
  Session* s = find(a, f.source, f.source_port, f.destination_port);
  if (s == nullptr) return false;
  if (f.tcp_flags & kRst) {
    if (f.tcp_sequence != s->expected) return false;
    end(a, s, at, ladder);
    return true;
  }
  const bool acknowledges = (f.tcp_flags & kAck) && serial_after(f.tcp_acknowledgment, s->isn) &&
                            !serial_after(f.tcp_acknowledgment, s->sent);
  if (!acknowledges || f.tcp_sequence != s->expected) {
    if (f.payload_length > 0) ++counters.unmatched_replies;
    return true;
  }
  s->expected += f.payload_length;
  add(s->down, f.payload_length);
  s->due = due_after(at, idle_);
  read(a, *s, f, at, ladder);
  if (f.tcp_flags & kFin) end(a, s, at, ladder);
  return true;
}

void Sessions::read(Account a, Session& s, const Facts& f, Timestamp at, Ladder& ladder) const {
  switch (s.port) {
    case kSmtpPort:
      if (const auto code = parse_smtp_reply(f.payload)) read_mail(a, s, *code, at, ladder);
      return;
    case 21:
      if (const auto code = read_reply_code(f.payload)) {
        if (*code == 430 || *code == kFtpNotLoggedIn) login(a, s, true, at, ladder);
        if (*code == 230) login(a, s, false, at, ladder);
      }
      return;
    case 23:
    case 2323:
      if (!says_login_failed(f.payload)) return;
      s.failed = true;
      login(a, s, true, at, ladder);
      return;
    default:
      return;
  }
}

void Sessions::read_mail(Account a, Session& s, unsigned code, Timestamp at, Ladder& ladder) const {
  if (code >= 400 && !s.failed) {
    s.failed = true;
    spam_->rejected(a, s.source_port, at, ladder);
  } else if (code == 354) {
    s.data = true;
  } else if (code == 250 && s.data) {
    s.data = false;
    const bool new_peer = s.new_peer;
    s.new_peer = false;
    spam_->accepted(a, s.source_port, new_peer, at, ladder);
  }
}

void Sessions::login(Account a, const Session& s, bool failed, Timestamp at, Ladder& ladder) const {
  ladder.observe(
      a, {Channel::login_failure, failed, failed ? plain_.adverse : plain_.exonerating, s.port, s.source_port}, at);
}

void Sessions::end(Account a, Session* session, Timestamp at, Ladder& ladder) const {
  const Session s = *session;
  a.dossier.sessions.erase(session);
  if ((s.port == 22 || s.port == 3389) && s.up >= kPastHello) {
    const bool as_short = s.down < short_octets_;
    ladder.observe(
        a, {Channel::login_opaque, as_short, as_short ? opaque_.adverse : opaque_.exonerating, s.port, s.source_port},
        at);
  } else if ((s.port == 23 || s.port == 2323) && !s.failed && s.down >= kTalkedPlainly) {
    login(a, s, false, at, ladder);
  }
}

Second Sessions::due(const Dossier& d) {
  Second earliest = kNoSecond;
  for (const Session& s : d.sessions) earliest = std::min(earliest, s.due);
  return earliest;
}

void Sessions::expire(Account a, Timestamp at, Ladder& ladder) const {
  auto& sessions = a.dossier.sessions;
  for (Session* s = sessions.begin(); s != sessions.end();) {
    if (begin_of(s->due) <= at)
      end(a, s, at, ladder);
    else
      ++s;
  }
}

}  // namespace lazaret
