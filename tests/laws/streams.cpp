#include "tests/laws/streams.hpp"

#include <algorithm>

#include "tests/laws/reference.hpp"
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {
namespace {

/// The services' addresses lie beside each other, IPv4 in 198.18.255.0/24 by list, IPv6 in 2001:db8:53::/48.
void add_services(Dice& dice, PrefixList& list, unsigned number) {
  if (dice.chance(20)) return;
  const std::uint8_t length = dice.chance(50) ? 128 : 126;
  list.add({IpAddress::v4(0xc612'ff00U + number * 16), length});
  if (dice.chance(70)) list.add({{0x2001'0db8'0053'0000ULL + number, 0}, 64});
}

Timestamp step(Dice& dice, Duration grid, Timestamp t, std::int64_t most_ms) {
  const std::int64_t ns = t.ns + dice.range(0, most_ms * 1'000'000);
  return {ns - ns % grid.ns};
}

std::vector<Subject> make_subjects(Dice& dice, const Plan& plan) {
  std::vector<Subject> subjects;
  for (unsigned i = 0; i < plan.accounts; ++i) {
    Subject s;
    s.account = {static_cast<std::uint32_t>(1 + i * 3)};
    s.v4 = {IpAddress::v4(0xcb00'7100U + 10 + i), 128};
    s.v6 = {{0x2001'0db8'1000'0000 + (std::uint64_t{i} << 8), 0}, static_cast<std::uint8_t>(dice.chance(50) ? 56 : 64)};
    s.addresses = {s.v4.address, {s.v6.address.high, 1}, {s.v6.address.high, 0x1234'5678}};
    if (plan.lines == Lines::all || dice.chance(60)) {
      s.access.s_vlan = 100, s.access.c_vlan = static_cast<std::uint16_t>(10 + i);
      if (dice.chance(40)) s.access.pppoe = static_cast<std::uint16_t>(7 + i);
      s.line = make_line(100, *s.access.c_vlan, s.access.pppoe.value_or(0));
    }
    subjects.push_back(s);
  }
  return subjects;
}

Command command(Timestamp at, CommandKind kind, AccountId account, Choice choice = Choice::none) {
  Command c;
  c.at = at, c.kind = kind, c.account = account, c.choice = choice;
  return c;
}

Command bind(Timestamp at, const Subject& to, Prefix prefix) {
  Command c = command(at, CommandKind::bind, to.account);
  c.prefix = prefix, c.line = to.line;
  return c;
}

void add_leases(Stream& s, Dice& dice) {
  for (const Subject& subject : s.subjects) {
    s.commands.push_back(bind(s.begin, subject, subject.v4));
    s.commands.push_back(bind(s.begin, subject, subject.v6));
  }
  if (dice.chance(50)) s.commands.push_back(bind(s.begin, s.subjects[0], {IpAddress::v4(0xcb00'7105U), 120}));
}

void move_leases(Stream& s, Dice& dice, Timestamp at) {
  const Subject& holder = dice.pick(s.subjects);
  const Prefix prefix = dice.chance(70) ? holder.v4 : holder.v6;
  Command c = bind(at, dice.pick(s.subjects), prefix);
  if (dice.chance(50)) c.kind = CommandKind::release;
  if (dice.chance(20)) c.line = {};
  s.commands.push_back(c);
  s.commands.push_back(bind(step(dice, s.grid, at, 8000), holder, prefix));
}

void operator_word(Stream& s, Dice& dice, Timestamp at) {
  Command c = command(at, CommandKind::bind, dice.pick(s.subjects).account);
  c.prefix = dice.pick(s.subjects).v4;
  switch (dice.below(s.plan.moving_leases ? 9 : 8)) {
    case 0:
    case 1:
      c.kind = CommandKind::operator_release;
      break;
    case 2:
      c.kind = CommandKind::exempt;
      break;
    case 3:
    case 4:
      c.kind = CommandKind::unexempt;
      break;
    case 5:
      c.kind = dice.chance(50) ? CommandKind::approve : CommandKind::hold;
      break;
    case 6:
      c.kind = CommandKind::choose, c.account.value += dice.chance(50) ? 1 : 0;
      break;
    case 7:
      c.kind = CommandKind::bind, c.prefix.length = static_cast<std::uint8_t>(dice.chance(50) ? 0 : 129);
      break;
    default:
      c.kind = dice.chance(50) ? CommandKind::release : CommandKind::bind;
      c.prefix.address = IpAddress::v4(0xcb00'7100U + static_cast<std::uint32_t>(dice.below(256)));
      if (dice.chance(30)) c.account = kNobody;
      break;
  }
  s.commands.push_back(c);
  if (c.kind == CommandKind::exempt) {
    c.kind = CommandKind::unexempt, c.at = step(dice, s.grid, at, 20'000);
    s.commands.push_back(c);
  }
}

void choose(Stream& s, Dice& dice, Timestamp at) {
  const Choice choice{static_cast<std::uint8_t>(dice.below(4))};
  s.commands.push_back(command(at, CommandKind::choose, dice.pick(s.subjects).account, choice));
}

}  // namespace

Policy random_policy(Dice& dice) {
  Policy p;
  const std::int64_t timeouts[] = {100, 500, 1000, 3000}, windows[] = {60, 120, 300}, lives[] = {60, 300, 1800};
  p.scan_timeout_ms = dice.pick(timeouts), p.spam_timeout_ms = dice.pick(timeouts);
  p.scan_window_s = dice.pick(windows), p.spam_window_s = dice.pick(windows);
  p.scan_half_life_s = dice.pick(lives), p.spam_half_life_s = dice.pick(lives);
  const double priors[] = {1e-4, 1e-2, 0.2}, thresholds[] = {0.9, 0.99, 0.999}, certains[] = {4, 8, 17.2};
  p.evidence_prior = dice.pick(priors), p.evidence_probation_prior = std::min(0.3, p.evidence_prior * 20);
  p.evidence_watch = dice.chance(50) ? 0.1 : 0.5;
  p.evidence_quarantine = dice.pick(thresholds);
  p.evidence_certain = dice.pick(certains), p.evidence_probation_certain = p.evidence_certain * 0.7;
  p.evidence_cap = dice.chance(30) ? 9 : 25;
  p.scan_other_cap = dice.chance(50) ? 3 : 12, p.spam_mx_query_cap = dice.chance(50) ? 3 : 5;
  if (dice.chance(15)) p.spam_clean_rejected = 0.6, p.spam_clean_new_peer = 0.5;  // a remainder below zero
  p.quarantine_later_max = dice.range(0, 3);
  p.quarantine_later_s = dice.range(1, 20), p.quarantine_remediation_s = dice.range(1, 20);
  p.quarantine_max_s = dice.range(2, 60), p.quarantine_probation_s = dice.range(1, 60);
  p.fuse_retry_s = dice.range(1, 20);
  p.fuse_max_quarantines = dice.range(0, 4), p.fuse_interval_s = dice.range(5, 120);
  p.conductor_epoch_ms = dice.chance(50) ? 250 : 1000;
  p.quarantine_profile = static_cast<std::int64_t>(dice.chance(12) ? Profile::shadow : Profile::cipp);
  add_services(dice, p.services_resolvers, 0), add_services(dice, p.services_relays, 1);
  add_services(dice, p.services_voice, 2), add_services(dice, p.services_emergency, 3);
  add_services(dice, p.services_remediation, 4), add_services(dice, p.services_portal, 5);
  return p;
}

std::vector<PacketView> Stream::views() const {
  std::vector<PacketView> all;
  for (const StreamPacket& p : packets)
    all.push_back({p.at, p.frame, static_cast<std::uint32_t>(p.frame.size()), p.direction});
  return all;
}

void Stream::sort() {
  const auto earlier = [](const auto& a, const auto& b) { return a.at < b.at; };
  std::stable_sort(packets.begin(), packets.end(), earlier);
  std::stable_sort(commands.begin(), commands.end(), earlier);
}

Stream compose(const Plan& plan) {
  Dice dice(plan.seed);
  Stream s;
  s.plan = plan;
  s.policy = plan.policy == nullptr ? random_policy(dice) : plan.policy(dice);
  s.limits = {.accounts = 16, .bindings = 64, .events = 4096};
  if (plan.tight_limits && dice.chance(25))
    s.limits.accounts = plan.accounts + static_cast<std::uint32_t>(dice.below(2));
  if (plan.tight_limits && dice.chance(25))
    s.limits.bindings = 2 * plan.accounts + static_cast<std::uint32_t>(dice.below(2));
  s.seed = {dice.any()};
  const std::int64_t grids[] = {1, 1'000'000, 50'000'000, 100'000'000}, begins[] = {0, 40, 1'700'000'000};
  s.grid = {dice.pick(grids)};
  s.begin = {dice.pick(begins) * kNsPerSecond};
  s.subjects = make_subjects(dice, plan);
  add_leases(s, dice);
  Scripts scripts(s, dice);
  scripts.now = s.begin;
  for (unsigned i = 0; i < plan.episodes; ++i) {
    scripts.episode(dice.pick(s.subjects));
    scripts.now = step(dice, s.grid, scripts.now, dice.chance(15) ? 40'000 : 400);
    if (dice.chance(20)) choose(s, dice, scripts.now);
    if (plan.operators && dice.chance(8)) operator_word(s, dice, scripts.now);
    if (plan.moving_leases && dice.chance(5)) move_leases(s, dice, scripts.now);
  }
  s.sort();
  s.end = std::max(s.packets.back().at, s.commands.back().at) + seconds(200);
  if (plan.approvals) answer_proposals(s, dice);
  return s;
}

void answer_proposals(Stream& s, Dice& dice) {
  Reference watcher(s.policy, s.limits, s.seed);
  std::vector<Command> waiting, carried;
  const auto add = [&](Command c, Timestamp after) {
    c.at = step(dice, s.grid, after + s.grid, dice.chance(50) ? 500 : 4000);
    waiting.insert(std::upper_bound(waiting.begin(), waiting.end(), c, [](auto& a, auto& b) { return a.at < b.at; }),
                   c);
  };
  const auto see = [&](const Outcome& outcome) {
    for (const Event& e : outcome.events) {
      if (e.kind == EventKind::quarantine_proposed && dice.chance(95))
        add(command(e.at, dice.chance(75) ? CommandKind::approve : CommandKind::hold, e.account), e.at);
      if (e.state == State::quarantined && dice.chance(70))
        add(command(e.at, CommandKind::choose, e.account, Choice{static_cast<std::uint8_t>(1 + dice.below(3))}), e.at);
    }
  };
  // Timers, then what waits, then the stream's own; one thing at a time, so that an answer can still be put in order.
  const auto advance = [&](Timestamp to) {
    for (;;) {
      const Timestamp answer = waiting.empty() ? kNever : waiting.front().at, timer = watcher.next_due();
      if (timer <= to && timer <= answer) {
        see(watcher.process({timer, {}, {}}));
      } else if (answer <= to) {
        const Command c = waiting.front();
        waiting.erase(waiting.begin());
        carried.push_back(c);
        see(watcher.process({c.at, {}, {&c, 1}}));
      } else {
        return;
      }
    }
  };
  const std::vector<PacketView> packets = s.views();
  std::size_t c = 0;
  const auto obey = [&] {
    const Command next = s.commands[c++];
    advance(next.at);
    carried.push_back(next);
    see(watcher.process({next.at, {}, {&next, 1}}));
  };
  for (const PacketView& packet : packets) {
    while (c < s.commands.size() && s.commands[c].at <= packet.at) obey();
    advance(packet.at);
    see(watcher.process({packet.at, {&packet, 1}, {}}));
  }
  while (c < s.commands.size()) obey();
  advance(s.end);
  s.commands = std::move(carried);
}

}  // namespace lazaret::laws
