#include "tests/laws/streams.hpp"

#include <algorithm>

#include "tests/laws/feeds.hpp"
#include "tests/laws/reference.hpp"
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {
namespace {

std::vector<Subject> make_subjects(Dice& dice, const Plan& plan) {
  std::vector<Subject> subjects;
  for (unsigned i = 0; i < plan.accounts; ++i) {
    Subject s;
    s.account = {static_cast<std::uint32_t>(1 + i * 3)};
    s.v4 = {IpAddress::v4(0xcb00'7100U + 10 + i), 128};
    s.v6 = {{0x2001'0db8'1000'0000 + (std::uint64_t{i} << 8), 0}, static_cast<std::uint8_t>(dice.chance(50) ? 56 : 64)};
    s.addresses = {s.v4.address, {s.v6.address.high, 1}, {s.v6.address.high, 0x1234'5678}};
    if (plan.lines == Lines::all || dice.chance(60)) {
      s.access.c_vlan = static_cast<std::uint16_t>(10 + i);
      if (dice.chance(90)) s.access.s_vlan = static_cast<std::uint16_t>(dice.chance(70) ? 100 : 101);
      if (dice.chance(40)) s.access.pppoe = static_cast<std::uint16_t>(7 + i);
      s.line = make_line(s.access.s_vlan.value_or(0), *s.access.c_vlan, s.access.pppoe.value_or(0));
    }
    subjects.push_back(s);
  }
  return subjects;
}

void choose(Stream& s, Dice& dice, Timestamp at) {
  const Choice choice{static_cast<std::uint8_t>(dice.below(4))};
  s.commands.push_back(command(at, CommandKind::choose, dice.pick(s.subjects).account, choice));
}

}  // namespace

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
  if (plan.tight_limits && dice.chance(25)) {
    s.limits.bindings = plan.accounts + static_cast<std::uint32_t>(dice.below(2));
    s.limits.other_prefixes = static_cast<std::uint32_t>(dice.below(2));
  }
  s.seed = {dice.any()};
  const std::int64_t grids[] = {1, 1'000'000, 50'000'000, 100'000'000}, begins[] = {0, 40, 1'700'000'000};
  s.grid = {dice.pick(grids)};
  s.begin = {dice.pick(begins) * kNsPerSecond};
  if (dice.chance(80)) s.feed = random_feed(dice, s.seed, s.begin);
  s.subjects = make_subjects(dice, plan);
  add_leases(s, dice);
  Scripts scripts(s, dice);
  scripts.now = s.begin;
  for (unsigned i = 0; i < plan.episodes; ++i) {
    // Of one kind a stream holds many packets, so only some streams do.
    if (plan.seed % 50 == 7 && i == plan.episodes / 2) scripts.torrent(dice.pick(s.subjects));
    scripts.episode(dice.pick(s.subjects));
    scripts.now = step(dice, s.grid, scripts.now, dice.chance(15) ? 40'000 : 400);
    if (dice.chance(20)) choose(s, dice, scripts.now);
    if (plan.operators && dice.chance(20)) operator_word(s, dice, scripts.now);
    if (plan.moving_leases && dice.chance(5)) move_leases(s, dice, scripts.now);
  }
  s.sort();
  s.end = std::max(s.packets.back().at, s.commands.back().at) + seconds(200);
  if (plan.approvals) answer_proposals(s, dice);
  return s;
}

void answer_proposals(Stream& s, Dice& dice) {
  Reference watcher(s.policy, s.limits, s.seed);
  watcher.load(s.feed);
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
      if (e.state == State::quarantined && dice.chance(15)) add(command(e.at, CommandKind::appeal, e.account), e.at);
      if (e.state == State::quarantined && dice.chance(60))
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
