#include "cli/verbs.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

namespace lazaret {
namespace {

constexpr Verb kVerbs[] = {
#include "cli/verbs.inc"
};

/// Edits between two words; a swap of neighbours counts as one.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

const Verb* find_verb(std::string_view name) {
  const auto* found = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& v) { return v.name == name; });
  return found == std::end(kVerbs) ? nullptr : found;
}

std::optional<std::string_view> nearest_verb(std::string_view typed) {
  if (typed.size() > 32) return std::nullopt;  // no verb is near, and the table would only cost memory
  std::optional<std::string_view> best;
  std::size_t best_cost = 0;
  for (const Verb& verb : kVerbs) {
    const std::size_t cost = edits(typed, verb.name);
    // Fewer than half of the letters may be wrong, else any word would be "near" a short verb.
    if (2 * cost < std::max<std::size_t>(verb.name.size(), 3) && (!best || cost < best_cost)) {
      best = verb.name;
      best_cost = cost;
    }
  }
  return best;
}

std::string help_text() {
  std::string text =
      "lazaret: a testbed for quarantining bot-infected subscribers; one core under ns-3 and under DPDK\n\n"
      "usage: lazaret VERB [ARGUMENTS]      (lazaret VERB --help: all its options, with examples)\n\n";
  std::size_t width = 0;
  for (const Verb& verb : kVerbs) width = std::max(width, verb.name.size());
  for (const Verb& verb : kVerbs) {
    text.append("  ").append(verb.name).append(width + 2 - verb.name.size(), ' ').append(verb.does).append("\n");
  }
  text.append("\nexamples:\n");
  for (const Verb& verb : kVerbs) text.append("  ").append(verb.example).append("\n");
  text.append(
      "\nexit codes: 0 done and holds; 1 done, and the answer is no; 2 bad input or usage;\n"
      "            3 failed inside; 130 interrupted\n");
  return text;
}

}  // namespace lazaret
