// Section 7 of docs/semantics.md: mail and login sessions.
#include <algorithm>

#include "core/packet/login_text.hpp"
#include "core/packet/reply_code.hpp"
#include "tests/laws/reference.hpp"

namespace lazaret::laws {
namespace {

/// Serial arithmetic of RFC 1982, section 3.2, on 32 bits.
bool later(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

std::vector<Session>::iterator find_tag(std::vector<Session>& sessions, std::uint32_t tag) {
  return std::find_if(sessions.begin(), sessions.end(), [tag](const Session& s) { return s.tag == tag; });
}

bool is_telnet(const Session& s) { return s.port == 23 || s.port == 2323; }

}  // namespace

void Reference::session_upstream(AccountId id, const Facts& f, Timestamp at) {
  if (has(f, kSyn)) return;
  std::vector<Session>& sessions = accounts_[id].evidence.sessions;
  const std::uint32_t ports = (std::uint32_t{f.destination_port} << 16) | f.source_port;
  const auto s = find_tag(sessions, low(key(f.destination, ports)));
  if (s == sessions.end()) return;
  const std::uint32_t end = f.tcp_sequence + f.payload_length + (has(f, kFin) ? 1 : 0);
  if (later(end, s->sent)) s->sent = end;
  const std::uint32_t ahead = f.tcp_acknowledgment - s->expected;
  if (has(f, kAck) && ahead != 0 && ahead < (1U << 30)) s->expected = f.tcp_acknowledgment;
  s->up = up_to_16_bits(std::uint64_t{s->up} + f.payload_length);
  if (!slips(Slip::idle_from_the_start)) s->due = due_second(at, seconds(policy_.contact_idle_s));
  const bool over = slips(Slip::fin_keeps_session) ? has(f, kRst) : !lacks(f, kRst | kFin);
  if (over) end_session(id, static_cast<std::size_t>(s - sessions.begin()), at);
}

bool Reference::session_downstream(AccountId id, const Facts& f, Timestamp at) {
  std::vector<Session>& sessions = accounts_[id].evidence.sessions;
  const std::uint32_t ports = (std::uint32_t{f.source_port} << 16) | f.destination_port;
  const auto s = find_tag(sessions, low(key(f.source, ports)));
  if (s == sessions.end() || has(f, kSyn)) return false;
  const std::size_t index = static_cast<std::size_t>(s - sessions.begin());
  const bool in_order = f.tcp_sequence == s->expected || slips(Slip::any_sequence);
  if (has(f, kRst)) {
    if (!in_order) return false;
    end_session(id, index, at);
    return true;
  }
  const bool acknowledges = (later(f.tcp_acknowledgment, s->isn) || slips(Slip::nothing_acknowledged)) &&
                            (!later(f.tcp_acknowledgment, s->sent) || slips(Slip::acknowledged_too_much));
  if (!has(f, kAck) || !acknowledges || !in_order) {
    if (f.payload_length > 0) ++counters_.unmatched_replies;
    return true;
  }
  s->expected += f.payload_length;
  s->down = up_to_16_bits(std::uint64_t{s->down} + f.payload_length);
  if (!slips(Slip::idle_from_the_start)) s->due = due_second(at, seconds(policy_.contact_idle_s));
  session_payload(id, *s, f, at);
  if (has(f, kFin)) end_session(id, index, at);
  return true;
}

void Reference::session_payload(AccountId id, Session& s, const Facts& f, Timestamp at) {
  const std::uint16_t code = read_reply_code(f.payload).value_or(0);
  if (s.port == 25) {
    if (code >= 400 && code <= 599 && (!s.failed || slips(Slip::reject_every_reply))) {
      s.failed = true;
      mail_result(id, s.source_port, Mail::rejected, at);
    } else if (code == 354) {
      s.data = true;
    } else if (code == 250 && (s.data || slips(Slip::greeting_accepts))) {
      const Mail result = s.new_peer ? Mail::new_peer : Mail::known_peer;
      s.data = false;
      if (!slips(Slip::every_message_new)) s.new_peer = false;
      mail_result(id, s.source_port, result, at);
    }
  } else if (s.port == 21) {
    if (code == 530 || (code == 430 && !slips(Slip::ftp_430_ignored)))
      login_result(id, s, Channel::login_failure, true, at);
    else if (code == 230 && !slips(Slip::ftp_230_ignored))
      login_result(id, s, Channel::login_failure, false, at);
  } else if (is_telnet(s) && says_login_failed(f.payload)) {
    const bool first = !s.failed;
    s.failed = true;
    if (first || !slips(Slip::telnet_fails_once)) login_result(id, s, Channel::login_failure, true, at);
  }
}

void Reference::end_session(AccountId id, std::size_t index, Timestamp at) {
  std::vector<Session>& sessions = accounts_[id].evidence.sessions;
  const Session s = sessions[index];
  sessions.erase(sessions.begin() + static_cast<std::ptrdiff_t>(index));
  const bool opaque = s.port == 22 || s.port == 3389;
  if (opaque && (s.up >= 1000 || slips(Slip::opaque_without_up)))
    login_result(id, s, Channel::login_opaque,
                 s.down < static_cast<std::uint64_t>(policy_.login_short_octets) || slips(Slip::opaque_always_short),
                 at);
  if (is_telnet(s) && (!s.failed || slips(Slip::failed_telnet_exonerates)) && s.down >= 100)
    login_result(id, s, Channel::login_failure, false, at);
}

void Reference::login_result(AccountId id, const Session& s, Channel channel, bool adverse, Timestamp at) {
  const bool opaque = channel == Channel::login_opaque;
  const double bot = opaque ? policy_.login_opaque_bot_short : policy_.login_bot_failure;
  const double clean = opaque ? policy_.login_opaque_clean_short : policy_.login_clean_failure;
  observation(id, channel, adverse ? against(bot, clean) : in_favour(bot, clean), adverse, s.port, s.source_port, at);
}

}  // namespace lazaret::laws
