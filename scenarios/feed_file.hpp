// Intelligence feeds as their publishers write them, to core/intel/feed's entries. The format is told from the content:
//
//   plain          an address, prefix, name or URL a line, or a hosts file ("0.0.0.0 name"); "*.name" and ".name" mean
//                  everything under the name. abuse.ch: Feodo Tracker text, URLhaus host file and text
//   DROP text      Spamhaus: "192.0.2.0/24 ; SBL1"
//   JSON lines     Spamhaus: {"cidr": "192.0.2.0/24", ...} a line
//   CSV            abuse.ch, by the names of its columns: Feodo Tracker (dst_ip), ThreatFox (ioc_value), URLhaus (url)
//
// What a hit is worth comes from the caller, else from the file's first line ("# lazaret: category=c2 precision=0.9
// ttl_s=86400"), else from a table for known publishers; a file of which nobody says it is refused.
// A file with more than kFeedErrorsTolerated bad lines is refused whole: half a feed is no feed.
// Ownership: values. Threads: any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/intel/feed.hpp"

namespace lazaret {

constexpr std::size_t kFeedErrorsTolerated = 3;

enum class FeedFormat : std::uint8_t { plain, drop_text, json_lines, feodo_csv, threatfox_csv, urlhaus_csv };

struct FeedOptions {
  std::optional<FeedCategory> category;
  std::optional<double> precision;    ///< above 0.5 and below 1
  std::optional<std::int64_t> ttl_s;  ///< how long its entries count, from `loaded`; else for ever
  Timestamp loaded;
};

/// "bad.txt:12: expected ..., found ...".
struct FeedError {
  std::string file;
  std::size_t line = 0;  ///< from 1; 0 where the whole file is meant
  std::string message;   ///< what is wrong and what was expected, or the remedy
  [[nodiscard]] std::string text() const;
};

struct FeedFile {
  FeedFormat format = FeedFormat::plain;
  std::vector<FeedEntry> entries;
  std::vector<std::size_t> lines;    ///< of each entry: where an explanation can point to
  std::size_t skipped = 0;           ///< rows that name no host (hashes), are too unsure, or name a victim's own host
  std::vector<FeedError> tolerated;  ///< bad lines, few enough to use the rest
};

using FeedFileResult = std::variant<FeedFile, std::vector<FeedError>>;
[[nodiscard]] FeedFileResult load_feed(const std::filesystem::path&, const FeedOptions&);
/// `name` stands for the file in messages.
[[nodiscard]] FeedFileResult parse_feed(const std::string& name, std::string_view text, const FeedOptions&);

[[nodiscard]] std::string_view to_text(FeedCategory);
[[nodiscard]] std::optional<FeedCategory> parse_feed_category(std::string_view);

}  // namespace lazaret
