#include <algorithm>

#include "core/ensemble.hpp"
#include "tests/laws/laws.hpp"

namespace lazaret::laws {
namespace {

class EnsembleMachine final : public Machine {
 public:
  /// `every`: how often it is put away, and another one takes its place; 0: never.
  EnsembleMachine(const Stream& s, unsigned shards, std::vector<Command>& decided, unsigned every, bool forgetful)
      : stream_(s), shards_(shards), every_(every), forgetful_(forgetful), decided_(decided), ensemble_(fresh()) {}
  Outcome process(const Batch& batch) override {
    if (every_ != 0 && ++calls_ % every_ == 0) resume();
    return keep(ensemble_->process(batch));
  }
  Outcome finish(Timestamp end) { return keep(ensemble_->finish(end)); }
  AccountStatus status(AccountId id, Timestamp now) const override { return ensemble_->status(id, now); }
  Timestamp next_due() const override { return kNever; }
  Counters counters() const override { return ensemble_->counters(); }

 private:
  [[nodiscard]] std::unique_ptr<Ensemble> fresh() const {
    auto ensemble = std::make_unique<Ensemble>(stream_.policy, stream_.limits, stream_.seed, shards_);
    ensemble->load(stream_.feed);
    return ensemble;
  }
  void resume() {
    std::vector<std::uint8_t> now = ensemble_->snapshot();
    if (!forgetful_ || kept_.empty()) kept_ = now;
    ensemble_ = fresh();
    // One that could not be restored is a new one, which the laws notice.
    (void)ensemble_->restore(kept_);
    kept_ = std::move(now);
  }
  Outcome keep(const EnsembleOutcome& o) {
    decided_.insert(decided_.end(), o.decided.begin(), o.decided.end());
    return {o.verdicts, o.events};
  }

  const Stream& stream_;
  unsigned shards_, every_, calls_ = 0;
  bool forgetful_;
  std::vector<Command>& decided_;
  std::unique_ptr<Ensemble> ensemble_;
  std::vector<std::uint8_t> kept_;
};

std::string describe(const Command& c) {
  return "command " + std::to_string(static_cast<int>(c.kind)) + " of account " + std::to_string(c.account.value) +
         " at " + std::to_string(c.at.ns);
}

}  // namespace

Stream conducted(std::uint64_t seed) {
  Stream s =
      compose({.seed = 40'000 + seed, .accounts = 6, .episodes = 120, .approvals = false, .tight_limits = false});
  Dice dice(seed);
  for (unsigned i = 0; i < 3; ++i) {
    Command reset;
    reset.kind = CommandKind::reset_fuse;
    reset.at = s.packets[dice.below(s.packets.size())].at;
    s.commands.push_back(reset);
  }
  s.sort();
  return s;
}

EnsembleRecord play_ensemble(const Stream& stream, unsigned shards, const Cutting& cutting, unsigned every,
                             bool forgetful) {
  EnsembleRecord r;
  EnsembleMachine machine(stream, shards, r.decided, every, forgetful);
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
