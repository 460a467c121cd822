// An exchange through the core as on its own access line: every frame gets the line's VLAN tags, and which way it goes
// is told by the hardware address of the home, so that packets in others' names are seen for what they are.
// Ownership: values. Threads: any.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/command.hpp"
#include "core/engine.hpp"
#include "tests/real/exchanges.hpp"

namespace lazaret::real {

constexpr AccountId kHome{1};

/// What became of the exchange's account.
struct Watched {
  State worst = State::clear;  ///< by how much it restricts
  AccountStatus status;        ///< at the end
  /// The most adverse observations of each channel at any time: quarantine and release may empty the standings.
  std::array<std::uint32_t, kChannels> adverse{};
  std::vector<Event> events;
  Counters counters;
  std::string story;  ///< for a failing test's message
};

/// `feed`: loaded before the first frame; `later`: commands for after the last one, stamped with its time here.
[[nodiscard]] Watched watch(const Sidecar&, std::span<const Frame>, const Policy&, std::span<const FeedEntry> feed = {},
                            std::span<const Command> later = {});

/// The seed of watch()'s engine, which hashes of a feed's names need.
constexpr Seed kWatchSeed{0};

}  // namespace lazaret::real
