#include "cli/bench/measure.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace lazaret::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Bursts between two looks at the clocks, which cost less than a thousandth of them.
constexpr unsigned kSlice = 128;
/// A slice is disturbed when the thread was away for more than this share of it.
constexpr double kDisturbed = 0.05;
/// How many times longer than asked for a chunk may take for want of undisturbed slices.
constexpr double kPatience = 10;

/// What this thread had of a processor.
double thread_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

Chunk run(const Bursts& take, double ms, const CacheMisses& misses) {
  const std::uint64_t missed = misses.read();
  double kept_ns = 0, all_ns = 0;
  std::uint64_t kept_packets = 0, all_packets = 0;
  while (kept_ns < ms * 1e6 && all_ns < kPatience * ms * 1e6) {
    const Clock::time_point began = Clock::now();
    const double ran = thread_ns();
    take(kSlice);
    const double had_ns = thread_ns() - ran;
    const double ns = std::chrono::duration<double, std::nano>(Clock::now() - began).count();
    all_ns += ns;
    all_packets += std::uint64_t{kSlice} * kBurst;
    if (ns - had_ns > kDisturbed * ns) continue;
    kept_ns += ns;
    kept_packets += std::uint64_t{kSlice} * kBurst;
  }
  const auto packets = static_cast<double>(all_packets);
  return {.ns = kept_packets > 0 ? kept_ns / static_cast<double>(kept_packets) : all_ns / packets,
          .cache_misses = static_cast<double>(misses.read() - missed) / packets,
          .disturbed = 1 - kept_ns / all_ns};
}

Chunk mean(const Chunk& a, const Chunk& b) {
  return {(a.ns + b.ns) / 2, (a.cache_misses + b.cache_misses) / 2, (a.disturbed + b.disturbed) / 2};
}

template <typename Pick>
double median(std::span<const Turn> turns, Pick pick) {
  std::vector<double> values;
  for (const Turn& turn : turns) values.push_back(pick(turn));
  return median_of(std::move(values));
}

double ratio_of(const Turn& turn) { return turn.engine.ns / turn.floor.ns; }

Chunk medians(std::span<const Turn> turns, Chunk Turn::*whose) {
  return {median(turns, [=](const Turn& t) { return (t.*whose).ns; }),
          median(turns, [=](const Turn& t) { return (t.*whose).cache_misses; }),
          median(turns, [=](const Turn& t) { return (t.*whose).disturbed; })};
}

}  // namespace

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Figures summarize(std::span<const Turn> turns) {
  const auto by_ratio = [](const Turn& a, const Turn& b) { return ratio_of(a) < ratio_of(b); };
  const auto [low, high] = std::minmax_element(turns.begin(), turns.end(), by_ratio);
  return {.engine = medians(turns, &Turn::engine),
          .floor = medians(turns, &Turn::floor),
          .ratio = median(turns, ratio_of),
          .ratio_low = ratio_of(*low),
          .ratio_high = ratio_of(*high)};
}

Chunk measure(const Bursts& take, double ms, const CacheMisses& misses) {
  static_cast<void>(run(take, ms / 8, misses));
  return run(take, ms, misses);
}

Figures compare(Subject& subject, Floor& floor, const Stream& stream, const Settings& settings,
                const CacheMisses& misses) {
  // Each walks the stream at its own pace.
  const auto walk = [&stream](auto& taker) {
    return [&, next = kFirstPacket](unsigned count) mutable {
      for (unsigned i = 0; i < count; ++i, next += kBurst) taker.burst(stream, next);
    };
  };
  const Bursts engine = walk(subject), ground = walk(floor);
  engine(kRepliesWithin / kBurst);
  std::vector<Turn> turns;
  Chunk before = measure(ground, settings.chunk_ms, misses);
  for (unsigned i = 0; i < settings.repeat; ++i) {
    const Chunk between = measure(engine, settings.chunk_ms, misses),
                after = measure(ground, settings.chunk_ms, misses);
    turns.push_back({between, mean(before, after)});
    before = after;
  }
  return summarize(turns);
}

}  // namespace lazaret::bench
