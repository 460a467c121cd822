#include "tests/cli/process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lazaret {

Finished run_command(const std::string& command) {
  std::string errors = std::filesystem::temp_directory_path() / "lazaret-test-XXXXXX";
  const int file = mkstemp(errors.data());
  if (file < 0) return {};
  Finished finished;
  FILE* pipe = popen(("exec </dev/null 2>" + shell_quoted(errors) + "; " + command).c_str(), "r");
  if (pipe != nullptr) {
    char block[4096];
    for (std::size_t n = 0; (n = fread(block, 1, sizeof block, pipe)) > 0;) finished.out.append(block, n);
    const int status = pclose(pipe);
    finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  finished.err = read_file(errors);
  std::filesystem::remove(errors);
  close(file);
  return finished;
}

std::string shell_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

}  // namespace lazaret
