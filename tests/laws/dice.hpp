// Chance for the laws: the same throws from the same seed on every machine (the standard's distributions are not).
// Ownership: a value. Threads: one at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <span>
#include <string>

namespace lazaret::laws {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr unsigned kSlower = 10;  ///< a sanitizer's build plays a tenth of what is large
#else
constexpr unsigned kSlower = 1;
#endif

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t any() { return engine_(); }
  /// 0..n-1. REQUIRES n >= 1.
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  /// REQUIRES low <= high.
  std::int64_t range(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool chance(unsigned percent) { return below(100) < percent; }
  std::uint32_t word() { return static_cast<std::uint32_t>(engine_()); }
  std::uint16_t port() { return static_cast<std::uint16_t>(1024 + below(64000)); }
  /// Random, and often enough about to wrap around.
  std::uint32_t sequence_number() { return chance(15) ? 0xffff'ffffU - static_cast<std::uint32_t>(below(40)) : word(); }
  template <class Container>
  const auto& pick(const Container& from) {
    return from[below(std::size(from))];
  }

 private:
  std::mt19937_64 engine_;
};

/// How many seeds a law is tried on: `usual`, times LAZARET_LAW_SEEDS (a whole number) where that is set; without it, a
/// sanitizer's build tries fewer, `least` of them: it looks for what is wrong on the way, the release build for wrong ends.
inline unsigned seeds(unsigned usual, unsigned least = 1) {
  const char* more = std::getenv("LAZARET_LAW_SEEDS");
  if (more == nullptr) return std::max(least, (usual + kSlower - 1) / kSlower);
  const unsigned long factor = std::strtoul(more, nullptr, 10);
  return usual * static_cast<unsigned>(factor == 0 ? 1 : factor);
}

}  // namespace lazaret::laws
