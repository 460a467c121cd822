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
  std::uint32_t bindings = 4096;  ///< addresses and prefixes bound at one time
  std::uint32_t events = 16384;   ///< events one call can return; more are dropped and counted
};

/// Outstanding first contacts one account can have; further ones go unobserved and are counted.
constexpr unsigned kContactsPerAccount = 16;
/// Outstanding direct mail sessions one account can have; further ones go unobserved and are counted.
constexpr unsigned kMailSessionsPerAccount = 8;

/// Keys the core's hashes, so that nobody outside can aim at collisions; part of the journal.
struct Seed {
  std::uint64_t value = 0;
};

}  // namespace lazaret
