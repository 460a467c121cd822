#include "scenarios/wording.hpp"

#include <algorithm>
#include <vector>

namespace lazaret {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = 0;
  // A word from a binary or hostile file can be long; nobody meant a key by it.
  if (word.size() > 200) return best;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (!best || distance < best_distance) best = candidate, best_distance = distance;
  }
  if (best && best_distance > std::max<std::size_t>(2, word.size() / 3)) best.reset();
  // A short word is within two letters of almost anything.
  if (best && best_distance >= best->size()) best.reset();
  return best;
}

std::string join_words(std::span<const std::string> words, std::string_view last_joint) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && i + 1 < words.size()) text.append(", ");
    if (i > 0 && i + 1 == words.size()) text.append(" ").append(last_joint).append(" ");
    text += words[i];
  }
  return text;
}

std::vector<std::string> split_names(std::string_view joined) {
  std::vector<std::string> names;
  for (std::size_t from = 0; from <= joined.size();) {
    const std::size_t to = std::min(joined.find('|', from), joined.size());
    names.emplace_back(joined.substr(from, to - from));
    from = to + 1;
  }
  return names;
}

}  // namespace lazaret
