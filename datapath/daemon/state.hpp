// What the daemon holds besides packets: one engine, the conductor, who holds what, and what the desk was told; how all of
// it goes to disk and comes back. docs/adr/0011 says what a crash may lose: no decision, but suspicion younger than the
// last snapshot.
// Ownership: owns all of it until the engine goes to its worker. Threads: one, the control core.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/conductor/conductor.hpp"
#include "core/engine.hpp"
#include "core/steering.hpp"
#include "core/subscriber/lease_history.hpp"
#include "datapath/daemon/journal.hpp"

namespace lazaret::daemon {

/// What happened since the daemon began, for figures.
struct Tally {
  std::array<std::uint64_t, static_cast<std::size_t>(EventKind::names_uncounted) + 1> events{};
  std::array<std::uint64_t, kChannels> reasons{};
};

struct State {
  static constexpr Seed kSeed{0x6c61'7a61'7265'7464};
  /// `history`: who held what lately is kept, for reports about the past.
  State(const Policy&, const Limits&, bool history = false);

  Policy policy;
  Steering steering;
  Conductor conductor;
  std::optional<LeaseHistory> history;
  std::unique_ptr<Engine> engine;                ///< nothing once a worker has it
  std::uint64_t generation = 0;                  ///< of the snapshot, and of the log that goes on from it
  Timestamp last;                                ///< no stamp of before is later
  Timestamp boundary;                            ///< end of the open epoch
  std::vector<Event> open;                       ///< the engine's events that no step has counted
  std::map<AccountId, std::vector<Event>> told;  ///< of accounts that are not clear: the last of each kind and channel
  std::uint64_t torn_octets = 0, replayed = 0;
  bool policy_changed = false;  ///< while the daemon was away: states and evidence stay, rules are the new ones

  Tally tally;

  /// Whatever an account's desk needs to know again.
  void remember(const Event&);
  /// Snapshot and log of `directory`. Afterwards the state is what it was when the daemon ended, however it did.
  [[nodiscard]] std::optional<Problem> recover(const std::filesystem::path& directory);
  /// Decided before any packet came. It is kept by keep(), and by no log.
  void obey(const Command&);
  /// Becomes the next generation on disk; `engine_octets` is the engine's own snapshot. The log of the last one goes.
  [[nodiscard]] std::optional<Problem> keep(const std::filesystem::path& directory,
                                            const std::vector<std::uint8_t>& engine_octets);
  [[nodiscard]] std::filesystem::path log_file(const std::filesystem::path& directory) const;

 private:
  [[nodiscard]] const char* restore(std::string_view octets);
  void replay(const std::vector<Record>&);
  std::set<AccountId> proposed_;  ///< in the log that is being replayed, and not answered
};

}  // namespace lazaret::daemon
