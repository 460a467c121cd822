// The command line of a verb: what it takes, its help, and the exit codes that scripts rely on. It hides CLI11, whose
// headers cost more time to compile than all else in a verb: arguments.cpp alone includes them.
// Ownership: values of options are the caller's and outlive run(). Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace lazaret {

inline constexpr int kDone = 0;          ///< and what was asked holds
inline constexpr int kAnswerIsNo = 1;    ///< done too
inline constexpr int kBadInput = 2;      ///< or bad usage
inline constexpr int kFailedInside = 3;  ///< a bug, or the machine
inline constexpr int kInterrupted = 130;

/// Where the value of an option goes; it stays as it is when the option is not given. A vector takes several.
using ValuePlace = std::variant<std::string*, std::filesystem::path*, int*, unsigned*, double*,
                                std::optional<std::uint64_t>*, std::vector<std::string>*, std::vector<unsigned>*>;

/// A declared option, and what else is true of it.
class Argument {
 public:
  explicit Argument(CLI::Option* option) : option_(option) {}

  Argument required() const;
  Argument one_of(const std::vector<std::string>& words) const;
  Argument within(int low, int high) const;
  Argument within(unsigned low, unsigned high) const;
  Argument within(double low, double high) const;
  Argument separated_by_commas() const;
  /// One value each time that it is named. `dots`: the help says so by three dots.
  Argument repeatable(bool dots) const;
  Argument with_default_in_help() const;
  Argument needs(Argument other) const;
  Argument excludes(Argument other) const;

  /// Within run() only.
  [[nodiscard]] bool given() const;

 private:
  CLI::Option* option_;
};

class Arguments {
 public:
  /// `name` is "lazaret VERB"; `footer` has examples and exit codes.
  Arguments(const std::string& name, const std::string& does, const std::string& footer);

  /// Names begin with dashes; without them it is a positional.
  Argument option(const std::string& name, ValuePlace value, const std::string& help);
  void flag(const std::string& name, bool* value, const std::string& help);
  /// A word that comes first and has arguments of its own. Where there are such words, one of them must be given.
  Arguments word(const std::string& name, const std::string& does);

  /// Reads the command line, then does `work`, which answers with the exit code. After --help, bad usage and an
  /// exception from `work`, what there is to say has been said.
  [[nodiscard]] int run(int count, char** values, const std::function<int()>& work);

  /// Within run() only: was this word given?
  [[nodiscard]] bool given() const;
  /// Says that `what` is missing, where required() cannot know; gives the exit code.
  [[nodiscard]] int missing(const std::string& what) const;

 private:
  explicit Arguments(std::shared_ptr<CLI::App> app) : app_(std::move(app)) {}

  std::shared_ptr<CLI::App> app_;
};

}  // namespace lazaret
