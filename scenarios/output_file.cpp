#include "scenarios/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lazaret {
namespace {

constexpr std::size_t kBuffer = 1 << 20;

std::string remedy(int error) {
  switch (error) {
    case ENOSPC:
      return "; free space on that disk (or give another directory with --out) and run again";
    case EDQUOT:
      return "; the disk quota is used up: free space (or give another directory with --out) and run again";
    case EFBIG:
      return "; the limit on file sizes is reached (ulimit -f): raise it and run again";
    case EEXIST:
      return "; name a new directory with --out, or remove the old one";
    case EACCES:
    case EROFS:
    case EPERM:
      return "; name a directory that you may write with --out";
    default:
      return "";
  }
}

Problem problem_of(const std::filesystem::path& path, std::string_view doing, int error) {
  return {fmt::format("{}: {}: {}{}", path.string(), doing, std::strerror(error), remedy(error))};
}

std::optional<Problem> sync_directory(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return problem_of(directory, "cannot be opened", errno);
  // Some file systems cannot sync a directory; they say EINVAL.
  const bool failed = ::fsync(descriptor) != 0 && errno != EINVAL;
  const int error = errno;
  ::close(descriptor);
  if (failed) return problem_of(directory, "cannot be synced", error);
  return std::nullopt;
}

}  // namespace

OutputFile::OutputFile(std::filesystem::path path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor_ < 0)
    fail("cannot be made", errno);
  else
    buffer_.reserve(kBuffer);
}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  flush();
  ::close(descriptor_);
}

void OutputFile::fail(std::string_view doing, int error) {
  if (!problem_) problem_ = problem_of(path_, doing, error);
  buffer_.clear();
}

void OutputFile::write(const void* octets, std::size_t size) {
  if (problem_) return;
  buffer_.append(static_cast<const char*>(octets), size);
  if (buffer_.size() >= kBuffer) flush();
}

void OutputFile::flush() {
  for (std::size_t done = 0; done < buffer_.size() && !problem_;) {
    const ssize_t n = ::write(descriptor_, buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail("cannot be written", errno);
    // A write of nothing would loop for ever; it is what a full device may answer.
    if (n == 0) return fail("cannot be written", ENOSPC);
    done += static_cast<std::size_t>(n);
  }
  buffer_.clear();
}

void OutputFile::close() {
  if (descriptor_ < 0) return;
  flush();
  if (!problem_ && ::fsync(descriptor_) != 0) fail("cannot be synced", errno);
  if (::close(descriptor_) != 0) fail("cannot be closed", errno);
  descriptor_ = -1;
}

std::optional<Problem> replace_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::path temporary = path;
  temporary += ".new";
  ::unlink(temporary.c_str());  // what an earlier, interrupted attempt left
  OutputFile file(temporary);
  file.write(text);
  file.close();
  if (file.problem()) {
    ::unlink(temporary.c_str());
    return file.problem();
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return problem_of(path, "cannot be replaced", errno);
  return sync_directory(path.parent_path());
}

}  // namespace lazaret
