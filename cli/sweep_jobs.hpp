// Programs side by side: started up to a number at a time, waited for one by one. They die with this process, however it
// ends, so that none goes on writing when the next begins.
// Ownership: its processes. Threads: one.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/run_directory.hpp"

namespace lazaret {

struct FinishedJob {
  std::size_t number = 0;
  int exit_code = -1;      ///< 128 + N when signal N ended it
  std::string out;         ///< all it wrote to standard output
  std::string last_words;  ///< the last line that it wrote to standard error
};

class SweepJobs {
 public:
  explicit SweepJobs(unsigned most) : most_(most) {}
  ~SweepJobs() { stop(); }
  SweepJobs(const SweepJobs&) = delete;
  SweepJobs& operator=(const SweepJobs&) = delete;

  [[nodiscard]] std::size_t busy() const { return running_.size(); }
  [[nodiscard]] bool has_room() const { return running_.size() < most_; }
  /// `words` are a program's path and arguments; `log` takes its standard error and goes with it, unless it fails.
  [[nodiscard]] std::optional<Problem> start(std::size_t number, const std::vector<std::string>& words,
                                             const std::filesystem::path& log);
  /// The next that ends; nothing when none runs, or a signal came.
  [[nodiscard]] std::optional<FinishedJob> wait();
  /// Ends all that run.
  void stop();

 private:
  struct Job {
    std::size_t number = 0;
    std::filesystem::path out, log;
  };
  const unsigned most_;
  std::map<pid_t, Job> running_;
};

}  // namespace lazaret
