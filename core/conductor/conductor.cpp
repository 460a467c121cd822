#include "core/conductor/conductor.hpp"

#include <algorithm>
#include <vector>

namespace lazaret {

Timestamp epoch_end(const Policy& policy, Timestamp at) noexcept {
  const std::int64_t epoch = policy.conductor_epoch_ms * 1'000'000;
  return {(at.ns / epoch + 1) * epoch};
}

struct Conductor::State {
  std::size_t most = 0;  ///< quarantines per interval
  Duration interval;
  std::vector<Timestamp> recent;  ///< the approvals of the last interval, oldest first; at most `most`
  std::vector<Command> commands;
  std::vector<Event> events;
  std::uint32_t sequence = 0;
  bool blown = false;
  bool reset = false;  ///< asked for since the last step

  void tell(Timestamp at, EventKind kind, std::int64_t observed) {
    Event e;
    e.at = at;
    e.sequence = sequence++;
    e.kind = kind;
    e.observed = observed;
    e.limit = static_cast<std::int64_t>(most);
    events.push_back(e);
  }
};

Conductor::Conductor(const Policy& policy, const Limits& limits) : state_(std::make_unique<State>()) {
  state_->most = static_cast<std::size_t>(policy.fuse_max_quarantines);
  state_->interval = seconds(policy.fuse_interval_s);
  state_->recent.reserve(state_->most);
  state_->commands.reserve(limits.accounts);
  state_->events.reserve(2);
}
Conductor::~Conductor() = default;

Conductor::Answer Conductor::step(Timestamp boundary, std::span<const Event> events) noexcept {
  State& s = *state_;
  s.commands.clear();
  s.events.clear();
  if (s.reset) {
    s.reset = false;
    if (s.blown) {
      s.blown = false;
      s.recent.clear();
      s.tell(boundary, EventKind::fuse_reset, 0);
    }
  }
  const auto expired = [&](Timestamp t) { return t + s.interval <= boundary; };
  s.recent.erase(s.recent.begin(), std::find_if_not(s.recent.begin(), s.recent.end(), expired));
  for (const Event& e : events) {
    if (e.kind != EventKind::quarantine_proposed) continue;
    if (!s.blown && s.recent.size() >= s.most) {
      s.blown = true;
      s.tell(boundary, EventKind::fuse_blown, static_cast<std::int64_t>(s.recent.size()) + 1);
    }
    Command c;
    c.at = boundary;
    c.kind = s.blown ? CommandKind::hold : CommandKind::approve;
    c.issuer = Issuer::conductor;
    c.account = e.account;
    s.commands.push_back(c);
    if (!s.blown) s.recent.push_back(boundary);
  }
  return {s.commands, s.events};
}

bool Conductor::apply(const Command& c) noexcept {
  if (c.kind != CommandKind::reset_fuse) return false;
  state_->reset = true;
  return true;
}

bool Conductor::fuse_blown() const noexcept { return state_->blown; }

}  // namespace lazaret
