// From lines to entries: one parser per format, and how a line that gave none is counted.
// Ownership: a parser owns what it must remember between lines, within bounds. Threads: one.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "scenarios/dns_log/entry.hpp"

namespace lazaret {

/// What a line was. Only the last six are worth showing: the others are a healthy log's.
namespace dns_log_line {
constexpr std::string_view kRead = "";                       ///< an entry, or more
constexpr std::string_view kPart = "part";                   ///< of a record that goes on
constexpr std::string_view kOther = "other_line";            ///< neither question nor answer: notices, forwarding
constexpr std::string_view kServers = "between_servers";     ///< dnstap of what the resolver itself asks
constexpr std::string_view kOtherClass = "other_class";      ///< CH version.bind and the like
constexpr std::string_view kUnmatched = "unmatched_answer";  ///< dnsmasq: an answer to a question that was not seen
constexpr std::string_view kNoTime = "no_time";
constexpr std::string_view kBadClient = "bad_client";
constexpr std::string_view kBadName = "bad_name";
constexpr std::string_view kBadType = "bad_type";
constexpr std::string_view kBadCode = "bad_code";
constexpr std::string_view kTooLong = "too_long";
}  // namespace dns_log_line
[[nodiscard]] constexpr bool is_unreadable(std::string_view line) {
  using namespace dns_log_line;
  return line == kNoTime || line == kBadClient || line == kBadName || line == kBadType || line == kBadCode ||
         line == kTooLong;
}

class DnsLogParser {
 public:
  virtual ~DnsLogParser() = default;
  /// Appends what the line says.
  [[nodiscard]] virtual std::string_view read(std::string_view line, std::vector<DnsLogEntry>&) = 0;
  /// What is still open at the end of the file.
  [[nodiscard]] virtual std::string_view end(std::vector<DnsLogEntry>&) { return dns_log_line::kPart; }

 protected:
  DnsLogParser() = default;
  DnsLogParser(const DnsLogParser&) = default;
  DnsLogParser& operator=(const DnsLogParser&) = default;
};

[[nodiscard]] std::unique_ptr<DnsLogParser> make_dns_log_parser(DnsLogFormat, const DnsLogTime&);

[[nodiscard]] std::unique_ptr<DnsLogParser> make_bind_parser(const DnsLogTime&);
[[nodiscard]] std::unique_ptr<DnsLogParser> make_unbound_parser(const DnsLogTime&);
[[nodiscard]] std::unique_ptr<DnsLogParser> make_dnsmasq_parser(const DnsLogTime&);
[[nodiscard]] std::unique_ptr<DnsLogParser> make_dnstap_parser(const DnsLogTime&);
[[nodiscard]] std::unique_ptr<DnsLogParser> make_dnstap_yaml_parser(const DnsLogTime&);
[[nodiscard]] std::unique_ptr<DnsLogParser> make_table_parser(const DnsLogTime&);

/// Name, class and type, in this order of trouble; kRead when all are good and the class is IN.
[[nodiscard]] std::string_view read_question(std::string_view name, std::string_view klass, std::string_view type,
                                             DnsLogEntry&);

}  // namespace lazaret
