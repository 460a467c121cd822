// The seam: packets and commands in, verdicts and events out. ns-3, DPDK and replay all drive the core through this.
// Ownership: an engine owns its tables and what it answers with; packets and commands are borrowed for one call.
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/command.hpp"
#include "core/counters.hpp"
#include "core/event.hpp"
#include "core/intel/feed.hpp"
#include "core/limits.hpp"
#include "core/packet/view.hpp"
#include "core/policy.hpp"
#include "core/verdict.hpp"

namespace lazaret {

/// The merged order of a stream is by time; at one instant, what is due comes first, then commands, then packets.
struct Batch {
  Timestamp now;
  std::span<const PacketView> packets;
  std::span<const Command> commands;
};

struct Outcome {
  std::span<const Verdict> verdicts;
  std::span<const Event> events;
};

/// What the ladder says of one account; for portals, consoles and tests.
struct AccountStatus {
  State state = State::clear;
  std::uint8_t later_left = 0, history = 0;
  AccountClass account_class = AccountClass::ordinary;
  Score belief = 0;  ///< log-odds that the account is infected, in 1/65536 nat, decayed to the time asked for
  Score scores[kChannels] = {};  ///< decayed likewise
  Sighting seen[kChannels] = {};
};

/// One shard of accounts. Allocates in its constructor and never again. One thread at a time.
class Engine {
 public:
  Engine(const Policy&, const Limits&, Seed);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) = delete;

  /// REQUIRES packets.size() <= kBatchMax; the stamps of packets, and those of commands, are non-decreasing across calls
  ///          and <= now; a command comes no later than the first packet stamped at or after it.
  /// ENSURES  verdicts[i] answers packets[i]; all that was due up to `now` has happened; both spans live until the next call.
  [[nodiscard]] Outcome process(const Batch&) noexcept;

  /// Judges by another policy from now on: the same as if a new engine under it had been restored from what this one kept.
  /// What is known of accounts stays, and so do deadlines that were set. Allocates a little, and looks at every account:
  /// about ten milliseconds for a million.
  void adopt(const Policy&);
  /// Replaces the intelligence feed from now on; nullptr: none. Not part of a snapshot.
  void load(std::shared_ptr<const Feed>) noexcept;

  /// All that outlives a call, in one versioned form that is the same on every machine. Allocates; not for the packet path.
  [[nodiscard]] std::vector<std::uint8_t> snapshot() const;
  /// Becomes what was kept. REQUIRES a new engine under the same limits and seed; under another policy,
  /// see adopt(). Otherwise, or when the octets are
  /// no snapshot of this version: says why, and is an empty engine.
  [[nodiscard]] const char* restore(std::span<const std::uint8_t>);

  /// No later than when the next timer of any account is due, or kNever.
  [[nodiscard]] Timestamp next_due() const noexcept;
  /// Nothing for an account that no command ever named.
  [[nodiscard]] AccountStatus status(AccountId, Timestamp now) const noexcept;
  [[nodiscard]] const Counters& counters() const noexcept;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace lazaret
