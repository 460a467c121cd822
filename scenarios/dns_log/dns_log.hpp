// A DNS log, entry by entry, in whichever of the known formats it is.
// Ownership: owns the open file and its parser. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/dns_log/entry.hpp"
#include "scenarios/dns_log/log_file.hpp"
#include "scenarios/dns_log/parser.hpp"

namespace lazaret {

struct DnsLogOptions {
  std::optional<DnsLogFormat> format;  ///< else the one that reads most of the first lines
  int utc_offset_s = 0;                ///< of stamps without a zone
  int year = 0;                        ///< of stamps without a year; 0: by the file's own time
};

/// What became of a log's records (a line each; of dnstap-yaml a document each; of table a question and its code): every
/// one counts once, in `read` or in `skipped`.
struct DnsLogCounts {
  std::uint64_t records = 0, read = 0;
  std::map<std::string, std::uint64_t> skipped;  ///< by cause: scenarios/dns_log/parser.hpp
  struct Unreadable {
    std::uint64_t line = 0;
    std::string cause, text;
  };
  std::vector<Unreadable> unreadable;  ///< the first few
  std::string damage;                  ///< why reading ended before the end; empty if it did not
};

/// True for a pcap or pcapng file (uncompressed), which is no log and is replayed as a capture.
[[nodiscard]] bool is_capture(const std::filesystem::path&);

class DnsLog {
 public:
  /// A Problem also when no format is forced and none reads any of the first lines.
  [[nodiscard]] static std::variant<DnsLog, Problem> open(const std::filesystem::path&, const DnsLogOptions&);

  [[nodiscard]] bool next(DnsLogEntry&);
  [[nodiscard]] const DnsLogCounts& counts() const { return counts_; }
  [[nodiscard]] DnsLogFormat format() const { return format_; }
  [[nodiscard]] double share() const { return file_.share(); }  ///< of the file that has been read

 private:
  DnsLog(LogFile file, DnsLogFormat format, std::unique_ptr<DnsLogParser> parser)
      : file_(std::move(file)), format_(format), parser_(std::move(parser)) {}
  void count(std::string_view what, std::string_view line);

  LogFile file_;
  DnsLogFormat format_;
  std::unique_ptr<DnsLogParser> parser_;
  DnsLogCounts counts_;
  std::vector<DnsLogEntry> ready_;  ///< of the last line
  std::size_t taken_ = 0;           ///< of them
  bool ended_ = false;
};

}  // namespace lazaret
