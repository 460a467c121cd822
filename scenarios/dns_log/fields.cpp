#include "scenarios/dns_log/fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "core/time.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {
namespace {

constexpr std::size_t kLabelMax = 63, kNameMax = 255;
constexpr std::int64_t kDay = 86400;
constexpr int kFirstYear = 1970, kLastYear = 2099;
constexpr std::int64_t kEnd = 4102444800;  // 2100-01-01

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return upper(x) == upper(y); });
}

/// Days since 1970-01-01 in the Gregorian calendar, counted from 1 March so that leap days come last.
constexpr std::int64_t days_of(int year, int month, int day) {
  const std::int64_t y = year - (month <= 2 ? 1 : 0);
  const std::int64_t era = y / 400, of_era = y % 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719468;
}

constexpr int days_in(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

/// A date and time in the making; every step says whether it found what it wanted.
struct Scanner {
  std::string_view left;
  int year = 0, month = 0, day = 0;
  std::int64_t of_day_s = 0, fraction_ns = 0;

  bool skip(char c) {
    if (left.empty() || left.front() != c) return false;
    left.remove_prefix(1);
    return true;
  }
  bool digits(std::size_t least, std::size_t most, int low, int high, int& value) {
    std::size_t n = 0;
    int v = 0;
    while (n < left.size() && n < most && is_digit(left[n])) v = v * 10 + (left[n++] - '0');
    if (n < least || (n < left.size() && is_digit(left[n])) || v < low || v > high) return false;
    left.remove_prefix(n);
    value = v;
    return true;
  }
  bool month_name() {
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (std::size_t m = 0; left.size() >= 3 && m < 12; ++m) {
      if (left.substr(0, 3) != kMonths.substr(3 * m, 3)) continue;
      left.remove_prefix(3);
      month = static_cast<int>(m + 1);
      return true;
    }
    return false;
  }
  void fraction() {
    if (left.size() < 2 || (left[0] != '.' && left[0] != ',') || !is_digit(left[1])) return;
    left.remove_prefix(1);
    for (std::int64_t unit = kNsPerSecond / 10; !left.empty() && is_digit(left.front()); left.remove_prefix(1)) {
      fraction_ns += unit * (left.front() - '0');
      unit /= 10;
    }
  }
  bool time_of_day() {
    int h = 0, m = 0, s = 0;
    if (!digits(2, 2, 0, 23, h) || !skip(':') || !digits(2, 2, 0, 59, m) || !skip(':') || !digits(2, 2, 0, 60, s))
      return false;
    of_day_s = h * 3600 + m * 60 + s;
    fraction();
    return true;
  }
  /// Seconds east of Greenwich, where a zone stands here.
  std::optional<int> zone() {
    if (skip('Z')) return 0;
    Scanner ahead = *this;
    const bool east = ahead.skip('+');
    int h = 0, m = 0;
    if (!east && !ahead.skip('-')) return std::nullopt;
    if (ahead.left.size() >= 4 && is_digit(ahead.left[2])) {
      if (!ahead.digits(4, 4, 0, 1459, h) || h % 100 > 59) return std::nullopt;
      m = h % 100, h /= 100;
    } else if (!ahead.digits(2, 2, 0, 14, h) || (ahead.skip(':') && !ahead.digits(2, 2, 0, 59, m))) {
      return std::nullopt;
    }
    left = ahead.left;
    return (east ? 1 : -1) * (h * 3600 + m * 60);
  }
  [[nodiscard]] bool good() const {
    return year >= kFirstYear && year <= kLastYear && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in(year, month);
  }
};

/// "1795502122.35", with or without brackets.
std::optional<std::int64_t> take_unix_time(Scanner& in) {
  const bool bracket = in.skip('[');
  std::int64_t s = 0;
  const auto [end, error] = std::from_chars(in.left.data(), in.left.data() + in.left.size(), s);
  const auto n = static_cast<std::size_t>(end - in.left.data());
  // Fewer digits are a number of something else.
  if (error != std::errc{} || s < 0 || s >= kEnd || (!bracket && n < 9)) return std::nullopt;
  in.left.remove_prefix(n);
  in.fraction();
  if (bracket && !in.skip(']')) return std::nullopt;
  return s * kNsPerSecond + in.fraction_ns;
}

struct Named {
  std::string_view name;
  std::uint16_t number;
};
// The registry of DNS parameters (IANA), as the servers spell them.
constexpr Named kTypes[] = {
    {"A", 1},        {"AAAA", 28},       {"MX", 15},        {"PTR", 12},      {"HTTPS", 65},      {"TXT", 16},
    {"SRV", 33},     {"NS", 2},          {"SOA", 6},        {"CNAME", 5},     {"DS", 43},         {"DNSKEY", 48},
    {"ANY", 255},    {"NULL", 10},       {"MD", 3},         {"MF", 4},        {"MB", 7},          {"MG", 8},
    {"MR", 9},       {"WKS", 11},        {"HINFO", 13},     {"MINFO", 14},    {"RP", 17},         {"AFSDB", 18},
    {"X25", 19},     {"ISDN", 20},       {"RT", 21},        {"NSAP", 22},     {"NSAP-PTR", 23},   {"SIG", 24},
    {"KEY", 25},     {"PX", 26},         {"GPOS", 27},      {"LOC", 29},      {"NXT", 30},        {"EID", 31},
    {"NIMLOC", 32},  {"ATMA", 34},       {"NAPTR", 35},     {"KX", 36},       {"CERT", 37},       {"A6", 38},
    {"DNAME", 39},   {"SINK", 40},       {"OPT", 41},       {"APL", 42},      {"SSHFP", 44},      {"IPSECKEY", 45},
    {"RRSIG", 46},   {"NSEC", 47},       {"DHCID", 49},     {"NSEC3", 50},    {"NSEC3PARAM", 51}, {"TLSA", 52},
    {"SMIMEA", 53},  {"HIP", 55},        {"NINFO", 56},     {"RKEY", 57},     {"TALINK", 58},     {"CDS", 59},
    {"CDNSKEY", 60}, {"OPENPGPKEY", 61}, {"CSYNC", 62},     {"ZONEMD", 63},   {"SVCB", 64},       {"SPF", 99},
    {"UINFO", 100},  {"UID", 101},       {"GID", 102},      {"UNSPEC", 103},  {"NID", 104},       {"L32", 105},
    {"L64", 106},    {"LP", 107},        {"EUI48", 108},    {"EUI64", 109},   {"TKEY", 249},      {"TSIG", 250},
    {"IXFR", 251},   {"AXFR", 252},      {"MAILB", 253},    {"MAILA", 254},   {"URI", 256},       {"CAA", 257},
    {"AVC", 258},    {"DOA", 259},       {"AMTRELAY", 260}, {"RESINFO", 261}, {"TA", 32768},      {"DLV", 32769}};
constexpr Named kRcodes[] = {{"NOERROR", 0}, {"FORMERR", 1},  {"SERVFAIL", 2},  {"NXDOMAIN", 3}, {"NOTIMP", 4},
                             {"NOTIMPL", 4}, {"REFUSED", 5},  {"YXDOMAIN", 6},  {"YXRRSET", 7},  {"NXRRSET", 8},
                             {"NOTAUTH", 9}, {"NOTZONE", 10}, {"DSOTYPENI", 11}};

template <std::size_t N>
std::optional<std::uint16_t> number_of(const Named (&table)[N], std::string_view name) {
  for (const Named& row : table)
    if (same_word(row.name, name)) return row.number;
  return std::nullopt;
}

/// The number after one of the prefixes, or alone.
std::optional<std::uint32_t> numbered(std::string_view text, std::string_view prefix, std::uint32_t most) {
  if (text.size() > prefix.size() && same_word(text.substr(0, prefix.size()), prefix))
    text.remove_prefix(prefix.size());
  return read_number(text, most);
}

}  // namespace

int StampReader::year_of(int month, int day) {
  if (time_.year != 0) {
    // A log that runs into January goes on in the next year.
    if (last_month_ == 12 && month == 1) ++time_.year;
    if (last_month_ == 1 && month == 12) --time_.year;  // a straggler
    last_month_ = month;
    return time_.year;
  }
  const std::int64_t newest_day = time_.newest_s / kDay + 1;  // the log's zone may be ahead of UTC
  int year = kFirstYear + static_cast<int>(newest_day / 366);
  while (year < kLastYear && days_of(year + 1, month, std::min(day, days_in(year + 1, month))) <= newest_day) ++year;
  while (day == 29 && days_in(year, month) < 29 && year > kFirstYear) --year;
  return year;
}

std::optional<std::int64_t> StampReader::take(std::string_view& line) {
  Scanner in{line};
  std::optional<int> zone;
  const char first = line.empty() ? '\0' : line.front();
  if (first == '[' || (is_digit(first) && line.size() >= 9 &&
                       std::all_of(line.begin(), line.begin() + 9, [](char c) { return is_digit(c); }))) {
    const auto stamp = take_unix_time(in);
    if (!stamp || !(in.left.empty() || in.left.front() == ' ')) return std::nullopt;
    line = in.left.substr(std::min(in.left.find_first_not_of(' '), in.left.size()));
    return stamp;
  }
  if (is_digit(first) && line.size() > 4 && line[4] == '-') {
    if (!in.digits(4, 4, kFirstYear, kLastYear, in.year) || !in.skip('-') || !in.digits(2, 2, 1, 12, in.month) ||
        !in.skip('-') || !in.digits(2, 2, 1, 31, in.day) || !(in.skip('T') || in.skip(' ')) || !in.time_of_day())
      return std::nullopt;
    zone = in.zone();
  } else if (is_digit(first)) {
    if (!in.digits(2, 2, 1, 31, in.day) || !in.skip('-') || !in.month_name() || !in.skip('-') ||
        !in.digits(4, 4, kFirstYear, kLastYear, in.year) || !in.skip(' ') || !in.time_of_day())
      return std::nullopt;
  } else {
    if (!in.month_name() || !in.skip(' ')) return std::nullopt;
    in.skip(' ');
    if (!in.digits(1, 2, 1, 31, in.day) || !in.skip(' ') || !in.time_of_day()) return std::nullopt;
    in.year = year_of(in.month, in.day);
  }
  if (!in.good() || !(in.left.empty() || in.left.front() == ' ')) return std::nullopt;
  const std::int64_t s = days_of(in.year, in.month, in.day) * kDay + in.of_day_s - zone.value_or(time_.utc_offset_s);
  line = in.left.substr(std::min(in.left.find_first_not_of(' '), in.left.size()));
  return std::clamp<std::int64_t>(s, 0, kEnd) * kNsPerSecond + in.fraction_ns;
}

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return word;
}

std::optional<std::uint32_t> read_number(std::string_view text, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

std::optional<IpAddress> read_address(std::string_view text) {
  text = text.substr(0, text.find('%'));
  if (text.find('/') != std::string_view::npos) return std::nullopt;
  const auto prefix = parse_prefix(text);
  if (!prefix) return std::nullopt;
  return prefix->address;
}

std::optional<std::string> read_name(std::string_view text) {
  std::string name;
  if (text == ".") return std::string(1, '\0');
  std::size_t start = 0;  // of the label: where its length goes
  name.push_back('\0');
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '.') {
      const std::size_t length = name.size() - start - 1;
      if (length == 0 || length > kLabelMax) return std::nullopt;
      name[start] = static_cast<char>(length);
      start = name.size();
      name.push_back('\0');
      if (i + 1 >= text.size()) break;  // the last dot stands for the root
      continue;
    }
    char octet = text[i];
    if (octet == '\\') {
      if (++i == text.size()) return std::nullopt;
      octet = text[i];
      if (is_digit(octet)) {
        const auto value = i + 3 <= text.size() ? read_number(text.substr(i, 3), 255) : std::nullopt;
        if (!value) return std::nullopt;
        octet = static_cast<char>(*value);
        i += 2;
      }
    }
    name.push_back(octet);
    if (name.size() > kNameMax) return std::nullopt;
  }
  if (name.size() > kNameMax) return std::nullopt;
  return name;
}

std::optional<std::uint16_t> read_type(std::string_view text) {
  if (const auto known = number_of(kTypes, text)) return known;
  const auto number = numbered(text, text.find('=') == std::string_view::npos ? "TYPE" : "TYPE=", 65535);
  if (!number) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

std::optional<std::uint8_t> read_rcode(std::string_view text) {
  const auto known = number_of(kRcodes, text);
  const auto number = known ? std::optional<std::uint32_t>(*known) : numbered(text, "RCODE", 15);
  if (!number) return std::nullopt;
  return static_cast<std::uint8_t>(*number);
}

std::string reverse_name(IpAddress a) {
  std::string text;
  if (a.is_v4()) {
    for (unsigned shift = 0; shift < 32; shift += 8) text += std::to_string(a.as_v4() >> shift & 255) + ".";
    text += "in-addr.arpa";
  } else {
    for (const std::uint64_t half : {a.low, a.high})
      for (unsigned shift = 0; shift < 64; shift += 4) {
        text += "0123456789abcdef"[half >> shift & 15];
        text += '.';
      }
    text += "ip6.arpa";
  }
  return *read_name(text);
}

bool is_class(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kClasses = {"IN", "CH", "HS", "ANY", "NONE"};
  return std::any_of(kClasses.begin(), kClasses.end(), [&](std::string_view c) { return same_word(c, text); }) ||
         (text.size() > 5 && same_word(text.substr(0, 5), "CLASS"));
}

}  // namespace lazaret
