// The commands of a stream: leases and lines that move, operators and abuse desks, and words that mean nothing.
#include <string>

#include "core/hash.hpp"
#include "core/packet/dns.hpp"
#include "tests/laws/feeds.hpp"
#include "tests/laws/streams.hpp"

namespace lazaret::laws {
namespace {

Command bind(Timestamp at, const Subject& to, Prefix prefix) {
  Command c = command(at, CommandKind::bind, to.account);
  c.prefix = prefix, c.line = to.line;
  return c;
}

/// The key under which section 14 knows a domain.
std::uint64_t domain_key(const Stream& s, const std::string& name) {
  const auto question = read_dns(frames::dns({.name = name}), s.seed.value);
  return question ? mix(question->domain_hash, 16) : 0;
}

/// What ends by itself does not hide the rest of the stream: exemptions and stops are taken back.
void take_back(Stream& s, Dice& dice, Command c) {
  if (c.kind == CommandKind::stop_enforcement)
    c.kind = CommandKind::resume_enforcement;
  else
    c.account_class = AccountClass::ordinary;
  c.at = step(dice, s.grid, c.at, 20'000);
  s.commands.push_back(c);
}

/// What an engine must ignore, most of which counts, and what is odd.
Command nonsense(const Stream& s, Dice& dice, Timestamp at) {
  Command c = command(at, CommandKind::choose, dice.pick(s.subjects).account);
  c.prefix = dice.pick(s.subjects).v4;
  c.account_class = AccountClass::ordinary;
  switch (dice.below(s.plan.moving_leases ? 9 : 5)) {
    case 0:
      c.kind = dice.chance(50) ? CommandKind::approve : CommandKind::hold;
      break;
    case 1:
      c.kind = CommandKind::bind, c.prefix.length = static_cast<std::uint8_t>(dice.chance(50) ? 0 : 129);
      break;
    case 2:
      c.kind = CommandKind::report, c.account.value += 1000, c.step = kNat;
      break;
    case 3: {
      const CommandKind kinds[] = {CommandKind::choose, CommandKind::appeal, CommandKind::classify,
                                   CommandKind::operator_release, CommandKind::operator_quarantine};
      c.kind = dice.pick(kinds), c.account.value = dice.chance(50) ? 0 : c.account.value + 1;
      break;
    }
    case 4:
      c.kind = CommandKind::reset_fuse;
      break;
    case 5:
    case 6: {
      const Subject& other = dice.pick(s.subjects);
      c = bind(at, other, dice.chance(50) ? other.v4 : other.v6);
      c.account.value += 500, c.foreign = s.plan.approvals;  // between engines there is somebody who says so
      if (dice.chance(50)) c.prefix.address = IpAddress::v4(0xcb00'71c8U);
      break;
    }
    case 7:  // for which there may be no room
      c = bind(at, dice.pick(s.subjects), dice.pick(s.subjects).v4);
      c.account.value += dice.chance(70) ? 1 : 0, c.line = dice.pick(s.subjects).line;
      break;
    default:
      c.kind = dice.chance(50) ? CommandKind::release : CommandKind::bind;
      if (dice.chance(40)) c.prefix.length = static_cast<std::uint8_t>(120 + dice.below(8));
      c.prefix.address = IpAddress::v4(0xcb00'7100U + static_cast<std::uint32_t>(dice.below(256)));
      if (dice.chance(30)) c.account = kNobody;
      break;
  }
  return c;
}

}  // namespace

Timestamp step(Dice& dice, Duration grid, Timestamp t, std::int64_t most_ms) {
  const std::int64_t ns = t.ns + dice.range(0, most_ms * 1'000'000);
  return {ns - ns % grid.ns};
}

Command command(Timestamp at, CommandKind kind, AccountId account, Choice choice) {
  Command c;
  c.at = at, c.kind = kind, c.account = account, c.choice = choice;
  return c;
}

void add_leases(Stream& s, Dice& dice) {
  for (const Subject& subject : s.subjects) {
    s.commands.push_back(bind(s.begin, subject, subject.v4));
    s.commands.push_back(bind(s.begin, subject, subject.v6));
    if (s.plan.operators && dice.chance(30)) {
      Command c = command(s.begin, CommandKind::classify, subject.account);
      c.account_class = dice.chance(60) ? AccountClass::business : AccountClass::vulnerable;
      s.commands.push_back(c);
    }
  }
  if (dice.chance(50)) s.commands.push_back(bind(s.begin, s.subjects[0], {IpAddress::v4(0xcb00'7105U), 120}));
}

void move_leases(Stream& s, Dice& dice, Timestamp at) {
  const Subject &holder = dice.pick(s.subjects), &other = dice.pick(s.subjects);
  const Prefix prefix = dice.chance(70) ? holder.v4 : holder.v6;
  Command c = bind(at, other, prefix);
  if (dice.chance(40)) c.kind = CommandKind::release;
  if (dice.chance(20)) c.line = {};
  if (dice.chance(25)) c = bind(at, other, other.v4), c.line = holder.line;  // the other is on the holder's line now
  s.commands.push_back(c);
  s.commands.push_back(bind(step(dice, s.grid, at, 8000), holder, prefix));
  if (dice.chance(70)) s.commands.push_back(bind(step(dice, s.grid, s.commands.back().at, 8000), other, other.v4));
}

void operator_word(Stream& s, Dice& dice, Timestamp at) {
  Command c = command(at, CommandKind::bind, dice.pick(s.subjects).account);
  switch (dice.below(14)) {
    case 0:
    case 1:
      c.kind = CommandKind::operator_release;
      c.release_reason = static_cast<ReleaseReason>(dice.below(5));
      break;
    case 2:
    case 3:
      c.kind = CommandKind::operator_quarantine;
      break;
    case 4:
    case 5:
    case 6:
      c.kind = CommandKind::classify;
      c.account_class = static_cast<AccountClass>(dice.below(4));
      break;
    case 7:
    case 8:
      c.kind = CommandKind::report;
      c.step = dice.range(-kNat, 8 * kNat), c.port = dice.chance(50) ? 0 : dice.port();
      break;
    case 9:
      c.kind = CommandKind::popular, c.account = kNobody;
      c.key = domain_key(s, "popular" + std::to_string(dice.below(kPopular)) + ".example");
      break;
    case 10:
      c.kind = dice.chance(80) ? CommandKind::stop_enforcement : CommandKind::resume_enforcement;
      c.account = kNobody;
      break;
    case 11:
      c.kind = CommandKind::appeal;
      break;
    default:
      c = nonsense(s, dice, at);
      break;
  }
  s.commands.push_back(c);
  const bool spares = c.kind == CommandKind::classify && c.account_class >= AccountClass::vulnerable;
  if (c.kind == CommandKind::stop_enforcement || spares) take_back(s, dice, c);
}

}  // namespace lazaret::laws
