#include "scenarios/feed_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/run_directory.hpp"

namespace lazaret {
namespace {

constexpr unsigned kV4Bits = 96;  ///< bits that the IPv4-mapped form puts before the address itself
constexpr unsigned kShortestV4 = 8, kShortestV6 = 19;
constexpr std::size_t kNameMax = 253, kLabelMax = 63;

struct Range {
  std::string_view prefix, what;
};
/// From IANA's special-purpose address registries (RFC 6890). Documentation addresses may be listed: tests live there.
constexpr std::array<Range, 15> kNeverListed = {{
    {"0.0.0.0/8", "\"this network\""},
    {"10.0.0.0/8", "private addresses"},
    {"100.64.0.0/10", "addresses behind a carrier's NAT"},
    {"127.0.0.0/8", "loopback addresses"},
    {"169.254.0.0/16", "link-local addresses"},
    {"172.16.0.0/12", "private addresses"},
    {"192.168.0.0/16", "private addresses"},
    {"224.0.0.0/4", "multicast addresses"},
    {"240.0.0.0/4", "reserved addresses"},
    {"::/16", "loopback and other special addresses"},
    {"64:ff9b:1::/48", "addresses of local translators"},
    {"100::/64", "the discard prefix"},
    {"fc00::/7", "private addresses"},
    {"fe80::/10", "link-local addresses"},
    {"ff00::/8", "multicast addresses"},
}};

bool overlaps(const Prefix& a, const Prefix& b) { return contains(a, b.address) || contains(b, a.address); }

bool is_v4(const Prefix& p) { return p.length >= kV4Bits && p.address.is_v4(); }

FeedWord of_prefix(const Prefix& p, std::string_view word) {
  const bool v4 = is_v4(p);
  if (v4 ? p.length - kV4Bits < kShortestV4 : p.length < kShortestV6)
    return fmt::format("{} covers too much of the Internet to accuse anybody; the shortest prefix is /{}",
                       in_quotes(word), v4 ? kShortestV4 : kShortestV6);
  for (const Range& range : kNeverListed) {
    const auto never = parse_prefix(range.prefix);
    if (!never || is_v4(*never) != v4 || !overlaps(*never, p)) continue;
    return fmt::format("{} lies in {} ({}), which no feed can mean", in_quotes(word), range.prefix, range.what);
  }
  FeedEntry entry;
  entry.prefix = {truncate(p.address, p.length), p.length};
  return entry;
}

bool letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Appends the label in wire form; false for what no host name has (RFC 1123; underscores as in service names).
bool append_label(std::string_view label, std::vector<std::uint8_t>& name) {
  if (label.empty() || label.size() > kLabelMax || label.front() == '-' || label.back() == '-') return false;
  name.push_back(static_cast<std::uint8_t>(label.size()));
  for (const char c : label) {
    const char folded = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (!letter_or_digit(folded) && folded != '-' && folded != '_') return false;
    name.push_back(static_cast<std::uint8_t>(folded));
  }
  return true;
}

FeedWord of_name(std::string_view word) {
  constexpr std::string_view kExpected = "expected an address, a prefix such as 192.0.2.0/24 or a name";
  std::string_view rest = word;
  FeedEntry entry;
  entry.kind = FeedKind::name;
  if (rest.starts_with("*.") || rest.starts_with('.')) {
    entry.kind = FeedKind::name_tree;
    rest.remove_prefix(rest.starts_with('*') ? 2 : 1);
  }
  if (rest.ends_with('.')) rest.remove_suffix(1);
  if (std::any_of(rest.begin(), rest.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return fmt::format("{} is not ASCII; write the name in punycode (xn--...)", in_quotes(word));
  if (rest.empty() || rest.size() > kNameMax) return fmt::format("{}, found {}", kExpected, in_quotes(word));
  std::size_t labels = 0;
  std::string_view last;
  for (std::size_t start = 0; start <= rest.size(); ++labels) {
    const std::size_t dot = std::min(rest.find('.', start), rest.size());
    last = rest.substr(start, dot - start);
    if (!append_label(last, entry.name)) return fmt::format("{}, found {}", kExpected, in_quotes(word));
    start = dot + 1;
  }
  entry.name.push_back(0);
  // "192.0.2.300" and "1.2.3" are mistyped addresses.
  if (last.find_first_not_of("0123456789") == std::string_view::npos)
    return fmt::format("{}, found {}", kExpected, in_quotes(word));
  if (labels < 2) return fmt::format("{} is a name of one label, which covers too much", in_quotes(word));
  if (entry.kind == FeedKind::name_tree && labels >= kNameSuffixes)
    return fmt::format("{} has {} labels; everything under a name of {} or more cannot be looked up", in_quotes(word),
                       labels, kNameSuffixes);
  return entry;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

std::string in_quotes(std::string_view word) {
  std::string text(word.substr(0, 60));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  return "'" + text + (word.size() > 60 ? "...'" : "'");
}

FeedWord feed_word(std::string_view word) {
  if (const auto prefix = parse_prefix(word)) return of_prefix(*prefix, word);
  return of_name(word);
}

FeedWord feed_host_and_port(std::string_view word) {
  std::string_view host = word, port;
  if (word.starts_with('[')) {
    const std::size_t close = word.find(']');
    if (close == std::string_view::npos) return fmt::format("expected [address]:port, found {}", in_quotes(word));
    host = word.substr(1, close - 1);
    if (close + 1 < word.size() && word[close + 1] != ':')
      return fmt::format("expected [address]:port, found {}", in_quotes(word));
    port = word.substr(std::min(word.size(), close + 2));
  } else if (const std::size_t colon = word.find(':'); colon == word.rfind(':') && colon != std::string_view::npos) {
    host = word.substr(0, colon);
    port = word.substr(colon + 1);
  }
  if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos)
    return fmt::format("{} has no port number after its colon", in_quotes(word));
  return feed_word(host);
}

std::optional<std::string_view> host_of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == 0 || scheme == std::string_view::npos) return std::nullopt;
  const auto in_scheme = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+'; };
  if (!std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(scheme), in_scheme)) return std::nullopt;
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#\\"));
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (host.empty()) return std::nullopt;
  return host;
}

std::optional<std::vector<std::string>> csv_fields(std::string_view line) {
  std::vector<std::string> fields;
  for (std::size_t at = 0;;) {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
    std::string field;
    if (at < line.size() && line[at] == '"') {
      for (++at;; ++at) {
        if (at >= line.size()) return std::nullopt;
        if (line[at] == '"') {
          if (at + 1 >= line.size() || line[at + 1] != '"') break;
          ++at;  // two quotes stand for one
        }
        field += line[at];
      }
      ++at;
      while (at < line.size() && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r')) ++at;
      if (at < line.size() && line[at] != ',') return std::nullopt;
    } else {
      const std::size_t comma = std::min(line.find(',', at), line.size());
      field = trimmed(line.substr(at, comma - at));
      at = comma;
    }
    fields.push_back(std::move(field));
    if (at >= line.size()) return fields;
    ++at;
  }
}

}  // namespace lazaret
