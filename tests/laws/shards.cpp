#include <algorithm>

#include "core/ensemble.hpp"
#include "tests/laws/laws.hpp"

namespace lazaret::laws {
namespace {

class EnsembleMachine final : public Machine {
 public:
  EnsembleMachine(const Stream& s, unsigned shards, std::vector<Command>& decided)
      : ensemble_(s.policy, s.limits, s.seed, shards), decided_(decided) {
    ensemble_.load(s.feed);
  }
  Outcome process(const Batch& batch) override { return keep(ensemble_.process(batch)); }
  Outcome finish(Timestamp end) { return keep(ensemble_.finish(end)); }
  AccountStatus status(AccountId id, Timestamp now) const override { return ensemble_.status(id, now); }
  Timestamp next_due() const override { return kNever; }
  Counters counters() const override { return ensemble_.counters(); }

 private:
  Outcome keep(const EnsembleOutcome& o) {
    decided_.insert(decided_.end(), o.decided.begin(), o.decided.end());
    return {o.verdicts, o.events};
  }

  Ensemble ensemble_;
  std::vector<Command>& decided_;
};

std::string describe(const Command& c) {
  return "command " + std::to_string(static_cast<int>(c.kind)) + " of account " + std::to_string(c.account.value) +
         " at " + std::to_string(c.at.ns);
}

}  // namespace

EnsembleRecord play_ensemble(const Stream& stream, unsigned shards, const Cutting& cutting) {
  EnsembleRecord r;
  EnsembleMachine machine(stream, shards, r.decided);
  r.record = play(machine, stream, cutting);
  const Outcome last = machine.finish(stream.end);
  r.record.events.insert(r.record.events.end(), last.events.begin(), last.events.end());
  r.record.counters = machine.counters();
  for (auto& [id, status] : r.record.status) status = machine.status(id, stream.end);
  return r;
}

Difference compare_ensembles(const EnsembleRecord& a, const EnsembleRecord& b) {
  if (const Difference d = compare(a.record, b.record)) return d;
  for (std::size_t i = 0; i < std::max(a.decided.size(), b.decided.size()); ++i) {
    if (i < a.decided.size() && i < b.decided.size()) {
      const Command &x = a.decided[i], &y = b.decided[i];
      if (x.at == y.at && x.kind == y.kind && x.account == y.account && x.issuer == y.issuer && x.key == y.key)
        continue;
    }
    return "decision " + std::to_string(i) + ": " + (i < a.decided.size() ? describe(a.decided[i]) : "none") + " / " +
           (i < b.decided.size() ? describe(b.decided[i]) : "none");
  }
  return {};
}

Difference ensemble_is_one_machine(const Stream& stream, const EnsembleRecord& ensemble, const Maker& maker) {
  Stream told = stream;
  told.commands = ensemble.decided;  // at one instant the conductor's come first: they close the epoch before
  told.commands.insert(told.commands.end(), stream.commands.begin(), stream.commands.end());
  told.sort();
  const std::unique_ptr<Machine> machine = maker(told);
  Record alone = play(*machine, told, as_large_as_may_be());
  std::sort(alone.events.begin(), alone.events.end(), in_canonical_order);
  Record together = ensemble.record;
  std::erase_if(together.events, [](const Event& e) { return e.account == kNobody; });
  return compare(together, alone);
}

}  // namespace lazaret::laws
