#include "sim/gateway/judge.hpp"

namespace lazaret {
Judge::Judge(const Policy& policy, const Limits& limits, Seed seed, unsigned shards, RunWriter& writer, Gate gate)
    : writer_(writer) {
  if (gate == Gate::core) ensemble_.emplace(policy, limits, seed, shards);
}

void Judge::submit(const Command& command) {
  if (!ensemble_) return;
  if (next_ == waiting_.size()) {
    waiting_.clear();
    next_ = 0;
  }
  waiting_.push_back(command);
}

std::span<const Command> Judge::due(Timestamp now) {
  const std::size_t from = next_;
  while (next_ < waiting_.size() && next_ - from < kBatchMax && waiting_[next_].at <= now) ++next_;
  return {waiting_.data() + from, next_ - from};
}

// Commands go to the journal in the order of their stamps: those the conductor decided at an epoch's end before the
// world's of the same moment, as they take effect.
void Judge::record(std::span<const Command> handed, const EnsembleOutcome& outcome) {
  auto decided = outcome.decided.begin();
  for (const Command& command : handed) {
    for (; decided != outcome.decided.end() && decided->at <= command.at; ++decided) writer_.command(*decided);
    writer_.command(command);
  }
  for (; decided != outcome.decided.end(); ++decided) writer_.command(*decided);
  for (const Event& event : outcome.events) writer_.event(event);
}

Verdict Judge::ask(const PacketView& view) {
  while (waiting_.size() - next_ > kBatchMax && waiting_[next_ + kBatchMax].at <= view.at) {
    const auto some = due(view.at);
    record(some, ensemble_->process({some.back().at, {}, some}));
  }
  const auto commands = due(view.at);
  const EnsembleOutcome outcome = ensemble_->process({view.at, {&view, 1}, commands});
  const Verdict verdict = outcome.verdicts[0];
  writer_.packet(view, verdict);
  record(commands, outcome);
  return verdict;
}

Verdict Judge::judge(const PacketView& view, const std::optional<Truthful>& truth) {
  ++packets_;
  const Verdict verdict = ensemble_ ? ask(view) : Verdict{};
  if (truth) passages_.count(view, *truth, verdict.action);
  return verdict;
}

void Judge::tick(Timestamp now) {
  if (!ensemble_) return;
  do {
    const auto commands = due(now);
    // Cut by commands, time stands at the last of them; what comes after it must not be overtaken.
    const bool more = next_ < waiting_.size() && waiting_[next_].at <= now;
    record(commands, ensemble_->process({more ? commands.back().at : now, {}, commands}));
  } while (next_ < waiting_.size() && waiting_[next_].at <= now);
}

void Judge::finish(Timestamp now) {
  if (!ensemble_) return;
  tick(now);
  record({}, ensemble_->finish(now));
}

std::vector<Command> leases_of(const HomePlan& home) {
  Command command;
  command.kind = CommandKind::bind;
  command.account = home.account;
  command.line = home.line();
  command.prefix = {home.ipv4, 128};
  std::vector<Command> leases{command};
  if (home.ipv6) {
    command.prefix = *home.ipv6;
    leases.push_back(command);
  }
  if (home.business) {
    Command classify;
    classify.kind = CommandKind::classify;
    classify.account = home.account;
    classify.account_class = AccountClass::business;
    leases.push_back(classify);
  }
  return leases;
}

}  // namespace lazaret
