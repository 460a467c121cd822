// The audit trail: who asked for what, when and why, and what came of it. A file of JSON lines that is only ever appended
// to. The question is on stable storage before it goes to the daemon, the outcome after; a question without an outcome is
// shown as one whose outcome is not known.
// Ownership: values; the file is opened for each entry, so that it may be moved away at any time. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lazaret::console {

struct AuditEntry {
  std::uint64_t number = 0;
  std::int64_t at_s = 0;
  std::string who, role, what;
  std::string account;  ///< empty: of no account
  std::string choice;   ///< the reason of a release, the class of a classification
  std::string why;
  std::string outcome;  ///< empty: not known
};

class Audit {
 public:
  static constexpr std::size_t kMost = 200;
  explicit Audit(std::filesystem::path file) : file_(std::move(file)) {}

  /// Its number goes into the entry. False: it could not be kept, and nothing may be done.
  [[nodiscard]] bool begin(AuditEntry&);
  [[nodiscard]] bool finish(const AuditEntry&, const std::string& outcome);
  /// The newest first, at most kMost. Lines that make no sense (a crash tore one) are left out.
  [[nodiscard]] std::vector<AuditEntry> latest() const;
  /// Whether the file can be written; says why not.
  [[nodiscard]] std::optional<std::string> problem() const;

 private:
  [[nodiscard]] bool append(const std::string& line);
  std::filesystem::path file_;
};

}  // namespace lazaret::console
