#include "analysis/survival.hpp"

#include <algorithm>
#include <cmath>

namespace lazaret {
namespace {

constexpr double kZ95 = 1.959963984540054;
/// Shares that should be equal differ by rounding (1 - 1/3 - 1/6 is not quite 1/2).
constexpr double kRounding = 1e-9;

Interval log_log_band(double survival, double greenwood) {
  if (survival >= 1) return {1, 1};
  if (survival <= 0) return {0, 0};
  const double log_survival = std::log(survival);
  const double factor = std::exp(kZ95 * std::sqrt(greenwood) / -log_survival);
  return {std::exp(log_survival * factor), std::exp(log_survival / factor)};
}

template <typename Reached>
std::optional<double> first(const std::vector<SurvivalStep>& steps, double q, Reached&& value) {
  for (const SurvivalStep& step : steps)
    if (step.events > 0 && value(step) <= 1 - q + kRounding) return step.at_s;
  return std::nullopt;
}

}  // namespace

std::optional<double> Survival::quantile(double q) const {
  return first(steps, q, [](const SurvivalStep& s) { return s.survival; });
}
std::optional<double> Survival::quantile_low(double q) const {
  return first(steps, q, [](const SurvivalStep& s) { return s.band.low; });
}
std::optional<double> Survival::quantile_high(double q) const {
  return first(steps, q, [](const SurvivalStep& s) { return s.band.high; });
}

Survival kaplan_meier(std::vector<Followed> cases) {
  std::sort(cases.begin(), cases.end(), [](const Followed& a, const Followed& b) { return a.for_s < b.for_s; });
  Survival result;
  double survival = 1, greenwood = 0;
  for (std::size_t i = 0; i < cases.size();) {
    SurvivalStep step;
    step.at_s = cases[i].for_s;
    step.at_risk = cases.size() - i;
    for (; i < cases.size() && cases[i].for_s == step.at_s; ++i) ++(cases[i].event ? step.events : step.censored);
    const auto d = static_cast<double>(step.events), n = static_cast<double>(step.at_risk);
    survival *= 1 - d / n;
    if (d < n) greenwood += d / (n * (n - d));
    step.survival = survival;
    step.band = log_log_band(survival, greenwood);
    result.steps.push_back(step);
  }
  return result;
}

}  // namespace lazaret
