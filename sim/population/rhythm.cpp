#include "sim/population/rhythm.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace lazaret {
namespace {

// From midnight on. European networks are busiest in the evening and fall off quickly then (Labovitz, The Internet After
// Dark, Arbor Networks 2009); the numbers are ours.
constexpr double kHours[] = {0.75, 0.45, 0.28, 0.2, 0.18, 0.22, 0.4, 0.7,  0.9,  1.0, 1.05, 1.1,
                             1.15, 1.15, 1.15, 1.2, 1.3,  1.45, 1.6, 1.75, 1.85, 1.8, 1.5,  1.1};
constexpr std::int64_t kHourNs = 3'600'000'000'000;
constexpr double kMean = std::accumulate(std::begin(kHours), std::end(kHours), 0.0) / std::size(kHours);
constexpr double kMost = *std::max_element(std::begin(kHours), std::end(kHours)) / kMean;

}  // namespace

double Rhythm::at(Timestamp t) const {
  const auto hour = static_cast<std::size_t>(from_h_ + static_cast<double>(t.ns) / kHourNs) % std::size(kHours);
  return 1 + swing_ * (kHours[hour] / kMean - 1);
}

double Rhythm::most() const { return 1 + swing_ * (kMost - 1); }

}  // namespace lazaret
