#include "core/ensemble.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/routing.hpp"
#include "core/snapshot.hpp"

namespace lazaret {
namespace {

/// What waits for one engine until the next flush.
struct Staged {
  std::vector<PacketView> packets;
  std::vector<std::size_t> index;  ///< of each packet, in the caller's batch
  std::vector<Command> commands;
  [[nodiscard]] bool empty() const { return packets.empty() && commands.empty(); }
};

constexpr std::uint32_t kMagic = 0x455a4c01;  // 01 'L' 'Z' 'E'
constexpr std::uint16_t kVersion = 1;

template <typename Archive>
void archive(Archive& a, Event& e) {
  a(e.at.ns), a(e.account.value), a(e.sequence), a(e.kind), a(e.state), a(e.channel), a(e.later_left), a(e.history);
  a(e.from_probation), a(e.node), a(e.observed), a(e.limit), a(e.seen.first.ns), a(e.seen.last.ns);
  a(e.seen.observations), a(e.seen.adverse), a(e.seen.port), a(e.seen.source_port);
}

bool sound(const Event& e) {
  return e.kind <= EventKind::names_uncounted && e.state <= State::probation &&
         static_cast<unsigned>(e.channel) < kChannels;
}

}  // namespace

struct Ensemble::Parts {
  Parts(const Policy& p, const Limits& each, Seed key, unsigned shards)
      : policy(p),
        limits(each),
        seed(key),
        steering(together(each, shards), key, shards),
        conductor(p, together(each, shards)),
        staged(shards) {
    engines.reserve(shards);
    for (unsigned i = 0; i < shards; ++i) engines.emplace_back(p, each, key);
    boundary = epoch_end(policy, Timestamp{0});
  }

  [[nodiscard]] unsigned shards() const { return static_cast<unsigned>(engines.size()); }

  void stage(const Command& c) {
    route(steering, shards(), c,
          [this](unsigned engine, const Command& told) { staged[engine].commands.push_back(told); });
  }

  void stage(const PacketView& packet, std::size_t index) {
    Staged& s = staged[shards() == 1 ? 0 : steering.owner(packet)];
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
    used = true;
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
    if (conductor.apply(command)) conductor_told = true;
    stage(command);
  }

  [[nodiscard]] EnsembleOutcome outcome() const { return {verdicts, events, decided}; }

  template <typename Archive>
  void archive_epoch(Archive& a) {
    a(boundary.ns), a(conductor_told);
    auto count = static_cast<std::uint32_t>(epoch_events.size());
    a(count);
    for (std::uint32_t i = 0; i < count && a.ok(); ++i) {
      if constexpr (Archive::kReads) epoch_events.emplace_back();
      archive(a, epoch_events[i]);
      if constexpr (Archive::kReads) {
        if (!sound(epoch_events[i])) return a.refuse();
      }
    }
  }

  [[nodiscard]] const char* restore(std::span<const std::uint8_t> octets) {
    SnapshotReader r(octets);
    std::uint32_t magic = 0, count = 0;
    std::uint16_t version = 0;
    r(magic), r(version), r(count);
    if (!r.ok() || magic != kMagic) return "this is no ensemble's snapshot";
    if (version != kVersion) return "the ensemble's snapshot is of another version";
    if (count != shards()) return "the snapshot was made with another number of engines";
    archive_epoch(r);
    if (!r.ok() || boundary.ns <= 0 || boundary != epoch_end(policy, boundary - Duration{1}))
      return "the snapshot's open epoch makes no sense, or was made under another policy";
    steering.restore(r);
    if (!r.ok()) return "the snapshot holds leases or lines that make no sense, or more than fit";
    if (const char* why = conductor.restore(r.block())) return why;
    for (Engine& e : engines)
      if (const char* why = e.restore(r.block())) return why;
    return r.ok() && r.at_end() ? nullptr : "the ensemble's snapshot is cut short or goes on";
  }

  Policy policy;
  Limits limits;
  Seed seed;
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
  bool used = false;            ///< not new any more
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

void Ensemble::load(const std::shared_ptr<const Feed>& feed) {
  for (Engine& e : parts_->engines) e.load(feed);
}

std::vector<std::uint8_t> Ensemble::snapshot() const {
  SnapshotWriter w;
  w(kMagic), w(kVersion), w(parts_->shards());
  parts_->archive_epoch(w);
  parts_->steering.snapshot(w);
  w.block(parts_->conductor.snapshot());
  for (const Engine& e : parts_->engines) w.block(e.snapshot());
  return w.take();
}

const char* Ensemble::restore(std::span<const std::uint8_t> octets) {
  if (parts_->used) return "only a new ensemble can become what was kept";
  const char* why = parts_->restore(octets);
  if (why != nullptr) parts_ = std::make_unique<Parts>(parts_->policy, parts_->limits, parts_->seed, parts_->shards());
  parts_->used = why == nullptr;
  return why;
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
