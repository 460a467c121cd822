#include "scenarios/feed_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>

namespace lazaret {
namespace {

/// When the file was last written; 1970 where nobody knows, which outdates what has a term.
Timestamp written(const std::filesystem::path& path) {
  std::error_code unreadable;
  const auto at = std::filesystem::last_write_time(path, unreadable);
  if (unreadable) return {};
  const auto since = std::chrono::file_clock::to_sys(at).time_since_epoch();
  return Timestamp{std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::nanoseconds>(since).count())};
}

/// What feed files can lead to: their reader refuses single entries that no feed could hold.
std::string words_for(FeedFault::Cause cause) {
  const FeedLimits limits;
  if (cause == FeedFault::Cause::too_many_prefixes)
    return fmt::format("the feeds together list more than {} addresses; name fewer", limits.prefixes);
  if (cause == FeedFault::Cause::too_many_names)
    return fmt::format("the feeds together list more than {} names; name fewer", limits.names);
  return "this entry cannot be looked up; leave it out";
}

}  // namespace

std::variant<FeedSet, std::vector<FeedError>> load_feeds(const std::vector<std::filesystem::path>& paths, Seed seed) {
  FeedSet set;
  std::vector<FeedError> errors;
  std::vector<FeedEntry> entries;
  std::vector<std::size_t> lines;
  std::vector<std::size_t> ends;  // of each file's entries
  for (const std::filesystem::path& path : paths) {
    FeedOptions options;
    options.loaded = written(path);
    auto read = load_feed(path, options);
    if (auto* bad = std::get_if<1>(&read)) {
      errors.insert(errors.end(), bad->begin(), bad->end());
      continue;
    }
    const auto& file = std::get<FeedFile>(read);
    set.summaries.push_back(
        fmt::format("{}: {} entries, {} rows skipped", path.string(), file.entries.size(), file.skipped));
    set.tolerated.insert(set.tolerated.end(), file.tolerated.begin(), file.tolerated.end());
    entries.insert(entries.end(), file.entries.begin(), file.entries.end());
    lines.insert(lines.end(), file.lines.begin(), file.lines.end());
    ends.push_back(entries.size());
  }
  if (!errors.empty()) return errors;
  if (paths.empty()) return set;
  auto built = Feed::build(entries, FeedLimits{}, seed);
  if (const auto* fault = std::get_if<FeedFault>(&built)) {
    const auto file = std::upper_bound(ends.begin(), ends.end(), fault->entry) - ends.begin();
    return std::vector{
        FeedError{paths[static_cast<std::size_t>(file)].string(), lines[fault->entry], words_for(fault->cause)}};
  }
  set.feed = std::make_shared<const Feed>(std::get<Feed>(std::move(built)));
  return set;
}

}  // namespace lazaret
