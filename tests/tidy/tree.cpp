#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>

#include "tests/cli/process.hpp"

namespace lazaret::tidy {
namespace {

namespace fs = std::filesystem;

bool is_text(const fs::path& path) {
  static constexpr std::array<std::string_view, 16> kTextEndings = {
      ".hpp", ".cpp",  ".h",    ".inc",  ".txt", ".cmake", ".md",       ".bash",
      ".sh",  ".yaml", ".json", ".html", ".css", ".js",    ".mustache", ".sql"};
  const std::string ending = path.extension().string();
  return std::find(kTextEndings.begin(), kTextEndings.end(), ending) != kTextEndings.end() ||
         path.filename() == "lazaret";
}

bool is_left_out(const fs::path& directory) {
  const std::string name = directory.filename().string();
  return name == "build" || name == "runs" || (name.starts_with(".") && name != ".ci");
}

}  // namespace

std::string_view SourceFile::room() const {
  const auto slash = path.find('/');
  return slash == std::string::npos ? std::string_view{} : std::string_view(path).substr(0, slash);
}

SourceFile make_source(std::string path, std::string_view text) {
  SourceFile file{.path = std::move(path), .lines = {}, .ends_with_newline = text.empty() || text.ends_with('\n')};
  while (!text.empty()) {
    const auto end = text.find('\n');
    file.lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return file;
}

std::vector<SourceFile> read_tree(const fs::path& root) {
  std::vector<SourceFile> files;
  for (fs::recursive_directory_iterator entry(root), end; entry != end; ++entry) {
    if (entry->is_directory() && is_left_out(entry->path())) entry.disable_recursion_pending();
    if (!entry->is_regular_file() || !is_text(entry->path())) continue;
    files.push_back(make_source(fs::relative(entry->path(), root).generic_string(), read_file(entry->path())));
  }
  std::sort(files.begin(), files.end(), [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::vector<std::string> code_only(const SourceFile& file) {
  enum class In { code, block_comment, text, character } in = In::code;
  std::vector<std::string> lines = file.lines;
  for (std::string& line : lines) {
    // A preprocessor include keeps its quotes: they are what the rules look at.
    if (in == In::code && line.find("#include") != std::string::npos) continue;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool two = i + 1 < line.size();
      const char next = two ? line[i + 1] : '\0';
      switch (in) {
        case In::code:
          if (line[i] == '/' && next == '/') {
            line.erase(i);
          } else if (line[i] == '/' && next == '*') {
            in = In::block_comment;
            line[i++] = ' ';
            line[i] = ' ';
          } else if (line[i] == '"') {
            in = In::text;
          } else if (line[i] == '\'' && (i == 0 || !std::isxdigit(static_cast<unsigned char>(line[i - 1])))) {
            in = In::character;  // between digits it separates thousands
          }
          break;
        case In::block_comment:
          if (line[i] == '*' && next == '/') {
            in = In::code;
            line[i++] = ' ';
          }
          line[i] = ' ';
          break;
        case In::text:
        case In::character:
          if (line[i] == '\\' && two) {
            line[i++] = ' ';
            line[i] = ' ';
          } else if (line[i] == (in == In::text ? '"' : '\'')) {
            in = In::code;
          } else {
            line[i] = ' ';
          }
          break;
      }
    }
    if (in == In::text || in == In::character) in = In::code;  // neither goes on over the end of a line
  }
  return lines;
}

}  // namespace lazaret::tidy
