// What tests of programs need: run one to its end and keep what it said; read a file. Ownership: values. Threads: any.
#pragma once

#include <filesystem>
#include <string>

namespace lazaret {

struct Finished {
  int exit_code = -1;  ///< 128 + N when signal N ended it
  std::string out, err;
};

/// `command` as a shell reads it, with nothing on its standard input.
[[nodiscard]] Finished run_command(const std::string& command);

/// One argument for a shell.
[[nodiscard]] std::string shell_quoted(const std::string&);

/// All octets of a file; nothing when it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path&);

}  // namespace lazaret
