// The core allocates in its constructors and never again: this binary counts every operator new.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "core/conductor/conductor.hpp"
#include "core/steering.hpp"
#include "tests/laws/laws.hpp"

namespace {

std::size_t allocations = 0;

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* p = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (p == nullptr) std::abort();
  return p;
}

}  // namespace

// GCC takes std::free() for a mismatch with the operators themselves once it inlines them.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

// Every form: the standard library would lead them all here, a sanitizer's library would not.
void* operator new(std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t a) { return counted(size, static_cast<std::size_t>(a)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return counted(size, alignof(std::max_align_t));
}
void* operator new[](std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new[](std::size_t size, std::align_val_t a) { return counted(size, static_cast<std::size_t>(a)); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return counted(size, alignof(std::max_align_t));
}
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace lazaret::laws {
namespace {

/// Allocations inside process() over a whole stream.
std::size_t allocations_of(Machine& machine, const Stream& s) {
  const std::vector<PacketView> packets = s.views();
  std::size_t sum = 0, c = 0;
  for (std::size_t p = 0; p < packets.size();) {
    const std::size_t p0 = p, c0 = c;
    while (p < packets.size() && p - p0 < kBatchMax) ++p;
    while (c < s.commands.size() && c - c0 < kBatchMax && s.commands[c].at <= packets[p - 1].at) ++c;
    const Batch batch{packets[p - 1].at, {packets.data() + p0, p - p0}, {s.commands.data() + c0, c - c0}};
    const std::size_t before = allocations;
    const Outcome o = machine.process(batch);
    sum += allocations - before;
    EXPECT_EQ(o.verdicts.size(), p - p0);
  }
  return sum;
}

TEST(Allocation, EngineAllocatesNothingAfterConstruction) {
  for (unsigned seed = 1; seed <= seeds(25); ++seed) {
    Stream s = compose({.seed = 140'000 + seed});
    if (seed % 5 == 0) s.limits.events = 3;  // full tables too
    const auto machine = engine()(s);
    EXPECT_EQ(allocations_of(*machine, s), 0U) << "seed " << seed;
  }
}

TEST(Allocation, SteeringAndConductorAllocateNothingAfterConstruction) {
  const Stream s = compose({.seed = 140'001});
  const auto machine = engine()(s);
  Steering steering(s.limits, s.seed, 3);
  Conductor conductor(s.policy, s.limits);
  const Record r = play(*machine, s, as_large_as_may_be());
  const std::vector<PacketView> packets = s.views();
  const std::size_t before = allocations;
  unsigned owners = 0;
  for (const Command& c : s.commands) steering.apply(c), conductor.apply(c);
  for (const PacketView& p : packets) owners |= 1U << steering.owner(p);
  std::size_t answers = 0;
  for (std::size_t i = 0; i < r.events.size();) {
    const Timestamp boundary = epoch_end(s.policy, r.events[i].at);
    std::size_t end = i;
    while (end < r.events.size() && r.events[end].at < boundary) ++end;
    answers += conductor.step(boundary, {r.events.data() + i, end - i}).commands.size();
    i = end;
  }
  EXPECT_EQ(allocations - before, 0U);
  EXPECT_GT(owners, 1U);
  EXPECT_GT(answers, 0U);
}

TEST(Allocation, NoticesAMachineThatAllocates) {
  const Stream s = compose({.seed = 140'001});
  const auto machine = reference()(s);
  EXPECT_GT(allocations_of(*machine, s), 0U);
}

}  // namespace
}  // namespace lazaret::laws
