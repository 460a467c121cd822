// A day's DNS log through the core, as a capture of its clients' lines would go: each question a frame upstream, each
// answer a frame downstream.
// Ownership: values. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/dns_log/dns_log.hpp"
#include "scenarios/replay.hpp"

namespace lazaret {

/// A log is read twice: first to count its clients, then to judge them.
struct DnsLogProgress {
  bool judging = false;
  double share = 0;  ///< of this reading
  std::uint64_t records = 0;
};

struct DnsLogRequest {
  DnsLogOptions log;
  std::vector<Prefix> subscribers;   ///< none: everybody who asks
  std::uint8_t ipv6_bits = 64;       ///< of an IPv6 address that name a subscriber
  std::shared_ptr<const Feed> feed;  ///< built under Seed{0}; none: nullptr
  /// Whom clients asked, where the log does not tell (RFC 5737, RFC 3849: for documentation, nobody's own).
  IpAddress resolver_v4 = IpAddress::v4(0xc000'0235);
  IpAddress resolver_v6 = {0x2001'0db8'0000'0000, 0x53};
  std::function<void(const DnsLogProgress&)> progress;
};

struct DnsLogReplay {
  /// `report.records` are the log's (a capture's packets); `judged` are the frames made of them. `skipped` counts records
  /// by the causes of scenarios/dns_log/parser.hpp, and of what was read: not_subscriber, too_many_subscribers,
  /// repeated_answer (BIND logs a failure twice), answer_without_code.
  CaptureReplay replay;
  std::string format;                  ///< "bind", ...; "capture" for pcap and pcapng
  std::uint64_t queries = 0;           ///< judged, the next ones included
  std::uint64_t queries_inferred = 0;  ///< from an answer whose question the log does not hold
  std::uint64_t answers_seen = 0;      ///< in the log
  std::uint64_t names_decided = 0;     ///< of these: the code says that the name exists, or that it does not
  /// Of these: the log shows an address. The core counts a name that exists in a client's favour only then.
  std::uint64_t addresses_shown = 0;
  std::vector<DnsLogCounts::Unreadable> unreadable;
};

/// A log in a known format, plain or gzip; or a capture, whose clients are those who ask and are not asked themselves,
/// within `subscribers` where there are any. An address (of IPv6: each prefix of `ipv6_bits`) is an account. Entries up
/// to two seconds apart are put in order; for the rest time follows the rule of captures. Ids and ports that a log lacks
/// are derived from what it has, so that an answer matches its question. A Problem when nothing in it can be read.
[[nodiscard]] std::variant<DnsLogReplay, Problem> replay_dns_log(const std::filesystem::path&, const DnsLogRequest&,
                                                                 const Policy&);

/// Who asks in a capture, and what can be counted of it.
struct DnsInCapture {
  std::vector<Prefix> clients;
  std::uint64_t queries = 0, answers = 0, names_decided = 0, addresses_shown = 0;
};
[[nodiscard]] std::variant<DnsInCapture, Problem> find_dns_clients(const std::filesystem::path& capture,
                                                                   const std::vector<Prefix>& subscribers,
                                                                   std::uint8_t ipv6_bits);

}  // namespace lazaret
