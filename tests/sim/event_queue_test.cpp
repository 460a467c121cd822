#include "sim/wire/event_queue.hpp"

#include <gtest/gtest.h>

#include <queue>
#include <tuple>

#include "sim/population/random.hpp"

namespace lazaret {
namespace {

// Against a plain priority queue: distances from none to decades, many of them equal, popped in steps as lanes pop.
TEST(EventQueue, GivesEventsInOrderOfTimeThenOfPushing) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Stream draw(seed, Purpose::background, 0);
    EventQueue queue;
    using Naive = std::tuple<std::int64_t, std::uint32_t>;
    std::priority_queue<Naive, std::vector<Naive>, std::greater<>> naive;
    std::int64_t now = 0;
    std::uint32_t next = 0;
    const auto push = [&] {
      const auto magnitude = static_cast<unsigned>(draw.integer(0, 61));
      const auto distance = static_cast<std::int64_t>(draw.bits() & ((std::uint64_t{1} << magnitude) - 1));
      queue.push(now + distance, 1, next);
      naive.emplace(now + distance, next++);
    };
    for (int step = 0; step < 400; ++step) {
      for (std::int64_t n = draw.integer(0, 20); n > 0; --n) push();
      const auto magnitude = static_cast<unsigned>(draw.integer(0, 50));
      const std::int64_t until = now + static_cast<std::int64_t>(draw.bits() & ((std::uint64_t{1} << magnitude) - 1));
      while (const auto event = queue.pop(until)) {
        ASSERT_FALSE(naive.empty());
        ASSERT_EQ(std::tuple(event->at_ns, event->index), naive.top()) << "seed " << seed;
        naive.pop();
        ASSERT_LE(event->at_ns, until);
        now = event->at_ns;
        if (draw.chance(0.3)) push();
      }
      ASSERT_EQ(queue.size(), naive.size());
      ASSERT_TRUE(naive.empty() || std::get<0>(naive.top()) > until) << "seed " << seed;
      now = until;
    }
    // What is decades ahead comes in its turn, too.
    while (const auto event = queue.pop(std::int64_t{1} << 62)) {
      ASSERT_EQ(std::tuple(event->at_ns, event->index), naive.top()) << "seed " << seed;
      naive.pop();
    }
    ASSERT_TRUE(naive.empty()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace lazaret
