#include "datapath/portal/envelope.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace lazaret::portal {
namespace {

constexpr std::array<std::string_view, 9> kRead = {"host",           "accept",         "accept-language",
                                                   "content-type",   "origin",         "sec-fetch-site",
                                                   "sec-fetch-mode", "content-length", "user-agent"};
constexpr std::string_view kForm = "application/x-www-form-urlencoded", kJson = "application/json";

bool token_octet(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kMarks.find(c) != std::string_view::npos;
}
bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), token_octet); }
/// Field values: no control characters but the tab.
bool value_octet(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 32 && c != 127); }
bool target_octet(char c) { return c > 32 && c < 127; }

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return low;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// 0: good.
int read_request_line(std::string_view line) {
  const std::size_t one = line.find(' '), two = line.rfind(' ');
  if (one == std::string_view::npos || one == two) return 400;
  const std::string_view target = line.substr(one + 1, two - one - 1), version = line.substr(two + 1);
  if (!is_token(line.substr(0, one)) || one > 16) return 400;
  if (target.size() > kLongestTarget) return 414;
  // The origin form only: the portal is no proxy.
  if (target.empty() || target[0] != '/' || !std::all_of(target.begin(), target.end(), target_octet)) return 400;
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return 0;
  return version.starts_with("HTTP/") ? 505 : 400;
}

struct Fields {
  const Reads& reads;
  unsigned hosts = 0, lengths = 0;
  std::size_t body = 0;
  std::string kept = {};

  int add(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return 400;  // folded lines are here, too
    const std::string name = lower(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!std::all_of(value.begin(), value.end(), value_octet)) return 400;
    if (name == "transfer-encoding") return 501;
    if (name == "content-length") {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), body);
      if (++lengths > 1 || value.empty() || value[0] == '-' || end != value.data() + value.size()) return 400;
      if (error == std::errc::result_out_of_range || body > kLongestBody) return 413;
      if (error != std::errc{}) return 400;
    }
    if (name == "host" && (++hosts > 1 || value.empty() || value.size() > 262)) return 400;
    const bool known_body =
        name != "content-type" || lower(value).starts_with(kForm) || (reads.json && lower(value).starts_with(kJson));
    const auto listed = [&](const auto& list) { return std::find(list.begin(), list.end(), name) != list.end(); };
    // A percent sign: the library would undo it, and none of these fields has one.
    const bool plain = value.find('%') == std::string_view::npos;
    if (known_body && plain && (listed(kRead) || listed(reads.fields)))
      kept += name + ": " + std::string(value) + "\r\n";
    else if (name == "host")
      return 400;
    return 0;
  }
};

}  // namespace

std::variant<Unfinished, Refused, Envelope> read_envelope(std::string_view octets, const Reads& reads) {
  // An empty line before the request is forgiven (RFC 9112, 2.2).
  if (octets.starts_with("\r\n")) octets.remove_prefix(2);
  const std::size_t end = octets.find("\r\n\r\n");
  const std::string_view head = octets.substr(0, end == std::string_view::npos ? octets.size() : end);
  if (head.size() > kLongestHead) return Refused{head.find("\r\n") > kLongestTarget + 64 ? 414 : 431};
  if (end == std::string_view::npos) {
    // What can never become a request (TLS, a mail client) is not waited for.
    const std::string_view start = head.substr(0, head.find(' '));
    if (!head.empty() && (start.size() > 16 || !is_token(start))) return Refused{400};
    return Unfinished{};
  }
  std::size_t from = head.find("\r\n");
  const std::string_view first = head.substr(0, from);
  if (const int status = read_request_line(first)) return Refused{status};
  Fields fields{reads};
  unsigned count = 0;
  while (from != std::string_view::npos) {
    const std::size_t to = head.find("\r\n", from + 2);
    const std::string_view line = head.substr(from + 2, to == std::string_view::npos ? to : to - from - 2);
    if (++count > kMostFields) return Refused{431};
    if (const int status = fields.add(line)) return Refused{status};
    from = to;
  }
  if (fields.hosts != 1) return Refused{400};
  const std::string_view body = octets.substr(end + 4);
  if (body.size() < fields.body) return Unfinished{};
  return Envelope{std::string(first) + "\r\n" + fields.kept + "\r\n" + std::string(body.substr(0, fields.body))};
}

}  // namespace lazaret::portal
