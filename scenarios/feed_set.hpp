// Feed files as one feed, in the way that `--feed` means it: each counts from when it was last written, for as long as it
// says.
// Ownership: values. Threads: any.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/intel/feed.hpp"
#include "scenarios/feed_file.hpp"

namespace lazaret {

struct FeedSet {
  std::shared_ptr<const Feed> feed;    ///< nullptr where no file was named
  std::vector<FeedError> tolerated;    ///< bad lines, few enough to use the rest
  std::vector<std::string> summaries;  ///< of each file: "drop.txt: 1 024 entries, 3 rows skipped"
};

/// `seed` is that of the engines. All files, or none: one that cannot be used refuses the set.
[[nodiscard]] std::variant<FeedSet, std::vector<FeedError>> load_feeds(const std::vector<std::filesystem::path>&, Seed);

}  // namespace lazaret
