#include "cli/bench/cache_misses.hpp"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lazaret::bench {

CacheMisses::CacheMisses() {
  perf_event_attr wanted{};
  wanted.type = PERF_TYPE_HARDWARE;
  wanted.size = sizeof wanted;
  wanted.config = PERF_COUNT_HW_CACHE_MISSES;
  wanted.exclude_kernel = 1;
  wanted.exclude_hv = 1;
  counter_ = static_cast<int>(syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
  if (counter_ >= 0) return;
  const int error = errno;
  why_not_ = error == EACCES || error == EPERM ? "not allowed (kernel.perf_event_paranoid)"
             : error == ENOENT || error == ENODEV || error == EOPNOTSUPP
                 ? "this machine has no such counter (a virtual machine?)"
                 : std::strerror(error);
}

CacheMisses::~CacheMisses() {
  if (counter_ >= 0) close(counter_);
}

std::uint64_t CacheMisses::read() const {
  std::uint64_t count = 0;
  if (counter_ < 0 || ::read(counter_, &count, sizeof count) != static_cast<ssize_t>(sizeof count)) return 0;
  return count;
}

}  // namespace lazaret::bench
