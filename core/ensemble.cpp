#include "core/ensemble.hpp"

#include <algorithm>
#include <vector>

namespace lazaret {
namespace {

/// What waits for one engine until the next flush.
struct Staged {
  std::vector<PacketView> packets;
  std::vector<std::size_t> index;  ///< of each packet, in the caller's batch
  std::vector<Command> commands;
  [[nodiscard]] bool empty() const { return packets.empty() && commands.empty(); }
};

}  // namespace

struct Ensemble::Parts {
  Parts(const Policy& p, const Limits& limits, Seed seed, unsigned shards)
      : policy(p), steering(whole(limits, shards), seed, shards), conductor(p, limits), staged(shards) {
    engines.reserve(shards);
    for (unsigned i = 0; i < shards; ++i) engines.emplace_back(p, limits, seed);
    boundary = epoch_end(policy, Timestamp{0});
  }

  static Limits whole(Limits limits, unsigned shards) {
    limits.bindings *= shards;
    return limits;
  }

  [[nodiscard]] bool single() const { return engines.size() == 1; }

  void stage(const Command& c) {
    if (conductor.apply(c)) {
      conductor_told = true;
      return;
    }
    if (c.kind == CommandKind::bind || c.kind == CommandKind::release) {
      const AccountId old = steering.holder(c.prefix);
      const unsigned home = c.kind == CommandKind::release ? steering.owner(old) : steering.owner(c.account);
      if (c.kind == CommandKind::bind && old != kNobody && c.account != kNobody && steering.owner(old) != home) {
        Command leave = c;
        leave.kind = CommandKind::release;
        staged[steering.owner(old)].commands.push_back(leave);
      }
      staged[home].commands.push_back(c);
      steering.apply(c);
      return;
    }
    staged[steering.owner(c.account)].commands.push_back(c);
  }

  void stage(const PacketView& packet, std::size_t index) {
    Staged& s = staged[single() ? 0 : steering.owner(packet)];
    s.packets.push_back(packet);
    s.index.push_back(index);
  }

  /// Hands everything staged to the engines and runs them up to `now`.
  void flush(Timestamp now) {
    for (std::size_t i = 0; i < engines.size(); ++i) {
      Staged& s = staged[i];
      if (s.empty() && engines[i].next_due() > now) continue;
      const Outcome o = engines[i].process({now, s.packets, s.commands});
      for (std::size_t k = 0; k < o.verdicts.size(); ++k) verdicts[s.index[k]] = o.verdicts[k];
      epoch_events.insert(epoch_events.end(), o.events.begin(), o.events.end());
      s.packets.clear(), s.index.clear(), s.commands.clear();
    }
  }

  [[nodiscard]] Timestamp next_due() const {
    Timestamp due = kNever;
    for (const Engine& e : engines) due = std::min(due, e.next_due());
    return due;
  }

  /// Closes every epoch that ends at or before `stamp`.
  void close_epochs(Timestamp stamp) {
    while (stamp >= boundary) {
      const bool busy = !epoch_events.empty() || conductor_told ||
                        std::any_of(staged.begin(), staged.end(), [](const Staged& s) { return !s.empty(); });
      if (!busy && next_due() >= boundary) {  // nothing happens before the next timer or stamp: go there at once
        boundary = epoch_end(policy, std::min(stamp, next_due()));
        continue;
      }
      flush(boundary - Duration{1});
      release_events();
      const Conductor::Answer answer = conductor.step(boundary, closed);
      conductor_told = false;
      for (const Command& c : answer.commands) stage(c);
      decided.insert(decided.end(), answer.commands.begin(), answer.commands.end());
      epoch_events.assign(answer.events.begin(), answer.events.end());
      boundary = epoch_end(policy, boundary);
    }
  }

  /// The epoch's events, in canonical order, to the caller; those of the engines stay in `closed` for the conductor.
  void release_events() {
    std::sort(epoch_events.begin(), epoch_events.end(), in_canonical_order);
    events.insert(events.end(), epoch_events.begin(), epoch_events.end());
    closed.clear();
    std::copy_if(epoch_events.begin(), epoch_events.end(), std::back_inserter(closed),
                 [](const Event& e) { return e.account != kNobody; });
    epoch_events.clear();
  }

  void run(const Batch& batch) {
    events.clear();
    decided.clear();
    verdicts.resize(batch.packets.size());
    std::size_t c = 0;
    for (std::size_t p = 0; p < batch.packets.size(); ++p) {
      const Timestamp at = batch.packets[p].at;
      for (; c < batch.commands.size() && batch.commands[c].at <= at; ++c) obey(batch.commands[c]);
      close_epochs(at);
      stage(batch.packets[p], p);
    }
    for (; c < batch.commands.size(); ++c) obey(batch.commands[c]);
    close_epochs(batch.now);
    flush(batch.now);
  }

  void obey(const Command& command) {
    close_epochs(command.at);
    stage(command);
  }

  [[nodiscard]] EnsembleOutcome outcome() const { return {verdicts, events, decided}; }

  Policy policy;
  Steering steering;
  Conductor conductor;
  std::vector<Engine> engines;
  std::vector<Staged> staged;
  std::vector<Event> epoch_events;  ///< of the open epoch
  std::vector<Event> closed;        ///< the engines' events of the epoch that is being closed
  std::vector<Verdict> verdicts;
  std::vector<Event> events;
  std::vector<Command> decided;
  Timestamp boundary;           ///< end of the open epoch
  bool conductor_told = false;  ///< a command for it came since its last step
};

Ensemble::Ensemble(const Policy& policy, const Limits& limits, Seed seed, unsigned shards)
    : parts_(std::make_unique<Parts>(policy, limits, seed, shards)) {}
Ensemble::~Ensemble() = default;

EnsembleOutcome Ensemble::process(const Batch& batch) {
  parts_->run(batch);
  return parts_->outcome();
}

EnsembleOutcome Ensemble::finish(Timestamp end) {
  parts_->run({end, {}, {}});
  parts_->release_events();
  return parts_->outcome();
}

AccountStatus Ensemble::status(AccountId account, Timestamp now) const {
  return parts_->engines[parts_->steering.owner(account)].status(account, now);
}

Counters Ensemble::counters() const {
  Counters sum;
  for (const Engine& e : parts_->engines) sum += e.counters();
  return sum;
}

}  // namespace lazaret
