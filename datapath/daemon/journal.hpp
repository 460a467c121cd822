// The log on disk: what the daemon decided, in order, one line a record; written before it takes force. A record is
// eight hex digits of CRC-32, a letter and the text: `c` a command of the world, `e` an event that the conductor or the
// portal's desk counts, `b` the end of an epoch. The conductor's own commands are not kept: they follow from these.
//
// A last line that is cut short or does not match its sum is what a crash leaves: it is cut off and counted, for nobody
// was told of it. Such a line before sound ones is damage, and the log is refused.
// Ownership: owns its file. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/command.hpp"
#include "core/event.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::daemon {

struct EpochEnd {
  Timestamp boundary;
};
using Record = std::variant<Command, Event, EpochEnd>;

struct Recorded {
  std::vector<Record> records;
  std::uint64_t torn_octets = 0;  ///< cut off its end
};
/// All that the log holds; one that is not there is empty. Cuts a torn end off the file.
[[nodiscard]] std::variant<Recorded, Problem> read_journal(const std::filesystem::path&);

[[nodiscard]] std::uint32_t crc_of(std::string_view octets);

class Journal {
 public:
  /// Goes on at the end of the file, which it makes if need be.
  explicit Journal(const std::filesystem::path&);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  void add(const Record&);
  /// What was added is on stable storage. After a failure nothing is written any more: the end of the file is not known.
  [[nodiscard]] bool sync();
  /// What was added is the kernel's: it outlives the process, not the machine.
  bool write_out();
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }
  [[nodiscard]] std::uint64_t octets() const { return octets_; }

 private:
  void fail(std::string_view doing);

  std::filesystem::path path_;
  int file_ = -1;
  std::string waiting_;
  std::uint64_t octets_ = 0;
  std::optional<Problem> problem_;
};

}  // namespace lazaret::daemon
