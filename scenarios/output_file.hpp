// One file being written: buffered, every write checked, the first error kept with its remedy.
// Ownership: owns its descriptor. Threads: one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/run_directory.hpp"

namespace lazaret {

class OutputFile {
 public:
  /// Makes the file; one that is there already is an error.
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// After an error nothing more is written.
  void write(const void* octets, std::size_t size);
  void write(std::string_view text) { write(text.data(), text.size()); }
  /// Writes out, syncs to the disk and closes.
  void close();
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

 private:
  void flush();
  void fail(std::string_view doing, int error);

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::string buffer_;
  std::optional<Problem> problem_;
};

/// Writes a whole file so that a reader sees the old text or the new one, never a part: temporary file, sync, rename,
/// sync.
[[nodiscard]] std::optional<Problem> replace_file(const std::filesystem::path&, std::string_view text);

}  // namespace lazaret
