// Mail sessions of a stream: both sides' TCP numbers kept, replies of every kind, and what goes wrong on the way.
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {

/// Both ends' next sequence numbers.
struct Scripts::Wire {
  frames::Flow flow;
  std::uint32_t ours, theirs;
};

void Scripts::mail_burst(const Subject& s, unsigned sessions) {
  for (unsigned i = 0; i < sessions; ++i) {
    mail(s);
    now = after(now, 50);
  }
}

void Scripts::mail(const Subject& s) {
  const IpAddress from = own(s), to = dice_.chance(90) ? mail_server_like(from) : service_like(from);
  const frames::Flow flow{from, to, dice_.chance(80) ? dice_.port() : std::uint16_t{2525}, 25};
  const std::uint32_t isn = dice_.sequence_number(), theirs = dice_.sequence_number();
  tcp(now, Direction::upstream, s, flow, kSyn, isn, 0);
  if (dice_.chance(10)) tcp(after(now, 1500), Direction::upstream, s, flow, kSyn, isn, 0);
  if (dice_.chance(4)) tcp(now, Direction::upstream, s, flow, kSyn, isn + 77, 0);
  Timestamp t = after(now, 60);
  const auto down = [&](std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgment) {
    tcp(t, Direction::downstream, s, flow.reversed(), flags, sequence, acknowledgment);
  };
  if (dice_.chance(15)) {
    down(kSyn | kAck, dice_.word(), isn);
    down(kRst | kAck, 0, isn + 2);
    unreachable(t, flow, isn - 1);
  }
  switch (answer(30)) {
    case Answer::reset:
      down(kRst | kAck, 0, isn + 1);
      return;
    case Answer::unreachable:
      unreachable(t, flow, isn);
      return;
    case Answer::silence:
    case Answer::forged:
      return;
    case Answer::late:
      t = on_grid({t.ns + stream_.policy.spam_timeout_ms * 1'000'000 + dice_.range(0, 1'000'000'000)});
      break;
    case Answer::accepted:
    case Answer::forged_then_accepted:
      break;
  }
  down(kSyn | kAck, theirs, isn + 1);
  if (dice_.chance(5)) down(kSyn | kAck, theirs, isn + 1);
  tcp(t, Direction::upstream, s, flow, kAck, isn + 1, theirs + 1);
  Wire wire{flow, isn + 1, theirs + 1};
  mail_dialogue(s, wire, t);
}

void Scripts::mail_dialogue(const Subject& s, Wire& w, Timestamp t) {
  const auto up = [&](std::string_view text, std::uint8_t flags = kAck | kPsh) {
    t = after(t, 30);
    tcp(t, Direction::upstream, s, w.flow, flags, w.ours, w.theirs, text);
    w.ours += static_cast<std::uint32_t>(text.size());
    if (dice_.chance(4)) tcp(t, Direction::upstream, s, w.flow, flags, w.ours - 3, w.theirs, text);
  };
  const auto down = [&](std::string_view text, std::uint8_t flags = kAck | kPsh) {
    t = after(t, 30);
    if (dice_.chance(8)) {  // somebody guesses
      const std::uint32_t sequence = dice_.chance(50) ? w.theirs + 1 : w.theirs,
                          sent = dice_.chance(50) ? w.ours + 50 : w.ours;
      if (sequence != w.theirs || sent != w.ours)
        tcp(t, Direction::downstream, s, w.flow.reversed(), kAck, sequence, sent,
            dice_.chance(50) ? "550 no\r\n" : "250 ok\r\n");
    }
    if (dice_.chance(4))
      tcp(t, Direction::downstream, s, w.flow.reversed(), dice_.chance(50) ? kRst : kRst | kAck, w.theirs + 9, w.ours);
    if (dice_.chance(3)) tcp(t, Direction::downstream, s, w.flow.reversed(), flags & ~kAck, w.theirs, w.ours, text);
    const bool lost = dice_.chance(3);  // before it came here
    if (!lost) tcp(t, Direction::downstream, s, w.flow.reversed(), flags, w.theirs, w.ours, text);
    if (dice_.chance(4)) tcp(t, Direction::downstream, s, w.flow.reversed(), flags, w.theirs, w.ours, text);
    w.theirs += static_cast<std::uint32_t>(text.size());
    if (dice_.chance(30)) tcp(t, Direction::upstream, s, w.flow, kAck, w.ours, w.theirs);
  };
  const std::string_view refusals[] = {"554 no\r\n", "550-we know you\r\n550 no\r\n", "450 later\r\n", "421 bye\r\n",
                                       "600 odd\r\n"};
  if (dice_.chance(12))
    down(dice_.pick(refusals));
  else
    down("220 mail.example\r\n");
  up("EHLO dsl.example\r\n");
  down("250-mail.example\r\n250 SIZE\r\n");
  const unsigned messages = 1 + static_cast<unsigned>(dice_.below(3));
  for (unsigned i = 0; i < messages; ++i) {
    up("MAIL FROM:<a@b.example>\r\n");
    down("250 ok\r\n");
    up("RCPT TO:<c@d.example>\r\n");
    if (dice_.chance(25)) {
      down(dice_.pick(refusals));
      continue;
    }
    down("250 ok\r\n");
    if (dice_.chance(5)) t = on_grid({t.ns + 31 * stream_.policy.spam_timeout_ms * 1'000'000});
    up("DATA\r\n");
    down("354 go\r\n");
    up("Subject: x\r\n\r\n.\r\n");
    if (dice_.chance(85))
      down("250 taken\r\n");
    else
      down(dice_.pick(refusals));
  }
  if (dice_.chance(10)) return;
  if (dice_.chance(25)) return up("", dice_.chance(50) ? kRst : kAck | kFin);
  up("QUIT\r\n");
  if (dice_.chance(30))
    down("", kRst | kAck);
  else
    down("221 bye\r\n", kAck | kFin);
}

}  // namespace lazaret::laws
