#include "sim/wire/lane_core.hpp"

#include <algorithm>

#include "core/packet/decode.hpp"

namespace lazaret {

LaneCore::LaneCore(const Scenario& scenario, const Limits& limits, std::uint32_t first_account, Gate gate)
    : journal_(scenario.journal != 0), passages_(first_account, scenario.attempts == kAttemptsCounted) {
  if (gate == Gate::core) engine_.emplace(scenario.policy, limits, Seed{scenario.seed});
}

void LaneCore::submit(const Command& command) {
  if (!engine_) return;
  if (next_ == waiting_.size()) {
    waiting_.clear();
    next_ = 0;
  }
  waiting_.push_back(command);
}

// What waits now is stamped at or after the epoch's beginning; at one instant the conductor's commands come first.
void LaneCore::obey(std::span<const Command> decided) {
  waiting_.insert(waiting_.begin() + static_cast<std::ptrdiff_t>(next_), decided.begin(), decided.end());
}

std::span<const Command> LaneCore::due(Timestamp now) {
  const std::size_t from = next_;
  while (next_ < waiting_.size() && next_ - from < kBatchMax && waiting_[next_].at <= now) ++next_;
  const std::span<const Command> commands{waiting_.data() + from, next_ - from};
  std::copy_if(commands.begin(), commands.end(), std::back_inserter(handed),
               [](const Command& c) { return c.issuer == Issuer::world; });
  return commands;
}

void LaneCore::hand_over(Timestamp now) {
  while (waiting_.size() - next_ > kBatchMax && waiting_[next_ + kBatchMax].at <= now) {
    const auto some = due(now);
    const Outcome outcome = engine_->process({some.back().at, {}, some});
    events.insert(events.end(), outcome.events.begin(), outcome.events.end());
  }
}

Verdict LaneCore::ask(const PacketView& view) {
  hand_over(view.at);
  const Outcome outcome = engine_->process({view.at, {&view, 1}, due(view.at)});
  events.insert(events.end(), outcome.events.begin(), outcome.events.end());
  return outcome.verdicts[0];
}

Verdict LaneCore::judge(const PacketView& view, Truthful truth) {
  const Verdict verdict = engine_ ? ask(view) : Verdict{};
  ++packets_;
  passages_.count(view, truth, verdict.action);
  if (journal_) {
    const std::size_t length = judged_octets(view.frame);
    kept.push_back({view.at, octets.size(), static_cast<std::uint32_t>(length), view.wire_length, truth.account,
                    view.direction, verdict});
    octets.insert(octets.end(), view.frame.begin(), view.frame.begin() + static_cast<std::ptrdiff_t>(length));
  }
  return verdict;
}

void LaneCore::close(Timestamp until) {
  if (!engine_) return;
  hand_over(until);
  const Outcome outcome = engine_->process({until, {}, due(until)});
  events.insert(events.end(), outcome.events.begin(), outcome.events.end());
}

}  // namespace lazaret
