// The processor's own count of cache misses of this thread, in user mode; many machines (virtual ones above all) do not lend it.
// Ownership: owns the kernel's counter. Threads: the one that made it.
#pragma once

#include <cstdint>
#include <string>

namespace lazaret::bench {

class CacheMisses {
 public:
  CacheMisses();
  ~CacheMisses();
  CacheMisses(const CacheMisses&) = delete;
  CacheMisses& operator=(const CacheMisses&) = delete;

  /// Empty: they can be counted. Otherwise why not.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }
  /// So far; 0 where they cannot be counted.
  [[nodiscard]] std::uint64_t read() const;

 private:
  int counter_ = -1;
  std::string why_not_;
};

}  // namespace lazaret::bench
