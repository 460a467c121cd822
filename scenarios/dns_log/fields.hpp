// The fields that DNS logs share: time stamps, addresses, names, types, codes.
// Ownership: values. Threads: any; a StampReader belongs to one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/dns_log/entry.hpp"

namespace lazaret {

/// Reads the time stamp that a line begins with:
///   24-Nov-2026 06:34:26.350     BIND; dnstap-read
///   2026-11-24T06:34:26.350Z     ISO 8601; a blank for the T, a comma for the point, Z, +hh:mm, +hhmm or no zone
///   Nov 24 06:34:26              syslog: no year
///   [1795502122], 1795502122.35  Unix time
/// From 1970 to 2099, down to nanoseconds; further digits are ignored.
class StampReader {
 public:
  explicit StampReader(const DnsLogTime& time) : time_(time) {}
  /// Nanoseconds since 1970; takes the stamp and the blanks after it off `line`. Nothing (and `line` as it was) when it
  /// begins with none.
  [[nodiscard]] std::optional<std::int64_t> take(std::string_view& line);

 private:
  [[nodiscard]] int year_of(int month, int day);

  DnsLogTime time_;
  int last_month_ = 0;
};

/// The word up to the next blank; takes it and the blanks after it off `text`.
[[nodiscard]] std::string_view take_word(std::string_view& text);
/// All of `text` as a decimal number up to `most`.
[[nodiscard]] std::optional<std::uint32_t> read_number(std::string_view text, std::uint32_t most);
/// An address without a port; "fe80::1%eth0" is read without its zone.
[[nodiscard]] std::optional<IpAddress> read_address(std::string_view text);
/// Dotted text to the wire's form; \DDD and \X stand for octets. Nothing for an empty label, or one over 63 octets, or
/// a name over 255.
[[nodiscard]] std::optional<std::string> read_name(std::string_view text);
/// "MX", "TYPE15", "type=15", "15".
[[nodiscard]] std::optional<std::uint16_t> read_type(std::string_view text);
/// "NXDOMAIN", "RCODE3", "3". Nothing for what no message's header can hold.
[[nodiscard]] std::optional<std::uint8_t> read_rcode(std::string_view text);
/// The name that asks for an address's name, in the wire's form.
[[nodiscard]] std::string reverse_name(IpAddress);

/// Names of an IN question are what is judged; other classes (CH version.bind) are none of a subscriber's life.
[[nodiscard]] bool is_class(std::string_view text);

}  // namespace lazaret
