#include "cli/sweep_jobs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "scenarios/input_file.hpp"

namespace lazaret {
namespace {

constexpr int kCannotStart = 127;

/// In the child. Only what is safe between fork and exec.
[[noreturn]] void become(char* const* words, int out, int log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kCannotStart);  // it died before that
  // A terminal's interrupt reaches the whole group; the parent answers it for all.
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(words[0], words);
  _exit(kCannotStart);
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

std::optional<Problem> SweepJobs::start(std::size_t number, const std::vector<std::string>& words,
                                        const std::filesystem::path& log) {
  std::vector<std::string> copy = words;
  std::vector<char*> passed;
  for (std::string& word : copy) passed.push_back(word.data());
  passed.push_back(nullptr);
  const Job job{number, log.string() + ".out", log};
  const int out = open(job.out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const int err = open(job.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const pid_t parent = getpid();
  const pid_t child = out < 0 || err < 0 ? -1 : fork();
  if (child == 0) become(passed.data(), out, err, parent);
  const int why = errno;
  if (out >= 0) close(out);
  if (err >= 0) close(err);
  if (child < 0) return Problem{fmt::format("{}: cannot be started: {}", words[0], std::strerror(why))};
  running_.emplace(child, job);
  return std::nullopt;
}

std::optional<FinishedJob> SweepJobs::wait() {
  if (running_.empty()) return std::nullopt;
  int status = 0;
  const pid_t child = waitpid(-1, &status, 0);
  const auto found = running_.find(child);
  if (found == running_.end()) return std::nullopt;
  const Job job = found->second;
  running_.erase(found);
  FinishedJob done{job.number, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                   read_whole(job.out).value_or(""), last_line(read_whole(job.log).value_or(""))};
  std::error_code ignored;
  std::filesystem::remove(job.out, ignored);
  if (done.exit_code == 0) std::filesystem::remove(job.log, ignored);
  if (done.exit_code == kCannotStart && done.last_words.empty())
    done.last_words = "the program could not be started; ./lazaret sweep builds it";
  return done;
}

void SweepJobs::stop() {
  for (const auto& [child, job] : running_) kill(child, SIGTERM);
  while (!running_.empty()) {
    const pid_t child = waitpid(-1, nullptr, 0);
    if (child < 0 && errno != EINTR) break;
    running_.erase(child);
  }
}

}  // namespace lazaret
