#include "scenarios/instant.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <vector>

namespace lazaret {
namespace {

constexpr int kMinutesPerHour = 60;
constexpr std::int64_t kLastYear = 2199;  ///< far from where nanoseconds in 64 bits end (2262)

struct Fields {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::int64_t ns = 0;
  int offset_min = 0;
};

std::optional<Timestamp> instant(const Fields& f) {
  const std::chrono::year_month_day date{std::chrono::year{f.year}, std::chrono::month(static_cast<unsigned>(f.month)),
                                         std::chrono::day(static_cast<unsigned>(f.day))};
  // A leap second is the first of the next minute.
  if (!date.ok() || f.year < 1970 || f.year > kLastYear || f.hour > 23 || f.minute > 59 || f.second > 60)
    return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t s = ((days * 24 + f.hour) * kMinutesPerHour + f.minute - f.offset_min) * 60 + f.second;
  if (s < 0) return std::nullopt;
  return Timestamp{s * kNsPerSecond + f.ns};
}

/// Exactly the digits of `text`.
bool digits(std::string_view text, std::size_t least, std::size_t most, int& value) {
  if (text.size() < least || text.size() > most) return false;
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return true;
}

/// "+0200", "-03:30", "+01".
bool offset(std::string_view text, int& minutes) {
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return false;
  const bool west = text[0] == '-';
  int hour = 0, minute = 0;
  if (!digits(text.substr(1, 2), 2, 2, hour)) return false;
  std::string_view rest = text.substr(3);
  if (rest.starts_with(':')) {
    rest.remove_prefix(1);
    if (rest.empty()) return false;
  }
  if (!rest.empty() && !digits(rest, 2, 2, minute)) return false;
  if (hour > 23 || minute > 59) return false;
  minutes = (west ? -1 : 1) * (hour * kMinutesPerHour + minute);
  return true;
}

std::string lower(std::string_view text) {
  std::string s(text);
  for (char& c : s)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return s;
}

bool month(std::string_view text, int& value) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::string name = lower(text);
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (name == kMonths[i]) value = static_cast<int>(i) + 1;
  return value != 0;
}

bool zone(std::string_view text, int& minutes) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) return text.size() == 5 && offset(text, minutes);
  struct Zone {
    std::string_view name;
    int hours;
  };
  constexpr std::array<Zone, 12> kZones = {{{"ut", 0},
                                            {"gmt", 0},
                                            {"utc", 0},
                                            {"z", 0},
                                            {"est", -5},
                                            {"edt", -4},
                                            {"cst", -6},
                                            {"cdt", -5},
                                            {"mst", -7},
                                            {"mdt", -6},
                                            {"pst", -8},
                                            {"pdt", -7}}};
  const std::string name = lower(text);
  for (const Zone& z : kZones) {
    if (name != z.name) continue;
    minutes = z.hours * kMinutesPerHour;
    return true;
  }
  return false;
}

/// "14:03:20" or "14:03".
bool clock_time(std::string_view text, Fields& f) {
  if (text.size() != 5 && text.size() != 8) return false;
  if (!digits(text.substr(0, 2), 2, 2, f.hour) || text[2] != ':' || !digits(text.substr(3, 2), 2, 2, f.minute))
    return false;
  return text.size() == 5 || (text[5] == ':' && digits(text.substr(6), 2, 2, f.second));
}

/// Words without white space and (nested) comments; nothing when a comment stays open.
std::optional<std::vector<std::string>> words(std::string_view text) {
  std::vector<std::string> all;
  int depth = 0;
  bool in_word = false;
  for (const char c : text) {
    if (c == ')' && --depth < 0) return std::nullopt;
    if (c == '(') ++depth;
    const bool gap = depth > 0 || c == ')' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!gap) {
      if (!in_word) all.emplace_back();
      all.back() += c;
    }
    in_word = !gap;
  }
  if (depth != 0) return std::nullopt;
  return all;
}

}  // namespace

std::optional<Timestamp> parse_mail_date(std::string_view text) {
  if (text.size() > 200) return std::nullopt;
  auto parts = words(text);
  if (!parts) return std::nullopt;
  std::vector<std::string>& w = *parts;
  // "Tue," may stand without a space before what follows, and is not needed.
  if (!w.empty() && w[0].size() >= 4 && w[0][3] == ',') {
    w[0].erase(0, 4);
    if (w[0].empty()) w.erase(w.begin());
  }
  Fields f;
  if (w.size() != 5) return std::nullopt;
  const bool month_first = month(w[0], f.month);
  if (!month_first && !month(w[1], f.month)) return std::nullopt;
  if (!digits(w[month_first ? 1 : 0], 1, 2, f.day) || !digits(w[2], 2, 4, f.year)) return std::nullopt;
  if (w[2].size() == 2) f.year += f.year < 50 ? 2000 : 1900;
  if (w[2].size() == 3) f.year += 1900;
  if (!clock_time(w[3], f) || !zone(w[4], f.offset_min)) return std::nullopt;
  return instant(f);
}

std::optional<Timestamp> parse_iso_date(std::string_view text) {
  constexpr std::size_t kMinutes = 16;  ///< "2007-10-09T14:03"
  Fields f;
  if (text.size() < kMinutes || text.size() > 60 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!digits(text.substr(0, 4), 4, 4, f.year) || !digits(text.substr(5, 2), 2, 2, f.month) ||
      !digits(text.substr(8, 2), 2, 2, f.day) || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
    return std::nullopt;
  const bool with_seconds = text.size() >= kMinutes + 3 && text[kMinutes] == ':';
  const std::size_t time_size = with_seconds ? 8 : 5;
  if (!clock_time(text.substr(11, time_size), f)) return std::nullopt;
  std::string_view rest = text.substr(11 + time_size);
  if (with_seconds && !rest.empty() && (rest[0] == '.' || rest[0] == ',')) {
    std::int64_t unit = kNsPerSecond;
    std::size_t n = 1;
    for (; n < rest.size() && rest[n] >= '0' && rest[n] <= '9'; ++n) f.ns += (rest[n] - '0') * (unit /= 10);
    if (n == 1) return std::nullopt;
    rest.remove_prefix(n);
  }
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest != "Z" && rest != "z" && !offset(rest, f.offset_min)) return std::nullopt;
  return instant(f);
}

}  // namespace lazaret
