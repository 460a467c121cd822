#include "scenarios/feed_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "scenarios/feed_words.hpp"
#include "scenarios/flat_json.hpp"
#include "scenarios/input_file.hpp"
#include "scenarios/wording.hpp"

namespace lazaret {
namespace {

constexpr std::uintmax_t kFileMax = 256 << 20;
constexpr std::size_t kLineMax = 8192;
constexpr std::size_t kErrorsShown = 20;

constexpr std::array<std::string_view, kFeedCategories> kCategories = {"c2",   "malware_download", "sinkhole",
                                                                       "drop", "spam_source",      "other"};

/// What a hit is worth where nobody says so. The precisions are proposals of this project, on the cautious side.
struct Publisher {
  std::string_view word;  ///< in a comment of the file
  FeedCategory category;
  double precision;
};
/// The first three in the order of FeedFormat's CSVs.
constexpr std::array<Publisher, 4> kPublishers = {{
    {"Feodo Tracker", FeedCategory::c2, 0.9},  // an address that gave a botnet's reply
    {"ThreatFox", FeedCategory::c2, 0.9},      // at most; each row has a confidence of its own
    {"URLhaus", FeedCategory::malware_download, 0.7},
    {"Spamhaus", FeedCategory::drop, 0.6},  // whole networks
}};
/// A malware URL's host by name is often an ordinary one that was broken into, or a platform that anybody may use.
constexpr double kUrlNamePrecision = 0.55;
constexpr double kConfidenceMax = 99;  ///< of 100: nobody is always right

std::string_view first_word(std::string_view& rest) {
  rest = trimmed(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest = trimmed(rest.substr(word.size()));
  return word;
}

bool sinks_names(std::string_view address) {
  return address == "0.0.0.0" || address == "127.0.0.1" || address == "::" || address == "::1";
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Reading {
 public:
  Reading(const std::string& name, const FeedOptions& options) : name_(name), options_(options) {}

  FeedFileResult read(std::string_view text) {
    if (text.empty()) refuse("is empty: a download that failed? A feed without entries has at least a comment");
    for (std::size_t start = 0; start < text.size() && errors_.size() < kErrorsShown;) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      ++line_;
      line(text.substr(start, end - start));
      start = end + 1;
    }
    settle();
    if (fatal_ || errors_.size() > kFeedErrorsTolerated) return std::move(errors_);
    file_.tolerated = std::move(errors_);
    return std::move(file_);
  }

 private:
  void line(std::string_view raw) {
    if (line_ == 1 && raw.starts_with("\xef\xbb\xbf")) raw.remove_prefix(3);
    if (raw.size() > kLineMax) return add(line_, fmt::format("is longer than {} octets; expected one entry", kLineMax));
    const std::string_view text = trimmed(raw);
    if (text.empty()) return;
    if (text[0] == '#' || text[0] == ';') return comment(trimmed(text.substr(1)));
    if (!decided_ && !decide(text)) return;
    switch (file_.format) {
      case FeedFormat::json_lines:
        return json(text);
      case FeedFormat::plain:
      case FeedFormat::drop_text:
        return plain(text);
      case FeedFormat::feodo_csv:
      case FeedFormat::threatfox_csv:
      case FeedFormat::urlhaus_csv:
        return row(text);
    }
  }

  void comment(std::string_view text) {
    if (line_ == 1 && text.starts_with("lazaret:")) return header(trimmed(text.substr(8)));
    for (const Publisher& p : kPublishers)
      if (publisher_ == nullptr && text.find(p.word) != std::string_view::npos) publisher_ = &p;
    if (!decided_ && text.find(',') != std::string_view::npos) (void)columns(text);
  }

  /// "category=c2 precision=0.9 ttl_s=86400": what the caller gave stays.
  void header(std::string_view rest) {
    static const std::vector<std::string> kKeys = {"category", "precision", "ttl_s"};
    while (!rest.empty()) {
      const std::string_view word = first_word(rest);
      const std::size_t equals = std::min(word.find('='), word.size());
      const std::string_view key = word.substr(0, equals);
      const std::string_view value = word.substr(std::min(word.size(), equals + 1));
      if (key == "category") {
        const auto category = parse_feed_category(value);
        if (!category) {
          refuse(fmt::format("category wants one of {}, found {}", known_categories(), in_quotes(value)));
        } else if (!options_.category) {
          options_.category = category;
        }
      } else if (key == "precision") {
        const auto precision = number<double>(value);
        if (!precision) {
          refuse(fmt::format("precision wants a number above 0.5 and below 1, found {}", in_quotes(value)));
        } else if (!options_.precision) {
          options_.precision = precision;
        }
      } else if (key == "ttl_s") {
        const auto ttl = number<std::int64_t>(value);
        if (!ttl) {
          refuse(fmt::format("ttl_s wants a whole number of seconds, found {}", in_quotes(value)));
        } else if (!options_.ttl_s) {
          options_.ttl_s = ttl;
        }
      } else {
        const auto near = nearest(key, kKeys);
        refuse(fmt::format("unknown key {}; {}", in_quotes(key),
                           near ? "did you mean '" + *near + "'?" : "expected category, precision or ttl_s"));
      }
    }
  }

  static std::string known_categories() {
    return join_words(std::vector<std::string>(kCategories.begin(), kCategories.end()), "or");
  }

  /// The format, from the first line that is neither empty nor a comment; false when that line holds no entry.
  bool decide(std::string_view text) {
    decided_ = true;
    if (text[0] == '{') {
      file_.format = FeedFormat::json_lines;
    } else if (columns(text)) {
      return false;
    } else if (text[0] == '"' && columns_.empty()) {
      refuse("is CSV without the names of its columns; keep the publisher's comments: they name them");
      return false;
    } else if (!columns_.empty() && csv_fields(text).value_or(std::vector<std::string>()).size() < 2) {
      file_.format = FeedFormat::plain;  // the comment only looked like names of columns
    } else if (columns_.empty() && text.find(';') != std::string_view::npos) {
      file_.format = FeedFormat::drop_text;
    }
    if (file_.format == FeedFormat::json_lines && publisher_ == nullptr) publisher_ = &kPublishers[3];
    return true;
  }

  /// Whether the text names the columns of a known CSV.
  bool columns(std::string_view text) {
    const auto fields = csv_fields(text);
    if (!fields || fields->size() < 2) return false;
    const auto place = [&](std::string_view column) { return std::find(fields->begin(), fields->end(), column); };
    const auto has = [&](std::string_view column) { return place(column) != fields->end(); };
    if (has("dst_ip"))
      file_.format = FeedFormat::feodo_csv;
    else if (has("ioc_value") && has("ioc_type"))
      file_.format = FeedFormat::threatfox_csv;
    else if (has("url") && has("dateadded"))
      file_.format = FeedFormat::urlhaus_csv;
    else
      return false;
    columns_ = *fields;
    if (publisher_ == nullptr)
      publisher_ =
          &kPublishers[static_cast<std::size_t>(file_.format) - static_cast<std::size_t>(FeedFormat::feodo_csv)];
    return true;
  }

  void plain(std::string_view text) {
    std::string_view rest = text.substr(0, text.find(file_.format == FeedFormat::drop_text ? ';' : '#'));
    if (const auto host = host_of_url(trimmed(text))) return url(*host);
    std::string_view word = first_word(rest);
    if (!sinks_names(word)) {
      if (!rest.empty())
        return add(line_, fmt::format("expected nothing after {}, found {}", in_quotes(word), in_quotes(rest)));
      return keep(feed_word(word));
    }
    if (rest.empty()) return add(line_, fmt::format("expected a name after {}, as in a hosts file", in_quotes(word)));
    while (!rest.empty()) {
      word = first_word(rest);
      const bool own = word.find('.') == std::string_view::npos || word == "localhost.localdomain" || sinks_names(word);
      if (!own) keep(feed_word(word));
    }
  }

  void url(std::string_view host) {
    FeedWord word = feed_host_and_port(host);
    FeedEntry* entry = std::get_if<FeedEntry>(&word);
    if (entry != nullptr && entry->kind != FeedKind::prefix && !options_.precision)
      entry->precision = kUrlNamePrecision;
    keep(std::move(word));
  }

  void json(std::string_view text) {
    const auto fields = flat_json(text);
    if (!fields) return add(line_, fmt::format("expected one JSON object a line, found {}", in_quotes(text)));
    for (const auto& [key, value] : *fields) {
      if (key == "cidr") return keep(feed_word(value));
      if (key == "type" && value == "metadata") return;
    }
    add(line_, fmt::format("expected \"cidr\" with a prefix, found {}", in_quotes(text)));
  }

  void row(std::string_view text) {
    const auto fields = csv_fields(text);
    if (!fields) return add(line_, fmt::format("expected comma-separated values, found {}", in_quotes(text)));
    if (fields->size() != columns_.size())
      return add(line_, fmt::format("expected {} values, found {}", columns_.size(), fields->size()));
    const auto value = [&](std::string_view column) -> std::string_view {
      const auto place = std::find(columns_.begin(), columns_.end(), column);
      if (place == columns_.end()) return {};
      return (*fields)[static_cast<std::size_t>(place - columns_.begin())];
    };
    if (file_.format == FeedFormat::feodo_csv) return keep(feed_word(value("dst_ip")));
    if (file_.format == FeedFormat::urlhaus_csv) {
      const auto host = host_of_url(value("url"));
      return host ? url(*host) : add(line_, fmt::format("expected a URL, found {}", in_quotes(value("url"))));
    }
    indicator(value("ioc_type"), value("ioc_value"), value("threat_type"), value("confidence_level"),
              value("is_compromised"));
  }

  /// A row of ThreatFox.
  void indicator(std::string_view type, std::string_view value, std::string_view threat, std::string_view confidence,
                 std::string_view compromised) {
    FeedWord word;
    if (type == "ip:port") {
      word = feed_host_and_port(value);
    } else if (type == "domain") {
      word = feed_word(value);
    } else if (type == "url") {
      const auto host = host_of_url(value);
      if (!host) return add(line_, fmt::format("expected a URL, found {}", in_quotes(value)));
      word = feed_host_and_port(*host);
    } else {
      ++file_.skipped;  // hashes of files, mail addresses
      return;
    }
    const auto percent = number<double>(confidence);
    if (!confidence.empty() && (!percent || *percent < 0 || *percent > 100))
      return add(line_, fmt::format("expected a confidence_level from 0 to 100, found {}", in_quotes(confidence)));
    // Whoever was broken into has innocent visitors, and so has a shared platform.
    if ((percent && *percent <= 50) || compromised == "True" || compromised == "true") {
      ++file_.skipped;
      return;
    }
    if (FeedEntry* entry = std::get_if<FeedEntry>(&word)) {
      if (percent) entry->precision = std::min(*percent, kConfidenceMax) / 100;
      if (type == "url" && entry->kind != FeedKind::prefix && !options_.precision) entry->precision = kUrlNamePrecision;
      if (threat == "payload_delivery") entry->category = FeedCategory::malware_download;
      if (threat == "botnet_cc") entry->category = FeedCategory::c2;
    }
    keep(std::move(word));
  }

  /// Entries keep 0.5 and `other` for what settle() is to fill in.
  void keep(FeedWord word) {
    if (const std::string* wrong = std::get_if<std::string>(&word)) return add(line_, *wrong);
    file_.entries.push_back(std::get<FeedEntry>(std::move(word)));
    file_.lines.push_back(line_);
  }

  /// Category, precision and expiry of all entries, when the whole file was seen.
  void settle() {
    if (fatal_ || errors_.size() > kFeedErrorsTolerated) return;
    line_ = 0;
    constexpr std::string_view kRemedy =
        "is of no known publisher; begin the file with \"# lazaret: category=c2 precision=0.9 ttl_s=86400\", or give "
        "them with it";
    if (publisher_ == nullptr && !options_.category)
      return refuse(fmt::format("does not say its category and {}", kRemedy));
    if (publisher_ == nullptr && !options_.precision)
      return refuse(fmt::format("does not say its precision and {}", kRemedy));
    const double most = options_.precision ? *options_.precision : publisher_->precision;
    if (!(most > 0.5 && most < 1))
      return refuse(fmt::format("precision must be above 0.5 (a hit would say nothing) and below 1, not {}", most));
    constexpr std::int64_t kTtlMax = 100LL * 366 * 86400;  // no sum of times overflows
    if (options_.ttl_s && (*options_.ttl_s < 1 || *options_.ttl_s > kTtlMax))
      return refuse(fmt::format("ttl_s must be from 1 to {} seconds, not {}", kTtlMax, *options_.ttl_s));
    const Timestamp expires = options_.ttl_s ? options_.loaded + seconds(*options_.ttl_s) : kNever;
    for (FeedEntry& e : file_.entries) {
      e.precision = e.precision > 0.5 ? std::min(e.precision, most) : most;
      if (options_.category)
        e.category = *options_.category;
      else if (e.category == FeedCategory::other)
        e.category = publisher_->category;
      e.expires = expires;
    }
  }

  void add(std::size_t line, std::string message) { errors_.push_back({name_, line, std::move(message)}); }
  /// For what makes every entry doubtful.
  void refuse(std::string message) {
    fatal_ = true;
    add(line_, std::move(message));
  }

  std::string name_;
  FeedOptions options_;
  FeedFile file_;
  std::vector<FeedError> errors_;
  std::vector<std::string> columns_;
  const Publisher* publisher_ = nullptr;
  std::size_t line_ = 0;
  bool decided_ = false, fatal_ = false;
};

}  // namespace

std::string FeedError::text() const {
  return line > 0 ? fmt::format("{}:{}: {}", file, line, message) : fmt::format("{}: {}", file, message);
}

std::string_view to_text(FeedCategory category) { return kCategories[static_cast<std::size_t>(category)]; }

std::optional<FeedCategory> parse_feed_category(std::string_view text) {
  const auto* found = std::find(kCategories.begin(), kCategories.end(), text);
  if (found == kCategories.end()) return std::nullopt;
  return static_cast<FeedCategory>(found - kCategories.begin());
}

FeedFileResult parse_feed(const std::string& name, std::string_view text, const FeedOptions& options) {
  return Reading(name, options).read(text);
}

FeedFileResult load_feed(const std::filesystem::path& path, const FeedOptions& options) {
  const auto refuse = [&](std::string why) { return std::vector<FeedError>{{path.string(), 0, std::move(why)}}; };
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  if (type == std::filesystem::file_type::not_found) return refuse("no such file; name a feed");
  // Devices and pipes have no size and may have no end.
  if (type != std::filesystem::file_type::regular) return refuse("is not a regular file; name a feed");
  if (std::filesystem::file_size(path, error) > kFileMax) return refuse("is longer than 256 MiB, which no feed is");
  const auto text = read_whole(path);
  if (!text) return refuse("cannot be read; check its permissions");
  return parse_feed(path.string(), *text, options);
}

}  // namespace lazaret
