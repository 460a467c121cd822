// Plain replay: a journal, or anybody's capture, through an Ensemble, without any world around it.
// Ownership: values. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/ensemble.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

struct Replayed {
  std::vector<Verdict> verdicts;
  std::vector<Event> events;
  std::vector<Command> decided;  ///< the conductor's
  Counters counters;
};

/// Replays a run's journal in batches of `batch` packets (1..kBatchMax); the conductor's recorded commands are not fed in.
[[nodiscard]] std::variant<Replayed, Problem> replay_journal(const RunReader&, unsigned shards, std::size_t batch);

/// What became of a capture's records; every record counts in exactly one of `judged` and `skipped`.
struct CaptureReport {
  std::uint64_t records = 0, judged = 0;
  std::map<std::string, std::uint64_t> skipped;   ///< by cause: not_subscriber, link_type, truncated_file, empty_frame ...
  std::map<std::string, std::uint64_t> adjusted;  ///< by cause: time_backwards, time_jump
};

struct CaptureAccount {
  AccountId account;
  std::string address;                            ///< the first seen
  AccountStatus status;                           ///< at the end
  State worst = State::clear;                     ///< the furthest the ladder went
  std::vector<Event> events;
};

struct CaptureReplay {
  CaptureReport report;
  std::vector<CaptureAccount> accounts;
  Counters counters;
  Timestamp end;
};

/// A pcap or pcapng file. Each address within `subscribers` that sends or receives is an account of its own (an IPv6
/// subscriber: each /64). A source within is upstream; otherwise a destination within is downstream.
/// Time: a step back re-bases the clock so that it goes on from the last stamp; so does a step forward of more than a day.
/// Quarantines take effect as they would live, but nobody chooses at the portal, and the capture cannot react.
[[nodiscard]] std::variant<CaptureReplay, Problem> replay_capture(const std::filesystem::path& capture,
                                                                  const std::vector<Prefix>& subscribers, const Policy&);

}  // namespace lazaret
