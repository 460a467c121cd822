// An Agreement as text and as JSON.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/agreement.hpp"
#include "analysis/words.hpp"
#include "core/evidence/names.hpp"

namespace lazaret {
namespace {

using nlohmann::ordered_json;

std::string held_text(const Course& course) { return course.held_s ? moment(*course.held_s) : "-"; }

ordered_json known_or_null(std::optional<double> value) { return value ? ordered_json(*value) : ordered_json(nullptr); }

ordered_json course_json(const Course& course) {
  ordered_json families = ordered_json::array();
  for (const Family f : course.families) families.push_back(name_of(f));
  return {{"quarantined_s", known_or_null(course.held_s)},
          {"belief_nat", known_or_null(course.belief)},
          {"families", families}};
}

}  // namespace

std::string to_table(const Agreement& agreement, const Run& a, const Run& b) {
  std::string text = fmt::format("A  {}: {}\nB  {}: {}\n\n", a.directory.string(), a.manifest.world,
                                 b.directory.string(), b.manifest.world);
  text += fmt::format("  Quarantined         {} in both, {} in A alone, {} in B alone\n", agreement.both,
                      agreement.only_a, agreement.only_b);
  text += fmt::format("  Agreement           {} of either; wanted: at least {}\n", percent(agreement.share),
                      percent(kAgreementLeast));
  text += fmt::format("  Times to detect     Kolmogorov-Smirnov D {}, p {}; wanted: p at least {}\n",
                      figure(agreement.times.distance), figure(agreement.times.p), figure(kAgreementLevel));
  text +=
      fmt::format("  Apart in a pair     median {}, 90 % {}, most {}\n", duration(agreement.median_difference_s, "-"),
                  duration(agreement.p90_difference_s, "-"), duration(agreement.most_difference_s, "-"));
  text += fmt::format("  Families            the same for {}\n", of(agreement.same_families, agreement.both));
  const std::vector<Pair> differ = agreement.disagreements();
  if (!differ.empty())
    text += fmt::format("\n  {:>7}  {:<12} {:>8} {:>8}  why not in the other\n", "account", "bot", "A", "B");
  for (const Pair& pair : differ)
    text +=
        fmt::format("  {:>7}  {:<12} {:>8} {:>8}  {}\n", pair.account, pair.behaviour.empty() ? "none" : pair.behaviour,
                    held_text(pair.a), held_text(pair.b), pair.cause);
  text += fmt::format("\n{}\n", agreement.holds() ? "They agree." : "They do not agree.");
  return text;
}

std::string to_json(const Agreement& agreement) {
  ordered_json accounts = ordered_json::array();
  for (const Pair& pair : agreement.pairs)
    accounts.push_back({{"account", pair.account},
                        {"behaviour", pair.behaviour},
                        {"a", course_json(pair.a)},
                        {"b", course_json(pair.b)},
                        {"cause", pair.cause}});
  const ordered_json document = {{"holds", agreement.holds()},
                                 {"both", agreement.both},
                                 {"only_a", agreement.only_a},
                                 {"only_b", agreement.only_b},
                                 {"agreement", agreement.share},
                                 {"ks_distance", agreement.times.distance},
                                 {"ks_p", agreement.times.p},
                                 {"median_difference_s", known_or_null(agreement.median_difference_s)},
                                 {"p90_difference_s", known_or_null(agreement.p90_difference_s)},
                                 {"most_difference_s", known_or_null(agreement.most_difference_s)},
                                 {"same_families", agreement.same_families},
                                 {"accounts", accounts}};
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace lazaret
