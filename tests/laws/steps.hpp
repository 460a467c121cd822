// How many random steps a law was tried on. `./lazaret test --long` promises a million for each law.
// Ownership: values. Threads: one at a time.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/laws/streams.hpp"

namespace lazaret::laws {

/// What tests/everything.bash sets LAZARET_LAW_SEEDS to for --long.
constexpr unsigned kLongFactor = 5;
constexpr std::uint64_t kLongSteps = 1'000'000;

/// Counts a stream's steps (packets and commands) once, however often the law plays it; prints their number when it goes,
/// and fails the test where that many a seed would not make a million with --long.
class Steps {
 public:
  explicit Steps(const char* law) : law_(law) {}
  ~Steps() {
    if (count_ > 0) std::printf("law %s: %llu random steps\n", law_, static_cast<unsigned long long>(count_));
    testing::Test::RecordProperty("steps", std::to_string(count_));
    if (testing::Test::HasFailure()) return;
    // Of few seeds nothing can be said.
    const bool few = kSlower > 1 && std::getenv("LAZARET_LAW_SEEDS") == nullptr;
    if (!few) {
      EXPECT_GE(count_ * kLongFactor, kLongSteps * seeds(1)) << law_;
    }
  }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  /// Hands the stream on.
  const Stream& operator()(const Stream& s) {
    count_ += s.packets.size() + s.commands.size();
    return s;
  }

 private:
  const char* law_;
  std::uint64_t count_ = 0;
};

}  // namespace lazaret::laws
