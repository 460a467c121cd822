// The source tree as text, for the tidy rules. Ownership: values. Threads: any.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lazaret::tidy {

struct SourceFile {
  std::string path;                ///< from the repository root: "core/engine.hpp"
  std::vector<std::string> lines;  ///< without the newlines
  bool ends_with_newline = true;

  [[nodiscard]] bool is_header() const { return path.ends_with(".hpp") || path.ends_with(".h"); }
  [[nodiscard]] bool is_cpp() const { return is_header() || path.ends_with(".cpp") || path.ends_with(".inc"); }
  [[nodiscard]] bool is_cmake() const { return path.ends_with("CMakeLists.txt") || path.ends_with(".cmake"); }
  [[nodiscard]] std::string_view room() const;  ///< the first directory; empty at the top
};

[[nodiscard]] SourceFile make_source(std::string path, std::string_view text);
/// Every text file of the project; not builds, runs, hidden directories or pictures.
[[nodiscard]] std::vector<SourceFile> read_tree(const std::filesystem::path& root);
/// The lines with comments, strings and character literals blanked, so that only code is matched.
[[nodiscard]] std::vector<std::string> code_only(const SourceFile&);

}  // namespace lazaret::tidy
