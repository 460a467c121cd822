// Mail sessions of a stream, and any session's wire: both sides' TCP numbers kept, and what goes wrong on the way.
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {

std::optional<Scripts::Wire> Scripts::open(const Subject& s, IpAddress to, std::uint16_t port,
                                           unsigned failing_percent) {
  IpAddress from = own(s);
  while (from.is_v4() != to.is_v4()) from = own(s);
  const frames::Flow flow{from, to, dice_.chance(80) ? dice_.port() : std::uint16_t{2525}, port};
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
  switch (answer(failing_percent)) {
    case Answer::reset:
      down(kRst | kAck, 0, isn + 1);
      return std::nullopt;
    case Answer::unreachable:
      unreachable(t, flow, isn);
      return std::nullopt;
    case Answer::silence:
    case Answer::forged:
      return std::nullopt;
    case Answer::late:
      t = on_grid({t.ns + stream_.policy.contact_timeout_ms * 1'000'000 + dice_.range(0, 1'000'000'000)});
      break;
    case Answer::accepted:
    case Answer::forged_then_accepted:
      break;
  }
  down(kSyn | kAck, theirs, isn + 1);
  if (dice_.chance(5)) down(kSyn | kAck, theirs, isn + 1);
  tcp(t, Direction::upstream, s, flow, kAck, isn + 1, theirs + 1);
  return Wire{flow, isn, isn + 1, theirs + 1, t};
}

void Scripts::say(const Subject& s, Wire& w, std::string_view text, std::uint8_t flags) {
  w.at = after(w.at, 30);
  tcp(w.at, Direction::upstream, s, w.flow, flags, w.ours, w.theirs, text);
  w.ours += static_cast<std::uint32_t>(text.size());
  if (dice_.chance(4)) tcp(w.at, Direction::upstream, s, w.flow, flags, w.ours - 3, w.theirs, text);
}

void Scripts::hear(const Subject& s, Wire& w, std::string_view text, std::uint8_t flags) {
  w.at = after(w.at, 30);
  const frames::Flow back = w.flow.reversed();
  if (dice_.chance(8)) {  // somebody guesses
    const std::uint32_t counts[] = {w.ours, w.ours + 50, w.isn};
    const std::uint32_t sequence = dice_.chance(50) ? w.theirs + 1 : w.theirs, sent = dice_.pick(counts);
    const std::string_view guesses[] = {"550 no\r\n", "250 ok\r\n", "530 no\r\n", "Login incorrect\r\n"};
    if (sequence != w.theirs || sent != w.ours)
      tcp(w.at, Direction::downstream, s, back, kAck, sequence, sent, dice_.pick(guesses));
  }
  if (dice_.chance(4))
    tcp(w.at, Direction::downstream, s, back, dice_.chance(50) ? kRst : kRst | kAck, w.theirs + 9, w.ours);
  if (dice_.chance(3)) tcp(w.at, Direction::downstream, s, back, flags & ~kAck, w.theirs, w.ours, text);
  const bool lost = dice_.chance(3);  // before it came here
  if (!lost) tcp(w.at, Direction::downstream, s, back, flags, w.theirs, w.ours, text);
  if (dice_.chance(4)) tcp(w.at, Direction::downstream, s, back, flags, w.theirs, w.ours, text);
  w.theirs += static_cast<std::uint32_t>(text.size());
  if (dice_.chance(30)) tcp(w.at, Direction::upstream, s, w.flow, kAck, w.ours, w.theirs);
}

void Scripts::part(const Subject& s, Wire& w) {
  if (dice_.chance(10)) return;  // never
  if (dice_.chance(25)) return say(s, w, "", dice_.chance(50) ? kRst : kAck | kFin);
  if (dice_.chance(30))
    hear(s, w, "", kRst | kAck);
  else
    hear(s, w, "221 bye\r\n", kAck | kFin);
}

void Scripts::mail_burst(const Subject& s, unsigned sessions) {
  for (unsigned i = 0; i < sessions; ++i) {
    mail(s);
    now = after(now, 50);
  }
}

void Scripts::mail(const Subject& s) {
  const IpAddress from = own(s);
  std::optional<Wire> wire = open(s, dice_.chance(90) ? mail_server_like(from) : service_like(from), 25, 30);
  if (wire) mail_dialogue(s, *wire);
}

void Scripts::relay(const Subject& s, unsigned connections) {
  const std::uint16_t ports[] = {25, 465, 587, 587};
  for (unsigned i = 0; i < connections; ++i) {
    const IpAddress to = service_of(stream_.policy.services_relays, own(s));
    std::optional<Wire> wire = open(s, to, dice_.pick(ports), 5);
    if (wire && dice_.chance(30)) mail_dialogue(s, *wire);
    now = after(now, dice_.chance(10) ? 30'000 : 900);
  }
}

void Scripts::mail_dialogue(const Subject& s, Wire& w) {
  const std::string_view refusals[] = {"554 no\r\n", "550-we know you\r\n550 no\r\n", "450 later\r\n", "421 bye\r\n",
                                       "600 odd\r\n"};
  if (dice_.chance(12))
    hear(s, w, dice_.pick(refusals));
  else
    hear(s, w, "220 mail.example\r\n");
  say(s, w, "EHLO dsl.example\r\n");
  hear(s, w, "250-mail.example\r\n250 SIZE\r\n");
  for (unsigned messages = few(3); messages > 0; --messages) {
    say(s, w, "MAIL FROM:<a@b.example>\r\n");
    hear(s, w, "250 ok\r\n");
    say(s, w, "RCPT TO:<c@d.example>\r\n");
    if (dice_.chance(25)) {
      hear(s, w, dice_.pick(refusals));
      continue;
    }
    hear(s, w, "250 ok\r\n");
    if (dice_.chance(5)) w.at = on_grid({w.at.ns + (stream_.policy.contact_idle_s + 1) * 1'000'000'000});
    say(s, w, "DATA\r\n");
    hear(s, w, "354 go\r\n");
    say(s, w, "Subject: x\r\n\r\n.\r\n");
    if (dice_.chance(85))
      hear(s, w, "250 taken\r\n");
    else
      hear(s, w, dice_.pick(refusals));
  }
  if (dice_.chance(65)) say(s, w, "QUIT\r\n");
  part(s, w);
}

}  // namespace lazaret::laws
