// How sure a figure is: exact and score intervals for shares, rates and differences, as thin wrappers over Boost.Math.
// All are two-sided at 95 % unless named otherwise.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>

namespace lazaret {

struct Interval {
  double low = 0, high = 0;
};

/// A share k of n with its interval; n == 0 knows nothing: value 0, interval 0 to 1.
struct Share {
  std::uint64_t k = 0, n = 0;
  double value = 0;
  Interval interval{0, 1};
};

/// Clopper-Pearson: never covers less than it says. REQUIRES k <= n.
[[nodiscard]] Interval clopper_pearson(std::uint64_t k, std::uint64_t n, double confidence = 0.95);
/// Wilson's score interval. REQUIRES k <= n.
[[nodiscard]] Interval wilson(std::uint64_t k, std::uint64_t n, double confidence = 0.95);
/// Newcombe's hybrid score interval (1998, method 10) for the difference k1/n1 - k2/n2; -1 to 1 where either n is 0.
[[nodiscard]] Interval newcombe(std::uint64_t k1, std::uint64_t n1, std::uint64_t k2, std::uint64_t n2,
                                double confidence = 0.95);
/// Garwood: the exact interval for the mean of a Poisson count.
[[nodiscard]] Interval garwood(std::uint64_t events, double confidence = 0.95);
/// The one-sided exact upper bound of a Poisson mean; for no events it is -ln(0.05) = 3.00, the rule of three.
[[nodiscard]] double poisson_upper(std::uint64_t events, double confidence = 0.95);

/// The share with its Clopper-Pearson interval.
[[nodiscard]] Share exact_share(std::uint64_t k, std::uint64_t n);

}  // namespace lazaret
