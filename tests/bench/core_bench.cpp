// What a packet costs in the core, beside the floor of the same run: touching the packet's headers and one random cache
// line per packet of an account table of the same size, prefetched in bursts, is what no design can go below by much.
// Figures are noisy on shared machines; read the ratio of a row to its floor.
#include <benchmark/benchmark.h>

#include <vector>

#include "core/engine.hpp"
#include "core/hash.hpp"
#include "tests/core/frames.hpp"

namespace lazaret {
namespace {

constexpr std::size_t kBurst = 32;

/// One TCP data frame for each account, upstream, to a web server.
std::vector<frames::Octets> traffic(std::uint32_t accounts) {
  std::vector<frames::Octets> all;
  for (std::uint32_t a = 0; a < accounts; ++a)
    all.push_back(frames::tcp_frame({IpAddress::v4(0x0a000000U + a), IpAddress::v4(0xc6336407U), 40000, 443}, kAck, a,
                                    1, "data"));
  return all;
}

/// The next burst of pseudo-random accounts.
void draw(std::uint64_t& state, std::uint32_t accounts, std::size_t (&chosen)[kBurst]) {
  for (std::size_t& c : chosen) c = (state = mix(state, 1)) % accounts;
}

void Floor(benchmark::State& state) {
  struct alignas(64) CacheLine {
    std::uint64_t words[8];
  };
  const auto accounts = static_cast<std::uint32_t>(state.range(0));
  const std::vector<frames::Octets> frames = traffic(accounts);
  std::vector<CacheLine> table(accounts);
  std::uint64_t random = 1;
  std::size_t chosen[kBurst];
  for (auto _ : state) {
    draw(random, accounts, chosen);
    for (const std::size_t c : chosen) __builtin_prefetch(&table[c], 1);
    for (const std::size_t c : chosen) table[c].words[0] += frames[c][29] + frames[c][47];
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBurst));
}

void EngineBurst(benchmark::State& state) {
  const auto accounts = static_cast<std::uint32_t>(state.range(0));
  const std::vector<frames::Octets> frames = traffic(accounts);
  Engine engine(Policy{}, {.accounts = accounts, .bindings = accounts, .events = accounts + 64}, Seed{1});
  std::vector<Command> binds(accounts);
  for (std::uint32_t a = 0; a < accounts; ++a) {
    binds[a].account = AccountId{a + 1};
    binds[a].prefix = {IpAddress::v4(0x0a000000U + a), 128};
  }
  benchmark::DoNotOptimize(engine.process({Timestamp{}, {}, binds}).events.size());
  std::uint64_t random = 1;
  std::size_t chosen[kBurst];
  PacketView burst[kBurst];
  Timestamp now;
  for (auto _ : state) {
    draw(random, accounts, chosen);
    now.ns += 1000;
    for (std::size_t i = 0; i < kBurst; ++i)
      burst[i] = {now, frames[chosen[i]], static_cast<std::uint32_t>(frames[chosen[i]].size()), Direction::upstream};
    benchmark::DoNotOptimize(engine.process({now, burst, {}}).verdicts.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBurst));
}

BENCHMARK(Floor)->Arg(1000)->Arg(10000)->Arg(100000);
BENCHMARK(EngineBurst)->Arg(1000)->Arg(10000)->Arg(100000);

}  // namespace
}  // namespace lazaret

BENCHMARK_MAIN();
