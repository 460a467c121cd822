// Capacities, fixed when an engine is made: the core allocates in its constructors and never again.
// Ownership: values. Threads: none.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lazaret {

/// Packets in one batch; commands in one batch.
constexpr std::size_t kBatchMax = 64;

struct Limits {
  std::uint32_t accounts = 1024;  ///< accounts one engine can hold
  std::uint32_t bindings = 4096;  ///< IPv4 addresses bound at one time, and IPv6 prefixes of up to 64 bits likewise
  std::uint32_t other_prefixes = 256;    ///< all other prefixes bound at one time
  std::uint32_t events = 16384;          ///< events one call can return; more are dropped and counted
  std::uint32_t counted_names = 65536;   ///< failing names that the conductor counts in one memory window; at least 1
  std::uint32_t names_per_account = 32;  ///< of those, for how many one account counts
};

// What one account can have; what goes beyond is counted, and concerns nobody else. docs/semantics.md says how.
constexpr unsigned kContactsPerAccount = 5;   ///< outstanding SYNs
constexpr unsigned kSessionsPerAccount = 2;   ///< mail and login sessions followed at one time
constexpr unsigned kQuestionsPerAccount = 4;  ///< outstanding DNS questions
constexpr unsigned kStandingsPerAccount = 6;  ///< channels that hold evidence at one time
constexpr unsigned kHostsPerAccount = 8;      ///< hosts remembered exactly
constexpr unsigned kLearnedPerAccount = 3;    ///< remediation addresses learned from DNS answers
constexpr unsigned kMemoryBits = 384;         ///< of each of the two bitmaps of what an account did lately
/// Names that too many accounts fail to find, in an engine.
constexpr std::size_t kPopularNames = 1024;

/// Keys the core's hashes, so that nobody outside can aim at collisions; part of the journal.
struct Seed {
  std::uint64_t value = 0;
};

}  // namespace lazaret
