// One question or answer as a DNS log tells it, and the formats that are read.
// Ownership: values. Threads: any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.hpp"

namespace lazaret {

enum class DnsLogFormat : std::uint8_t {
  bind,         ///< BIND 9: categories queries, responses (responselog, 9.20) and query-errors
  unbound,      ///< Unbound: log-queries, log-replies
  dnsmasq,      ///< dnsmasq: log-queries, log-queries=extra
  dnstap,       ///< the lines of dnstap-read, which lack the answer's code
  dnstap_yaml,  ///< dnstap-read -y
  table,        ///< CSV or TSV: time,client,qname,qtype,rcode
};
struct DnsLogFormatName {
  DnsLogFormat format;
  std::string_view name;
};
constexpr std::array<DnsLogFormatName, 6> kDnsLogFormats = {{{DnsLogFormat::bind, "bind"},
                                                             {DnsLogFormat::unbound, "unbound"},
                                                             {DnsLogFormat::dnsmasq, "dnsmasq"},
                                                             {DnsLogFormat::dnstap, "dnstap"},
                                                             {DnsLogFormat::dnstap_yaml, "dnstap-yaml"},
                                                             {DnsLogFormat::table, "table"}}};
[[nodiscard]] constexpr std::string_view name_of(DnsLogFormat f) {
  return kDnsLogFormats[static_cast<std::size_t>(f)].name;
}

/// What a log does not tell is left empty (0 for the port and the size).
struct DnsLogEntry {
  std::int64_t stamp_ns = 0;  ///< Unix time
  bool response = false;
  IpAddress client;
  std::uint16_t client_port = 0;
  std::optional<IpAddress> resolver;
  std::optional<std::uint16_t> id;
  std::string name;  ///< as on the wire: labels with their lengths, the last one empty
  std::uint16_t type = 0;
  // Of an answer only.
  std::optional<std::uint8_t> rcode;     ///< 0 to 15
  std::vector<IpAddress> addresses;      ///< in the answer section
  std::optional<std::uint16_t> records;  ///< how many the answer section holds; at least addresses.size()
  std::uint16_t size = 0;                ///< octets of the whole message
};

/// How time stamps that lack something are completed.
struct DnsLogTime {
  int utc_offset_s = 0;       ///< of stamps that name no zone
  int year = 0;               ///< of stamps that name none; 0: the last year in which they are not after `newest_s`
  std::int64_t newest_s = 0;  ///< when the log was last written
};

}  // namespace lazaret
