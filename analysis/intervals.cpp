#include "analysis/intervals.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace lazaret {
namespace {

using boost::math::complement;
using boost::math::quantile;
using Binomial = boost::math::binomial_distribution<double>;
using ChiSquared = boost::math::chi_squared_distribution<double>;

double z_of(double confidence) { return quantile(boost::math::normal_distribution<double>(), 0.5 + confidence / 2); }

}  // namespace

Interval clopper_pearson(std::uint64_t k, std::uint64_t n, double confidence) {
  if (n == 0) return {0, 1};
  const double tail = (1 - confidence) / 2;
  const auto trials = static_cast<double>(n), successes = static_cast<double>(k);
  return {k == 0 ? 0 : Binomial::find_lower_bound_on_p(trials, successes, tail),
          k == n ? 1 : Binomial::find_upper_bound_on_p(trials, successes, tail)};
}

Interval wilson(std::uint64_t k, std::uint64_t n, double confidence) {
  if (n == 0) return {0, 1};
  const double trials = static_cast<double>(n), p = static_cast<double>(k) / trials, z = z_of(confidence);
  const double scale = 1 / (1 + z * z / trials);
  const double centre = scale * (p + z * z / (2 * trials));
  const double half = scale * z * std::sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));
  return {k == 0 ? 0 : std::max(0.0, centre - half), k == n ? 1 : std::min(1.0, centre + half)};
}

Interval newcombe(std::uint64_t k1, std::uint64_t n1, std::uint64_t k2, std::uint64_t n2, double confidence) {
  if (n1 == 0 || n2 == 0) return {-1, 1};
  const double p1 = static_cast<double>(k1) / static_cast<double>(n1);
  const double p2 = static_cast<double>(k2) / static_cast<double>(n2);
  const Interval a = wilson(k1, n1, confidence), b = wilson(k2, n2, confidence);
  return {p1 - p2 - std::hypot(p1 - a.low, b.high - p2), p1 - p2 + std::hypot(a.high - p1, p2 - b.low)};
}

Interval garwood(std::uint64_t events, double confidence) {
  const double tail = (1 - confidence) / 2, k = static_cast<double>(events);
  return {events == 0 ? 0 : quantile(ChiSquared(2 * k), tail) / 2,
          quantile(complement(ChiSquared(2 * k + 2), tail)) / 2};
}

double poisson_upper(std::uint64_t events, double confidence) {
  return quantile(complement(ChiSquared(2 * static_cast<double>(events) + 2), 1 - confidence)) / 2;
}

Share exact_share(std::uint64_t k, std::uint64_t n) {
  return {k, n, n == 0 ? 0 : static_cast<double>(k) / static_cast<double>(n), clopper_pearson(k, n)};
}

}  // namespace lazaret
