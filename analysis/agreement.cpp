#include "analysis/agreement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "analysis/timeline.hpp"
#include "analysis/words.hpp"
#include "core/evidence/names.hpp"

namespace lazaret {
namespace {

/// A quarantine this close to the end (s) may have been the other run's next.
constexpr double kEndIsNear = 60;

bool tells_belief(EventKind kind) {
  return kind == EventKind::watched || kind == EventKind::notified || kind == EventKind::administrator_notified ||
         kind == EventKind::operator_asked || kind == EventKind::quarantine_proposed ||
         kind == EventKind::quarantined || kind == EventKind::quarantine_held;
}

/// Of every account that events tell of, up to its first quarantine.
std::map<std::uint32_t, Course> courses_of(const Run& run) {
  std::map<std::uint32_t, Course> courses;
  for (const Event& event : run.events) {
    if (event.account == kNobody) continue;
    if (event.kind != EventKind::reason && !tells_belief(event.kind)) continue;
    Course& course = courses[event.account.value];
    // What a step rests on is told at its own instant.
    const double at = in_seconds(event.at);
    if (course.held_s && at > *course.held_s) continue;
    if (event.kind == EventKind::reason) {
      course.families.insert(family_of(event.channel));
      continue;
    }
    const double belief = static_cast<double>(event.observed) / static_cast<double>(kNat);
    if (!course.belief || belief > *course.belief) course.belief = belief, course.belief_s = at;
    course.last = event.kind;
    if (event.kind == EventKind::quarantined && !course.held_s) course.held_s = at;
  }
  return courses;
}

const Course& of_account(const std::map<std::uint32_t, Course>& courses, std::uint32_t account) {
  static const Course kNothing;
  const auto found = courses.find(account);
  return found == courses.end() ? kNothing : found->second;
}

std::string families_text(const std::set<Family>& families) {
  std::string text;
  for (const Family f : families) text.append(text.empty() ? "" : " and ").append(name_of(f));
  return text.empty() ? "no evidence" : text;
}

/// What kept the account open in `open`, where the other run held it as `held` tells.
std::string cause_of(const Course& held, const Course& open, const AccountLine& line, double end_s) {
  std::string text;
  const bool cleaned = !line.infections.empty() && line.infections.back().cleaned;
  if (line.infections.empty()) {
    text = "not infected by the end; ";
  } else if (cleaned && line.infections.back().to_s <= *held.held_s) {
    text = fmt::format("cleaned at {}, before; ", moment(line.infections.back().to_s));
  }
  switch (open.last) {
    case EventKind::bound:
      text += "no threshold was reached";
      break;
    case EventKind::quarantine_held:
      text += fmt::format("the fuse held it back at {}", moment(*open.belief_s));
      break;
    case EventKind::operator_asked:
      text += fmt::format("an operator was asked at {}", moment(*open.belief_s));
      break;
    case EventKind::quarantine_proposed:
      text += fmt::format("proposed at {}, not answered before the end", moment(*open.belief_s));
      break;
    default:
      text += fmt::format("{} with {:.1f} nat at {} ({})", name_of(open.last), *open.belief, moment(*open.belief_s),
                          families_text(open.families));
  }
  text += fmt::format("; the other: {:.1f} nat at {} ({})", held.belief.value_or(0), moment(*held.held_s),
                      families_text(held.families));
  const double left = end_s - *held.held_s;
  if (left < kEndIsNear) text += fmt::format("; the run's end came {} after that", duration(left));
  return text;
}

double quantile(const std::vector<double>& sorted, double q) {
  const auto at = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(at, 1) - 1];
}

std::optional<Problem> no_pairs(const Run& a, const Run& b) {
  const auto differ = [&](const char* what, const std::string& one, const std::string& other) {
    return Problem{
        fmt::format("{} and {} are no pair: {} {} against {}; run one scenario with one seed twice, with one "
                    "thing changed by --set",
                    a.directory.string(), b.directory.string(), what, one, other)};
  };
  if (a.manifest.scenario != b.manifest.scenario) return differ("scenario", a.manifest.scenario, b.manifest.scenario);
  if (a.manifest.seed != b.manifest.seed)
    return differ("seed", std::to_string(a.manifest.seed), std::to_string(b.manifest.seed));
  if (a.truth.accounts.size() != b.truth.accounts.size())
    return differ("accounts", std::to_string(a.truth.accounts.size()), std::to_string(b.truth.accounts.size()));
  return std::nullopt;
}

}  // namespace

KolmogorovSmirnov kolmogorov_smirnov(std::vector<double> a, std::vector<double> b) {
  KolmogorovSmirnov test;
  if (a.empty() || b.empty()) return test;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  const auto na = static_cast<double>(a.size()), nb = static_cast<double>(b.size());
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const double x = std::min(a[i], b[j]);
    while (i < a.size() && a[i] <= x) ++i;
    while (j < b.size() && b[j] <= x) ++j;
    test.distance = std::max(test.distance, std::abs(static_cast<double>(i) / na - static_cast<double>(j) / nb));
  }
  const double root = std::sqrt(na * nb / (na + nb));
  const double lambda = (root + 0.12 + 0.11 / root) * test.distance;
  // The series converges so slowly near 0 that it says nothing there; p is 1 to ten digits below 0.2.
  if (lambda < 0.2) return test;
  double sum = 0;
  for (int k = 1; k <= 100; ++k) sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2.0 * k * k * lambda * lambda);
  test.p = std::clamp(sum, 0.0, 1.0);
  return test;
}

std::vector<Pair> Agreement::disagreements() const {
  std::vector<Pair> differ;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(differ), [](const Pair& p) { return !p.cause.empty(); });
  return differ;
}

std::variant<Agreement, Problem> compare_runs(const Run& a, const Run& b) {
  if (auto problem = no_pairs(a, b)) return std::move(*problem);
  const auto in_a = courses_of(a), in_b = courses_of(b);
  const Timeline lines_a(a), lines_b(b);
  std::set<std::uint32_t> either;
  for (const auto* courses : {&in_a, &in_b})
    for (const auto& [account, course] : *courses)
      if (course.held_s) either.insert(account);
  Agreement result;
  std::vector<double> waits_a, waits_b, differences;
  for (const std::uint32_t account : either) {
    Pair pair{account, {}, of_account(in_a, account), of_account(in_b, account), {}};
    const AccountLine &line_a = lines_a.of(account), &line_b = lines_b.of(account);
    const auto& infections = line_a.infections.empty() ? line_b.infections : line_a.infections;
    const double begins = infections.empty() ? 0 : infections.front().from_s;
    if (!infections.empty()) pair.behaviour = infections.front().behaviour;
    for (const auto& [course, waits] : {std::pair{&pair.a, &waits_a}, std::pair{&pair.b, &waits_b}}) {
      if (!course->held_s) continue;
      course->waited_s = *course->held_s - begins;
      if (!infections.empty()) waits->push_back(course->waited_s);
    }
    if (pair.a.held_s && pair.b.held_s) {
      ++result.both;
      result.same_families += pair.a.families == pair.b.families ? 1 : 0;
      differences.push_back(std::abs(*pair.a.held_s - *pair.b.held_s));
    } else if (pair.a.held_s) {
      ++result.only_a;
      pair.cause = cause_of(pair.a, pair.b, line_b, lines_b.end_s());
    } else {
      ++result.only_b;
      pair.cause = cause_of(pair.b, pair.a, line_a, lines_a.end_s());
    }
    result.pairs.push_back(std::move(pair));
  }
  if (!either.empty()) result.share = static_cast<double>(result.both) / static_cast<double>(either.size());
  result.times = kolmogorov_smirnov(std::move(waits_a), std::move(waits_b));
  if (!differences.empty()) {
    std::sort(differences.begin(), differences.end());
    result.median_difference_s = quantile(differences, 0.5);
    result.p90_difference_s = quantile(differences, 0.9);
    result.most_difference_s = differences.back();
  }
  return result;
}

}  // namespace lazaret
