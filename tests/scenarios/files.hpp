// Files that a test makes and that go with it.
// Ownership: removes what it made. Threads: one.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "scenarios/input_file.hpp"

namespace lazaret {

/// A new directory, removed at the end.
struct ScratchDirectory {
  std::filesystem::path path;
  ScratchDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "lazaret_test_XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
};

inline void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string file_text(const std::filesystem::path& path) { return read_whole(path).value_or(""); }

struct TextFile {
  ScratchDirectory directory;
  std::filesystem::path path;
  TextFile(std::string_view name, std::string_view text) : path(directory.path / name) { write_file(path, text); }
};

}  // namespace lazaret
