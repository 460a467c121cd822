#include "tests/laws/machine.hpp"

#include <algorithm>

#include "core/evidence/explanation.hpp"

namespace lazaret::laws {
namespace {

class EngineMachine final : public Machine {
 public:
  explicit EngineMachine(const Stream& s) : engine_(s.policy, s.limits, s.seed) { engine_.load(s.feed); }
  Outcome process(const Batch& batch) override { return engine_.process(batch); }
  AccountStatus status(AccountId id, Timestamp now) const override { return engine_.status(id, now); }
  Timestamp next_due() const override { return engine_.next_due(); }
  Counters counters() const override { return engine_.counters(); }

 private:
  Engine engine_;
};

class ResumedMachine final : public Machine {
 public:
  ResumedMachine(const Stream& s, unsigned every, bool forgetful)
      : stream_(s), every_(every), forgetful_(forgetful), engine_(fresh()) {}
  Outcome process(const Batch& batch) override {
    if (++calls_ % every_ == 0) resume();
    return engine_->process(batch);
  }
  AccountStatus status(AccountId id, Timestamp now) const override { return engine_->status(id, now); }
  Timestamp next_due() const override { return engine_->next_due(); }
  Counters counters() const override { return engine_->counters(); }

 private:
  [[nodiscard]] std::unique_ptr<Engine> fresh() const {
    auto engine = std::make_unique<Engine>(stream_.policy, stream_.limits, stream_.seed);
    engine->load(stream_.feed);
    return engine;
  }
  void resume() {
    std::vector<std::uint8_t> now = engine_->snapshot();
    if (!forgetful_ || kept_.empty()) kept_ = now;
    engine_ = fresh();
    // An engine that could not be restored is an empty one, which the laws notice.
    if (engine_->restore(kept_) != nullptr) engine_ = fresh();
    kept_ = std::move(now);
  }

  const Stream& stream_;
  unsigned every_, calls_ = 0;
  bool forgetful_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::uint8_t> kept_;
};

class ReformedMachine final : public Machine {
 public:
  ReformedMachine(const Stream& s, unsigned every, bool in_place)
      : stream_(s), every_(every), in_place_(in_place), dice_(s.seed.value), engine_(under(s.policy)) {}
  Outcome process(const Batch& batch) override {
    if (++calls_ % every_ == 0) reform(random_policy(dice_));
    return engine_->process(batch);
  }
  AccountStatus status(AccountId id, Timestamp now) const override { return engine_->status(id, now); }
  Timestamp next_due() const override { return engine_->next_due(); }
  Counters counters() const override { return engine_->counters(); }

 private:
  [[nodiscard]] std::unique_ptr<Engine> under(const Policy& policy) const {
    auto engine = std::make_unique<Engine>(policy, stream_.limits, stream_.seed);
    engine->load(stream_.feed);
    return engine;
  }
  void reform(const Policy& policy) {
    if (in_place_) return engine_->adopt(policy);
    const std::vector<std::uint8_t> kept = engine_->snapshot();
    engine_ = under(policy);
    if (engine_->restore(kept) != nullptr) engine_ = under(policy);  // an empty one, which the laws notice
  }

  const Stream& stream_;
  unsigned every_, calls_ = 0;
  bool in_place_;
  Dice dice_;
  std::unique_ptr<Engine> engine_;
};

class ReferenceMachine final : public Machine {
 public:
  ReferenceMachine(const Stream& s, Slip slip) : reference_(s.policy, s.limits, s.seed, slip) {
    reference_.load(s.feed);
  }
  Outcome process(const Batch& batch) override { return reference_.process(batch); }
  AccountStatus status(AccountId id, Timestamp now) const override { return reference_.status(id, now); }
  Timestamp next_due() const override { return reference_.next_due(); }
  Counters counters() const override { return reference_.counters(); }

 private:
  Reference reference_;
};

std::string text(std::string_view s) { return std::string(s); }
std::string text(std::int64_t n) { return std::to_string(n); }

template <class T>
void field(std::string& out, std::string_view name, const T& a, const T& b) {
  if (a != b) out += " " + text(name) + " " + std::to_string(a) + " / " + std::to_string(b);
}

}  // namespace

Maker engine() {
  return [](const Stream& s) { return std::make_unique<EngineMachine>(s); };
}
Maker resumed_engine(unsigned every, bool forgetful) {
  return [=](const Stream& s) { return std::make_unique<ResumedMachine>(s, every, forgetful); };
}
Maker reformed_engine(unsigned every, bool in_place) {
  return [=](const Stream& s) { return std::make_unique<ReformedMachine>(s, every, in_place); };
}
Maker reference(Slip slip) {
  return [slip](const Stream& s) { return std::make_unique<ReferenceMachine>(s, slip); };
}

Cutting one_by_one() {
  return [] { return Cut{1, 0}; };
}
Cutting as_large_as_may_be() {
  return [] { return Cut{kBatchMax, 0}; };
}
Cutting at_random(Dice& dice) {
  return [&dice] {
    const unsigned lateness[] = {0, 0, 1, 500, 999, 1000};
    return Cut{dice.chance(20) ? 0 : 1 + dice.below(dice.chance(50) ? 4 : kBatchMax), dice.pick(lateness)};
  };
}

Record play(Machine& machine, const Stream& stream, const Cutting& cutting, const Watcher& watcher) {
  Record record;
  const std::vector<PacketView> packets = stream.views();
  const std::vector<Command>& commands = stream.commands;
  std::size_t p = 0, c = 0;
  Timestamp now = stream.begin;
  const auto command_is_next = [&] {
    return c < commands.size() && (p == packets.size() || commands[c].at <= packets[p].at);
  };
  const auto next_stamp = [&] {
    if (p == packets.size() && c == commands.size()) return stream.end;
    return command_is_next() ? commands[c].at : packets[p].at;
  };
  const auto give = [&](const Batch& batch) {
    const Outcome outcome = machine.process(batch);
    record.verdicts.insert(record.verdicts.end(), outcome.verdicts.begin(), outcome.verdicts.end());
    record.events.insert(record.events.end(), outcome.events.begin(), outcome.events.end());
    if (watcher) watcher(machine, batch.now);
  };
  while (p < packets.size() || c < commands.size()) {
    const Cut cut = cutting();
    const std::size_t p0 = p, c0 = c;
    for (std::size_t i = 0; i < cut.items && i < kBatchMax && (p < packets.size() || c < commands.size()); ++i) {
      now = next_stamp();
      command_is_next() ? ++c : ++p;
    }
    // now + (next - now) * lateness / 1000, without overflow.
    const std::int64_t gap = next_stamp().ns - now.ns;
    now.ns += gap / 1000 * cut.lateness + gap % 1000 * cut.lateness / 1000;
    give({now, {packets.data() + p0, p - p0}, {commands.data() + c0, c - c0}});
  }
  give({stream.end, {}, {}});
  record.counters = machine.counters();
  for (const Subject& s : stream.subjects) record.status[s.account] = machine.status(s.account, stream.end);
  return record;
}

std::string describe(const Event& e) {
  std::string s = "at " + text(e.at.ns) + " account " + std::to_string(e.account.value) + " #" +
                  std::to_string(e.sequence) + " " + text(name_of(e.kind)) + " state " + text(name_of(e.state)) +
                  " later_left " + std::to_string(e.later_left) + " history " + std::to_string(e.history) + " node " +
                  std::to_string(e.node) + (e.from_probation ? " from probation" : "") + " observed " +
                  text(e.observed) + " limit " + text(e.limit);
  if (e.kind == EventKind::reason)
    s += " " + text(name_of(e.channel)) + " seen " + std::to_string(e.seen.adverse) + "/" +
         std::to_string(e.seen.observations) + " port " + std::to_string(e.seen.port) + " source port " +
         std::to_string(e.seen.source_port) + " from " + text(e.seen.first.ns) + " to " + text(e.seen.last.ns);
  return s;
}

std::string describe(const Verdict& v) {
  return text(name_of(v.action)) + " " + text(name_of(v.rule)) + " account " + std::to_string(v.account.value);
}

std::vector<Event> events_of(const std::vector<Event>& events, AccountId id) {
  std::vector<Event> some;
  std::copy_if(events.begin(), events.end(), std::back_inserter(some), [&](const Event& e) { return e.account == id; });
  return some;
}

Difference compare_events(const std::vector<Event>& a, const std::vector<Event>& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i < a.size() && i < b.size() && a[i] == b[i]) continue;
    return "event " + std::to_string(i) + ":\n  " + (i < a.size() ? describe(a[i]) : "none") + "\n  " +
           (i < b.size() ? describe(b[i]) : "none");
  }
  return {};
}

Difference compare_status(AccountId id, const AccountStatus& a, const AccountStatus& b) {
  std::string out;
  if (a.state != b.state) out += " state " + text(name_of(a.state)) + " / " + text(name_of(b.state));
  field(out, "later_left", a.later_left, b.later_left);
  field(out, "class", static_cast<int>(a.account_class), static_cast<int>(b.account_class));
  field(out, "history", a.history, b.history);
  field(out, "belief", a.belief, b.belief);
  for (unsigned i = 0; i < kChannels; ++i) {
    const std::string channel = text(name_of(Channel{static_cast<std::uint8_t>(i)}));
    field(out, channel + " score", a.scores[i], b.scores[i]);
    field(out, channel + " observations", a.seen[i].observations, b.seen[i].observations);
    if (!(a.seen[i] == b.seen[i])) out += " " + channel + " sighting";
  }
  if (out.empty()) return {};
  return "account " + std::to_string(id.value) + ":" + out;
}

Difference compare(const Record& a, const Record& b) {
  // Events first: a verdict differs because of an earlier event more often than the other way round.
  if (const Difference d = compare_events(a.events, b.events)) return d;
  for (std::size_t i = 0; i < std::max(a.verdicts.size(), b.verdicts.size()); ++i) {
    if (i < a.verdicts.size() && i < b.verdicts.size() && a.verdicts[i] == b.verdicts[i]) continue;
    return "verdict " + std::to_string(i) + ":\n  " + (i < a.verdicts.size() ? describe(a.verdicts[i]) : "none") +
           "\n  " + (i < b.verdicts.size() ? describe(b.verdicts[i]) : "none");
  }
  for (const auto& [id, status] : a.status)
    if (const Difference d = compare_status(id, status, b.status.at(id))) return d;
  std::string out;
  const Counters &x = a.counters, &y = b.counters;
  field(out, "packets", x.packets, y.packets), field(out, "octets", x.octets, y.octets);
  field(out, "not_ip", x.not_ip, y.not_ip), field(out, "malformed", x.malformed, y.malformed);
  field(out, "fragments", x.fragments, y.fragments), field(out, "unbound", x.unbound, y.unbound);
  field(out, "spoofed", x.spoofed, y.spoofed),
      field(out, "unmatched_replies", x.unmatched_replies, y.unmatched_replies);
  field(out, "contacts_skipped", x.contacts_skipped, y.contacts_skipped);
  field(out, "sessions_skipped", x.sessions_skipped, y.sessions_skipped);
  field(out, "evidence_crowded", x.evidence_crowded, y.evidence_crowded);
  field(out, "bindings_refused", x.bindings_refused, y.bindings_refused);
  field(out, "commands_ignored", x.commands_ignored, y.commands_ignored);
  field(out, "events_lost", x.events_lost, y.events_lost);
  if (!out.empty()) return "counters:" + out;
  return {};
}

}  // namespace lazaret::laws
