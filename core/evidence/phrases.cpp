#include "core/evidence/phrases.hpp"

#include <cstdlib>
#include <utility>

namespace lazaret {
namespace {

std::string padded(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

/// A calendar date from days since 1970-01-01 (the proleptic Gregorian calendar, counted from 1 March of year 0).
std::string date_text(std::int64_t days) {
  days += 719468;
  const std::int64_t era = days / 146097;
  const std::int64_t day_of_era = days % 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
  const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  const std::int64_t year = year_of_era + 400 * era + (month <= 2 ? 1 : 0);
  return std::to_string(year) + "-" + padded(month) + "-" + padded(day);
}

struct PortName {
  std::uint16_t port;
  std::string_view name;
};
constexpr PortName kPortNames[] = {
    {19, "chargen"},
    {21, "FTP"},
    {22, "SSH"},
    {23, "telnet"},
    {25, "mail"},
    {53, "DNS"},
    {80, "web"},
    {123, "time, NTP"},
    {135, "Windows file sharing"},
    {139, "Windows file sharing"},
    {161, "device management, SNMP"},
    {389, "directory, LDAP"},
    {443, "encrypted web"},
    {445, "Windows file sharing"},
    {465, "mail"},
    {587, "mail"},
    {1433, "database"},
    {1900, "device discovery, SSDP"},
    {2323, "telnet"},
    {3306, "database"},
    {3389, "remote desktop"},
    {5555, "Android debugging"},
    {5900, "remote desktop, VNC"},
    {7547, "router management"},
    {8291, "router management"},
    {9527, "camera"},
    {11211, "memcached"},
    {37215, "router management"},
    {52869, "router management, UPnP"},
};

}  // namespace

std::string time_text(Timestamp t) {
  constexpr std::int64_t kSecondsPerDay = 86400;
  constexpr std::int64_t kUnixFrom = 100 * 365 * kSecondsPerDay / 10;  // ten years: no simulation runs that long
  const std::int64_t s = t.ns / kNsPerSecond;
  const bool unix_time = s >= kUnixFrom;
  const std::int64_t of_day = unix_time ? s % kSecondsPerDay : s;
  const std::string clock = padded(of_day / 3600) + ":" + padded(of_day / 60 % 60) + ":" + padded(of_day % 60);
  return unix_time ? date_text(s / kSecondsPerDay) + " " + clock + " UTC" : clock;
}

std::string duration_text(std::int64_t s) {
  for (const auto& [unit, name] : {std::pair<std::int64_t, const char*>{86400, "day"}, {3600, "hour"}, {60, "minute"}})
    if (s > 0 && s % unit == 0) return counted_text(static_cast<std::uint64_t>(s / unit), name);
  return std::to_string(s) + (s == 1 ? " second" : " seconds");
}

std::string nats_text(Score score) {
  const std::int64_t tenths = (std::llabs(score) * 10 + kNat / 2) / kNat;
  return (score < 0 ? "-" : "") + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string counted_text(std::uint64_t n, std::string_view singular) {
  return std::to_string(n) + " " + std::string(singular) + (n == 1 ? "" : "s");
}

std::string ordinal_text(std::uint64_t n) {
  const bool teen = n / 10 % 10 == 1;
  const std::uint64_t last = teen ? 0 : n % 10;
  return std::to_string(n) + (last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

std::string port_text(std::uint16_t port) {
  std::string text = "port " + std::to_string(port);
  for (const PortName& row : kPortNames)
    if (row.port == port) text += " (" + std::string(row.name) + ")";
  return text;
}

}  // namespace lazaret
