#include <algorithm>

#include "tests/laws/laws.hpp"

namespace lazaret::laws {

namespace {

/// The one may look too early, never too late, and not at what is past.
Difference compare_next_due(Timestamp now, Timestamp one, Timestamp exact) {
  if (one > now && one <= exact) return {};
  return "at " + std::to_string(now.ns) + " next_due " + std::to_string(one.ns) + " / " + std::to_string(exact.ns);
}

}  // namespace

Difference agree(const Stream& stream, const Maker& one, const Maker& other) {
  struct Glimpse {
    Timestamp now, next_due;
    AccountId account;
    AccountStatus status;
  };
  const auto watch = [&](const Maker& maker, std::vector<Glimpse>& glimpses) {
    Dice cuts(stream.plan.seed);
    const std::unique_ptr<Machine> machine = maker(stream);
    return play(*machine, stream, at_random(cuts), [&](const Machine& m, Timestamp now) {
      const AccountId id = stream.subjects[glimpses.size() % stream.subjects.size()].account;
      glimpses.push_back({now, m.next_due(), id, m.status(id, now)});
    });
  };
  std::vector<Glimpse> a, b;
  const Record first = watch(one, a), second = watch(other, b);
  if (const Difference d = compare(first, second)) return d;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (const Difference d = compare_next_due(a[i].now, a[i].next_due, b[i].next_due))
      return "after batch " + std::to_string(i) + " " + *d;
    if (const Difference d = compare_status(a[i].account, a[i].status, b[i].status))
      return "after batch " + std::to_string(i) + " " + *d;
  }
  return {};
}

Difference agree_on_late_commands(const Stream& stream, const Maker& one, const Maker& other) {
  const std::unique_ptr<Machine> a = one(stream), b = other(stream);
  Dice dice(stream.plan.seed);
  std::vector<Command> kept;
  std::size_t c = 0;
  const auto both = [&](const Batch& batch) {
    const Outcome x = a->process(batch), y = b->process(batch);
    const auto record = [&](const Outcome& o, const Machine& m) {
      return Record{.verdicts = {o.verdicts.begin(), o.verdicts.end()},
                    .events = {o.events.begin(), o.events.end()},
                    .counters = m.counters(),
                    .status = {}};
    };
    Difference d = compare(record(x, *a), record(y, *b));
    if (!d) d = compare_next_due(batch.now, a->next_due(), b->next_due());
    if (d) d = "at " + std::to_string(batch.now.ns) + " " + *d;
    return d;
  };
  for (const PacketView& packet : stream.views()) {
    for (; c < stream.commands.size() && stream.commands[c].at <= packet.at; ++c) kept.push_back(stream.commands[c]);
    if (!kept.empty() && dice.chance(30)) {
      const std::size_t count = std::min(kept.size(), kBatchMax);
      if (const Difference d = both({packet.at, {}, {kept.data(), count}})) return d;
      kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(count));
    }
    if (const Difference d = both({packet.at, {&packet, 1}, {}})) return d;
  }
  return {};
}

Difference cut(const Stream& stream, const Maker& maker) {
  const auto run = [&](const Cutting& cutting) {
    const std::unique_ptr<Machine> machine = maker(stream);
    return play(*machine, stream, cutting);
  };
  const Record one = run(one_by_one());
  if (const Difference d = compare(one, run(as_large_as_may_be()))) return "one by one / in full batches: " + *d;
  Dice dice(stream.plan.seed);
  for (unsigned i = 0; i < 3; ++i)
    if (const Difference d = compare(one, run(at_random(dice)))) return "one by one / at random: " + *d;
  return {};
}

Difference resume(const Stream& stream, const Maker& uninterrupted, const Maker& resumed) {
  const auto run = [&](const Maker& maker) {
    Dice cuts(stream.plan.seed);
    const std::unique_ptr<Machine> machine = maker(stream);
    return play(*machine, stream, at_random(cuts));
  };
  return compare(run(uninterrupted), run(resumed));
}

Difference deadline(const Stream& stream, const Maker& maker) {
  const std::unique_ptr<Machine> late = maker(stream), punctual = maker(stream);
  const Record after_the_fact = play(*late, stream, as_large_as_may_be());

  Record in_time;
  Difference wrong;
  const auto take = [&](const Outcome& o) {
    in_time.verdicts.insert(in_time.verdicts.end(), o.verdicts.begin(), o.verdicts.end());
    in_time.events.insert(in_time.events.end(), o.events.begin(), o.events.end());
  };
  const auto wait = [&](Timestamp until) {
    for (Timestamp due = punctual->next_due(); due <= until && due != kNever && !wrong; due = punctual->next_due()) {
      const Outcome o = punctual->process({due, {}, {}});
      for (const Event& e : o.events)
        if (e.at != due) wrong = "due at " + std::to_string(due.ns) + ": " + describe(e);
      if (punctual->next_due() <= due) wrong = "still due after " + std::to_string(due.ns);
      take(o);
    }
  };
  std::size_t c = 0;
  const auto obey = [&] {
    const Command& command = stream.commands[c++];
    wait(command.at);
    take(punctual->process({command.at, {}, {&command, 1}}));
  };
  for (const PacketView& packet : stream.views()) {
    while (c < stream.commands.size() && stream.commands[c].at <= packet.at) obey();
    wait(packet.at);
    take(punctual->process({packet.at, {&packet, 1}, {}}));
  }
  while (c < stream.commands.size()) obey();
  wait(stream.end);
  take(punctual->process({stream.end, {}, {}}));
  if (wrong) return wrong;
  in_time.counters = punctual->counters();
  for (const Subject& s : stream.subjects) in_time.status[s.account] = punctual->status(s.account, stream.end);
  if (const Difference d = compare(after_the_fact, in_time)) return "late / in time: " + *d;
  return {};
}

}  // namespace lazaret::laws
