#include "sim/world/inline_core.hpp"

#include <ns3/simulator.h>

#include <algorithm>

#include "core/evidence/explanation.hpp"
#include "sim/world/octets.hpp"
#include "sim/world/reject.hpp"

namespace lazaret {
namespace {

Timestamp sim_now() { return {ns3::Simulator::Now().GetNanoSeconds()}; }

const char* name_of(Direction d) {
  constexpr const char* kNames[] = {"upstream", "downstream", "from_garden"};
  return kNames[static_cast<unsigned>(d)];
}

}  // namespace

InlineCore::InlineCore(const Policy& policy, const Limits& limits, Seed seed, unsigned shards, RunWriter& writer,
                       WireEnd trunk, IpAddress gateway4, IpAddress gateway6)
    : ensemble_(policy, limits, seed, shards),
      writer_(writer),
      trunk_(trunk),
      gateway4_(gateway4),
      gateway6_(gateway6) {
  trunk_.attach(*this);
}
InlineCore::~InlineCore() = default;

void InlineCore::connect(FrameSink& core_side, FrameSink& garden_side) {
  core_side_ = &core_side;
  garden_side_ = &garden_side;
}

void InlineCore::receive(FramePtr frame) { judge(frame, Direction::upstream); }
void InlineCore::from_core(const FramePtr& frame) { judge(frame, Direction::downstream); }
void InlineCore::from_garden(const FramePtr& frame) { judge(frame, Direction::from_garden); }

void InlineCore::submit(const Command& command) { waiting_.push_back(command); }

std::span<const Command> InlineCore::due(Timestamp now) {
  handed_.clear();
  std::size_t n = 0;
  while (n < waiting_.size() && n < kBatchMax && waiting_[n].at <= now) ++n;
  handed_.assign(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
  return handed_;
}

// Commands go to the journal in the order of their stamps: those the conductor decided at an epoch's end before the
// world's of the same moment, as they take effect.
void InlineCore::record(std::span<const Command> handed, const EnsembleOutcome& outcome) {
  auto decided = outcome.decided.begin();
  for (const Command& command : handed) {
    for (; decided != outcome.decided.end() && decided->at <= command.at; ++decided) writer_.command(*decided);
    writer_.command(command);
  }
  for (; decided != outcome.decided.end(); ++decided) writer_.command(*decided);
  for (const Event& event : outcome.events) writer_.event(event);
}

void InlineCore::judge(const FramePtr& frame, Direction direction) {
  const Timestamp now = sim_now();
  while (waiting_.size() > kBatchMax && waiting_[kBatchMax].at <= now) {
    const auto some = due(now);
    record(some, ensemble_.process({some.back().at, {}, some}));
  }
  std::array<std::uint8_t, kJudgedMost> seen;
  const std::uint32_t length = frame->CopyData(seen.data(), seen.size());
  const PacketView view{now, {seen.data(), length}, frame->GetSize(), direction};
  const auto commands = due(now);
  const EnsembleOutcome outcome = ensemble_.process({now, {&view, 1}, commands});
  const Verdict verdict = outcome.verdicts[0];
  ++packets_;
  writer_.packet(view, verdict);
  record(commands, outcome);

  if (const auto truth = truth_of(frame)) {
    Passage& passage = passages_[{*truth, direction, verdict.action}];
    ++passage.packets;
    passage.octets += frame->GetSize();
  }
  switch (verdict.action) {
    case Action::pass:
      if (direction == Direction::upstream)
        core_side_->receive(frame);
      else
        trunk_.send(frame);
      break;
    case Action::garden:
      // Only what comes up a line can be led to the garden.
      if (direction == Direction::upstream) garden_side_->receive(frame);
      break;
    case Action::reject:
      refuse(frame, direction);
      break;
    case Action::drop:
      break;
  }
}

void InlineCore::refuse(const FramePtr& packet, Direction direction) {
  const std::optional<Frame> frame = Frame::take(packet);
  const auto answer = frame ? rejection(*frame, gateway4_, gateway6_) : std::nullopt;
  if (!answer) return;
  // The answer is this device's own: no packet that the core would have to judge.
  if (direction == Direction::upstream)
    trunk_.send(answer->packet());
  else if (direction == Direction::downstream)
    core_side_->receive(answer->packet());
}

void InlineCore::tick() {
  const Timestamp now = sim_now();
  do {
    const auto commands = due(now);
    // Cut by commands, time stands at the last of them; what comes after it must not be overtaken.
    const Timestamp until = waiting_.empty() || waiting_.front().at > now ? now : commands.back().at;
    record(commands, ensemble_.process({until, {}, commands}));
  } while (!waiting_.empty() && waiting_.front().at <= now);
}

void InlineCore::finish() {
  tick();
  record({}, ensemble_.finish(sim_now()));
}

AccountStatus InlineCore::status(AccountId account) const { return ensemble_.status(account, sim_now()); }

void InlineCore::write_passages(TruthWriter& truth) const {
  for (const auto& [key, passage] : passages_) {
    truth.add(TruthPassage{key.truth.account, std::string(lazaret::name_of(key.truth.behaviour)),
                           malicious(key.truth.behaviour), name_of(key.direction),
                           std::string(lazaret::name_of(key.action)), passage.packets, passage.octets});
  }
}

}  // namespace lazaret
