// Plain replay: a journal, or anybody's capture, through an Ensemble, without any world around it.
// Ownership: values. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
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

/// Replays a run's journal in batches of `batch` packets (1..kBatchMax); the conductor's recorded commands are not fed
/// in.
[[nodiscard]] std::variant<Replayed, Problem> replay_journal(const RunReader&, unsigned shards, std::size_t batch);

/// What became of a capture's records; every record counts in exactly one of `judged` and `skipped`.
struct CaptureReport {
  std::uint64_t records = 0, judged = 0;
  /// By cause: not_subscriber (neither address is one), not_ip, malformed (claims IP, its addresses cannot be read),
  /// link_type, empty_frame, too_many_subscribers, truncated_file (the record that the file ends in), damaged_file.
  std::map<std::string, std::uint64_t> skipped;
  std::map<std::string, std::uint64_t> adjusted;  ///< judged records whose time was changed: time_backwards, time_jump
  /// Judged records whose both ends are subscribers: they count as sent, so nobody sees an answer to them.
  std::uint64_t between_subscribers = 0;
  std::string link_type;  ///< of the capture, by libpcap's name: "EN10MB"
  std::string damage;     ///< why reading ended before the end; empty if it did not
};

struct CaptureAccount {
  AccountId account;
  std::string address;         ///< the first seen
  AccountStatus status;        ///< at the end
  State worst = State::clear;  ///< the furthest the ladder went
  std::vector<Event> events;
};

struct CaptureReplay {
  CaptureReport report;
  std::vector<CaptureAccount> accounts;  ///< in the order in which they were first seen
  std::vector<Event> general;            ///< of no account: the fuse
  Counters counters;
  Timestamp end;
};

/// A pcap or pcapng file, compressed ones excepted. Each address within `subscribers` that sends or receives is an
/// account of its own (of an IPv6 subscriber: each /64, or as `ipv6_bits` says). A source within is upstream; otherwise a destination within is
/// downstream. Time: a step back re-bases the clock so that it goes on from the last stamp; so does a step forward of
/// more than a day. Ethernet is judged as it is; raw IP, Linux cooked (SLL, SLL2) and loopback captures get an Ethernet
/// header made up. Quarantines take effect as they would live, but nobody chooses at the portal, and the capture cannot
/// react. `feed` is built under Seed{0}.
[[nodiscard]] std::variant<CaptureReplay, Problem> replay_capture(const std::filesystem::path& capture,
                                                                  const std::vector<Prefix>& subscribers, const Policy&,
                                                                  std::uint8_t ipv6_bits = 64,
                                                                  const std::shared_ptr<const Feed>& feed = {});

}  // namespace lazaret
