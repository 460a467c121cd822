// The ISPs of an Internet on paper: how many homes each has, how many of them can be infected, and which ISPs act. One
// ISP is an Internet of one.
// Ownership: values. Threads: any.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/subscriber/account.hpp"
#include "scenarios/scenario.hpp"

namespace lazaret {

struct IspShare {
  std::string name;
  std::size_t first = 0, homes = 0;  ///< in Plan::homes
  double dirt = 1;                   ///< how much more of its homes can be infected than of another's
  bool acts = true;                  ///< by the policy; else it looks on
};

/// The largest first. Every ISP has a home at least.
[[nodiscard]] std::vector<IspShare> make_isps(const Scenario&);
/// Index of the ISP whose account that is. REQUIRES an account of one of them.
[[nodiscard]] std::size_t isp_of(const std::vector<IspShare>&, AccountId);

/// Homes of one ISP that live in one lane of the wire world.
struct LaneShare {
  std::size_t isp = 0, first = 0, homes = 0;
};
constexpr std::size_t kHomesPerLane = 2000;  ///< at most: what they touch is still in a cache when it is wanted again
/// None has homes of two ISPs. A single ISP has a lane a shard at least.
[[nodiscard]] std::vector<LaneShare> make_lanes(const Scenario&);

}  // namespace lazaret
