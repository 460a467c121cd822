// A complaint from outside about an address of ours, read from a mail: ARF (RFC 5965, source port of RFC 6692) or
// X-ARF 0.1 and 0.2; and what it means for an account.
// A mail is easily forged and could frame a subscriber: it counts only when our own mail server confirmed whose it is
// (Authentication-Results, RFC 8601) and the operator trusts that sender.
// Ownership: values. Threads: any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "core/event.hpp"
#include "core/subscriber/lease_history.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

enum class AbuseType : std::uint8_t {
  abuse,  ///< ARF's word for spam and other unwanted mail
  fraud,
  virus,
  spam,
  login_attack,
  port_scan,
  flood,
  bot,
  other,
};
[[nodiscard]] std::string_view to_text(AbuseType);

struct AbuseReport {
  IpAddress source;
  std::optional<std::uint16_t> source_port;  ///< of `source`; the port that was attacked is not it
  Timestamp at;                              ///< of the incident, Unix time
  AbuseType type = AbuseType::other;
  std::uint32_t incidents = 1;
  std::string reporter_domain;  ///< of From, in lower case
  bool authenticated = false;   ///< our mail server confirmed that domain
};

/// `mail_server`: the name (authserv-id) under which our own mail server writes Authentication-Results. It must remove
/// such fields from mail that comes in, as RFC 8601 asks. Empty: nothing is authenticated.
[[nodiscard]] std::variant<AbuseReport, Problem> load_abuse_report(const std::filesystem::path&,
                                                                   const std::string& mail_server);
/// `name` stands for the file in messages.
[[nodiscard]] std::variant<AbuseReport, Problem> parse_abuse_report(const std::string& name, const std::string& text,
                                                                    const std::string& mail_server);

/// How often a report is right, by the reporter's domain; a domain speaks for those under it that are not listed.
struct ReporterTrust {
  std::map<std::string, double, std::less<>> precision;
  Duration max_age = seconds(3 * 86400);
};

struct Accusation {
  AccountId account;
  Timestamp at;
  AbuseType type = AbuseType::other;
  Score weight = 0;
};
enum class NoAccusation : std::uint8_t {
  not_authenticated,
  not_trusted,
  in_future,
  too_old,  ///< older than max_age, or than the lease history
  nobody,   ///< the address was nobody's
  shared,   ///< the address was shared and the report names no source port
};
[[nodiscard]] std::string_view to_text(NoAccusation);

[[nodiscard]] std::variant<Accusation, NoAccusation> accuse(const AbuseReport&, const LeaseHistory&,
                                                            const ReporterTrust&, Timestamp now);

}  // namespace lazaret
