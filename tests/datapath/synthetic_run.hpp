// A run that no simulator made: a random but seeded little ISP of clean lines, scanners and spam bots, dual-stack
// accounts, leases and lines that move, names that fail for many, choices at the portal, the kill switch, judged by an
// Ensemble and recorded as a complete run directory. Stamps are whole milliseconds, so that many packets share one.
// Ownership: values. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>

namespace lazaret {

struct SyntheticRun {
  std::uint64_t seed = 1;
  unsigned accounts = 24;
  unsigned duration_s = 120;
  unsigned packets = 8000;
  std::int64_t fuse_max_quarantines = 6;  ///< low enough to blow
};

/// What the run holds, so that a test can see that it tests something.
struct SyntheticSummary {
  std::uint64_t packets = 0, events = 0, quarantined = 0, held = 0, commands_decided = 0, rejected = 0, gardened = 0;
  std::uint64_t stopped = 0, node_joined = 0, popular = 0;
};

/// Throws, and so fails the test, when the directory cannot be written.
SyntheticSummary write_synthetic_run(const std::filesystem::path& directory, const SyntheticRun&);

}  // namespace lazaret
