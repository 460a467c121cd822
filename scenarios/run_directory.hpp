// The run directory: one documented, versioned format for all that a run leaves behind (docs/run_directory.md).
//
//   manifest.json     format version, status (running | complete), scenario name, seed, shards, policy digest,
//   versions,
//                     counters, sha256 and size of every other file
//   scenario.yaml     the resolved scenario
//   journal.pcapng    the wire: Ethernet, nanoseconds, interface 0 access (upstream), 1 core (downstream), 2 garden,
//                     frames cut to judged_octets()
//   commands.jsonl    every command, the conductor's included, in order
//   events.jsonl      every event in canonical order, one JSON object a line
//   verdicts.bin      one 8-octet Verdict per journal packet
//   truth.sqlite      what only analysis may see (scenarios/truth.hpp)
//
// A run that was interrupted, or met a full disk, keeps status "running" and is refused by readers.
// Ownership: writer and reader own their files. Threads: one each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/command.hpp"
#include "core/counters.hpp"
#include "core/event.hpp"
#include "core/limits.hpp"
#include "core/packet/view.hpp"
#include "core/verdict.hpp"
#include "scenarios/scenario.hpp"

namespace lazaret {

struct Problem {
  std::string message;  ///< names the file, what is wrong and the remedy
};

struct Manifest {
  static constexpr int kFormat = 2;
  int format = kFormat;
  bool complete = false;
  std::string scenario;  ///< name
  std::string world;     ///< "ns-3 3.37 stack", "replay", ...
  std::uint64_t seed = 0;
  unsigned shards = 1;
  Limits limits;  ///< of each engine
  std::string policy_sha256;
  std::map<std::string, std::string> versions;  ///< lazaret, ns-3, compiler, ...
  Timestamp end;                                ///< the stamp handed to Ensemble::finish
  Counters counters;
  std::map<std::string, double> metrics;  ///< wall_s, simulated_s, packets, ...; not part of any comparison
  struct File {
    std::string sha256;
    std::uint64_t octets = 0;
  };
  std::map<std::string, File> files;  ///< by name, filled in by RunWriter::finish

  /// For each of `engines` that replay the run: they may be fewer than wrote it, and a limit must not make the difference.
  [[nodiscard]] Limits limits_for(unsigned engines) const;
};

class RunWriter {
 public:
  /// Makes the directory (its parents too) and writes a manifest with status "running". Refuses a directory that holds
  /// a run.
  [[nodiscard]] static std::variant<RunWriter, Problem> create(const std::filesystem::path& directory, const Scenario&,
                                                               const Manifest&);
  RunWriter(RunWriter&&) noexcept;
  ~RunWriter();

  void packet(const PacketView&, const Verdict&);
  void command(const Command&);
  void event(const Event&);
  /// Tells of each event besides writing it down.
  void tell(std::function<void(const Event&)>);
  /// The first write error, if any: check now and then; finish() reports it too.
  [[nodiscard]] const Problem* failed() const;
  /// Closes, syncs and hashes the files (truth.sqlite must be closed by then), and writes the manifest as complete.
  [[nodiscard]] std::variant<Manifest, Problem> finish(Timestamp end, const Counters&,
                                                       const std::map<std::string, double>& metrics);
  [[nodiscard]] const std::filesystem::path& directory() const;

 private:
  struct Files;
  explicit RunWriter(std::unique_ptr<Files>);
  std::unique_ptr<Files> files_;
};

/// The journal as a stream: packets and world commands, merged in the seam's order. Maps the file; views live until
/// close.
class JournalReader {
 public:
  [[nodiscard]] static std::variant<JournalReader, Problem> open(const std::filesystem::path& run_directory);
  JournalReader(JournalReader&&) noexcept;
  ~JournalReader();

  /// Up to `max` packets in order; empty at the end. A damaged block ends the stream; `damage()` says where and why.
  [[nodiscard]] std::span<const PacketView> packets(std::size_t max);
  [[nodiscard]] const Problem* damage() const;
  [[nodiscard]] const std::vector<Command>& commands() const;  ///< all recorded commands, the conductor's too, in order

 private:
  struct Mapped;
  explicit JournalReader(std::unique_ptr<Mapped>);
  std::unique_ptr<Mapped> mapped_;
};

struct RunReader {
  std::filesystem::path directory;
  Manifest manifest;
  Scenario scenario;
  /// Refuses incomplete runs, unknown format versions and missing files, each with the reason and a remedy.
  [[nodiscard]] static std::variant<RunReader, Problem> open(const std::filesystem::path& directory);
  [[nodiscard]] std::variant<std::vector<Event>, Problem> events() const;
  /// The same, one after the other, for whoever need not have them all in memory.
  [[nodiscard]] std::optional<Problem> each_event(const std::function<void(const Event&)>&) const;
  [[nodiscard]] std::variant<std::vector<Verdict>, Problem> verdicts() const;
  /// Files whose present sha256 is not the manifest's.
  [[nodiscard]] std::vector<std::string> altered_files() const;
};

/// One line each, without the newline; the exact text of the run directory.
[[nodiscard]] std::string to_json(const Event&);
[[nodiscard]] std::string to_json(const Command&);

/// SHA-256 in hex of a file's octets, or of a text.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path&);
[[nodiscard]] std::string sha256_of(std::string_view);

/// "192.0.2.7", "2001:db8::/56": as text, and back (nothing when it cannot be read). A v4 prefix length is given as
/// 0..32.
[[nodiscard]] std::string to_text(IpAddress);
[[nodiscard]] std::string to_text(const Prefix&);
[[nodiscard]] std::optional<Prefix> parse_prefix(std::string_view);

}  // namespace lazaret
