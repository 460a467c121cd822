// The points of the article that this project starts from (Qwest's Customer Internet Protection Program, 2007), each
// held against the run: does it show, with which figures? Ownership: values. Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lazaret {

struct Summary;

enum class Standing {
  shown,         ///< the run shows it
  partly,        ///< some of it, or with too few cases to say
  contradicted,  ///< the run shows otherwise
  unseen,        ///< nothing in this run could show it
};

struct Point {
  std::string title;
  Standing standing = Standing::unseen;
  std::string found;  ///< the figures, as a sentence
};

[[nodiscard]] std::vector<Point> article_points(const Summary&);
[[nodiscard]] std::string_view name_of(Standing);

}  // namespace lazaret
