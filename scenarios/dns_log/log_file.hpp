// A log's lines, one by one, from a plain or a gzip file (zlib inside); a long file is never held whole.
// Ownership: owns the open file and one block of it. A line lives until the next call. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "scenarios/run_directory.hpp"

namespace lazaret {

class LogFile {
 public:
  /// Lines longer than this are cut.
  static constexpr std::size_t kLineMax = 65536;

  [[nodiscard]] static std::variant<LogFile, Problem> open(const std::filesystem::path&);
  LogFile(LogFile&&) noexcept;
  LogFile& operator=(LogFile&&) noexcept;
  ~LogFile();

  /// False at the end. The line comes without its end; `whole` is false where it was cut.
  [[nodiscard]] bool next(std::string_view& line, bool& whole);
  [[nodiscard]] std::uint64_t line_number() const;  ///< of the last line, from 1
  /// The first octets of the (decompressed) file, as many as one block holds; before the first next().
  [[nodiscard]] std::string_view beginning();
  [[nodiscard]] double share() const;  ///< of the file that has been read, 0 to 1
  [[nodiscard]] const std::string& damage() const;
  [[nodiscard]] std::int64_t written_s() const;  ///< when the file was last changed, Unix time

 private:
  struct Handle;
  explicit LogFile(std::unique_ptr<Handle>);
  std::unique_ptr<Handle> handle_;
};

}  // namespace lazaret
