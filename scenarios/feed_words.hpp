// The words of feed files: addresses, names, URLs and CSV fields, and what no feed may list.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/intel/feed.hpp"

namespace lazaret {

/// Of the start and the end.
[[nodiscard]] std::string_view trimmed(std::string_view);
/// A hostile or binary word, fit for an error message: short, in quotes, without control characters.
[[nodiscard]] std::string in_quotes(std::string_view);

/// A kind and its prefix or name; or what is wrong with the word and what was expected.
using FeedWord = std::variant<FeedEntry, std::string>;
/// "192.0.2.1", "2001:db8::/32", "bad.example.org", "*.bad.example.org" or ".bad.example.org" (everything under it).
/// Refused: what would accuse half the Internet (shorter than /8 or, of IPv6, /19; a name of one label), ranges that no
/// packet on the Internet has, and names that are not ASCII.
[[nodiscard]] FeedWord feed_word(std::string_view);
/// "192.0.2.1:443", "[2001:db8::1]:443", "bad.example.org:8080": the host alone; a port is not needed.
[[nodiscard]] FeedWord feed_host_and_port(std::string_view);

/// The host, with its port if it has one, of "scheme://user@host:port/path"; nothing for what is no such URL.
[[nodiscard]] std::optional<std::string_view> host_of_url(std::string_view);

/// One line of comma-separated values, RFC 4180, also with white space around the quotes. Nothing when a quote stays
/// open or text follows it.
[[nodiscard]] std::optional<std::vector<std::string>> csv_fields(std::string_view);

}  // namespace lazaret
