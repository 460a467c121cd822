#include "core/evidence/explanation.hpp"

#include <array>
#include <cstdlib>

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

/// Unix time as date and time of day (UTC); a simulation's time, which starts at 0, as hours, minutes and seconds.
std::string time_text(Timestamp t) {
  constexpr std::int64_t kSecondsPerDay = 86400;
  constexpr std::int64_t kUnixFrom = 100 * 365 * kSecondsPerDay / 10;  // ten years: no simulation runs that long
  const std::int64_t s = t.ns / kNsPerSecond;
  const bool unix_time = s >= kUnixFrom;
  const std::int64_t of_day = unix_time ? s % kSecondsPerDay : s;
  const std::string clock = padded(of_day / 3600) + ":" + padded(of_day / 60 % 60) + ":" + padded(of_day % 60);
  return unix_time ? date_text(s / kSecondsPerDay) + " " + clock + " UTC" : clock;
}

/// One decimal: 1/65536 nat as nats.
std::string nats(Score score) {
  const std::int64_t tenths = (std::llabs(score) * 10 + kNat / 2) / kNat;
  return (score < 0 ? "-" : "") + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string duration_text(std::int64_t s) {
  if (s % 86400 == 0) return std::to_string(s / 86400) + (s == 86400 ? " day" : " days");
  if (s % 3600 == 0) return std::to_string(s / 3600) + (s == 3600 ? " hour" : " hours");
  if (s % 60 == 0) return std::to_string(s / 60) + (s == 60 ? " minute" : " minutes");
  return std::to_string(s) + " seconds";
}

std::string_view port_name(std::uint16_t port) {
  switch (port) {
    case 21:
      return "FTP";
    case 22:
      return "SSH";
    case 23:
    case 2323:
      return "telnet";
    case 25:
      return "mail";
    case 53:
      return "DNS";
    case 135:
    case 139:
    case 445:
      return "Windows file sharing";
    case 1433:
    case 3306:
      return "database";
    case 3389:
      return "remote desktop";
    case 5555:
      return "Android debugging";
    case 7547:
      return "router management";
    default:
      return {};
  }
}

std::string port_text(std::uint16_t port) {
  const std::string_view name = port_name(port);
  return "port " + std::to_string(port) + (name.empty() ? "" : " (" + std::string(name) + ")");
}

std::string seen_text(const Event& e) {
  const Sighting& s = e.seen;
  const std::string adverse = std::to_string(s.adverse);
  const std::string all = std::to_string(s.observations);
  switch (e.channel) {
    case Channel::scan_ports:
      return adverse + " of " + all + " first contacts on ports that scanners look for failed, the last on " +
             port_text(s.port);
    case Channel::scan_other:
      return adverse + " of " + all + " first contacts with other hosts failed, the last on " + port_text(s.port);
    case Channel::scan_vertical:
      return adverse + " of " + all + " tries of further ports on hosts already contacted failed, the last on " +
             port_text(s.port);
    case Channel::spam_delivery:
      return adverse + " of " + all +
             " mail deliveries that bypassed our mail server were refused, unanswered, rejected, or went to networks "
             "not mailed before";
    case Channel::spam_mx_query:
      return adverse + " mail exchangers were looked up, which home computers do not do";
  }
  return {};
}

std::string belief_text(const Event& e) {
  return "log-odds of infection " + nats(e.observed) + ", limit " + nats(e.limit);
}

std::string later_text(const Event& e) {
  return e.later_left == 0
             ? std::string("'later' is no longer offered")
             : "'later' can be chosen " + std::to_string(e.later_left) + " more time" + (e.later_left == 1 ? "" : "s");
}

std::string prefix_text(std::int64_t length) {
  return length == 128 ? std::string("an address") : "a prefix of length " + std::to_string(length);
}

}  // namespace

std::string explain(const Event& e, const Policy& policy) {
  switch (e.kind) {
    case EventKind::bound:
      return "The account was given " + prefix_text(e.observed) + ".";
    case EventKind::unbound:
      return "The account gave back " + prefix_text(e.observed) + ".";
    case EventKind::watched:
      return "The traffic of this line looks suspicious (" + belief_text(e) +
             "); it is watched, nothing is restricted.";
    case EventKind::unwatched:
      return "The suspicion has passed (" + belief_text(e) + ").";
    case EventKind::reason:
      return seen_text(e) + " (between " + time_text(e.seen.first) + " and " + time_text(e.seen.last) +
             "; last source port " + std::to_string(e.seen.source_port) + "; score " + nats(e.observed) +
             ", certain from " + nats(e.limit) + ").";
    case EventKind::quarantine_proposed:
      return std::string("The evidence is enough for quarantine (") + belief_text(e) + ")" +
             (e.from_probation ? ", under the stricter watch after 'already removed'." : ".");
    case EventKind::quarantined:
      return std::string(e.from_probation ? "Quarantined again: 'already removed' did not hold" : "Quarantined") +
             ". Mail sending and web are closed; mail reading, voice and everything else stay open; " + later_text(e) +
             ".";
    case EventKind::quarantine_held:
      return "The fuse holds this quarantine back; the evidence is weighed again in " +
             duration_text(policy.fuse_retry_s) + ".";
    case EventKind::remediation_began:
      return "The subscriber chose 'now': " + duration_text(policy.quarantine_remediation_s) +
             " for removing the infection.";
    case EventKind::remediation_lapsed:
      return "The time for removing the infection is over; the page asks again.";
    case EventKind::deferred:
      return "The subscriber chose 'later': the line is open for " + duration_text(policy.quarantine_later_s) + "; " +
             later_text(e) + ".";
    case EventKind::deferral_lapsed:
      return "The time of 'later' is over; quarantined again; " + later_text(e) + ".";
    case EventKind::probation_began:
      return "The subscriber says that the infection is already removed: the line is open, and watched more strictly "
             "for " +
             duration_text(policy.quarantine_probation_s) + ".";
    case EventKind::probation_passed:
      return "Nothing suspicious during probation; the account is clear.";
    case EventKind::choice_refused:
      return "The choice '" + std::string(name_of(static_cast<Choice>(e.observed))) +
             "' was not open to the account; " + later_text(e) + ".";
    case EventKind::auto_released:
      return "No quarantine lasts longer than " + duration_text(policy.quarantine_max_s) +
             "; the account is on probation.";
    case EventKind::operator_released:
      return "An operator released the account.";
    case EventKind::exempted:
      return "An operator exempted the account from quarantine.";
    case EventKind::unexempted:
      return "An operator ended the account's exemption.";
    case EventKind::fuse_blown:
      return "The fuse blew: " + std::to_string(e.observed) + " quarantines within " +
             duration_text(policy.fuse_interval_s) + ", at most " + std::to_string(e.limit) +
             " are allowed. No further one until an operator resets it.";
    case EventKind::fuse_reset:
      return "An operator reset the fuse.";
  }
  return {};
}

namespace {

template <typename Enum, std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& names, Enum value) {
  const auto i = static_cast<std::size_t>(value);
  return i < N ? names[i] : std::string_view("unknown");
}

}  // namespace

std::string_view name_of(EventKind k) {
  return pick(std::to_array<std::string_view>({"bound",
                                               "unbound",
                                               "watched",
                                               "unwatched",
                                               "reason",
                                               "quarantine_proposed",
                                               "quarantined",
                                               "quarantine_held",
                                               "remediation_began",
                                               "remediation_lapsed",
                                               "deferred",
                                               "deferral_lapsed",
                                               "probation_began",
                                               "probation_passed",
                                               "choice_refused",
                                               "auto_released",
                                               "operator_released",
                                               "exempted",
                                               "unexempted",
                                               "fuse_blown",
                                               "fuse_reset"}),
              k);
}
std::string_view name_of(State s) {
  return pick(std::to_array<std::string_view>(
                  {"clear", "watched", "proposed", "quarantined", "remediating", "deferred", "probation"}),
              s);
}
std::string_view name_of(Channel c) {
  return pick(
      std::to_array<std::string_view>({"scan_ports", "scan_other", "scan_vertical", "spam_delivery", "spam_mx_query"}),
      c);
}
std::string_view name_of(Family f) { return pick(std::to_array<std::string_view>({"scan", "spam"}), f); }
std::string_view name_of(Action a) {
  return pick(std::to_array<std::string_view>({"pass", "drop", "reject", "garden"}), a);
}
std::string_view name_of(Rule r) {
  return pick(
      std::to_array<std::string_view>({"clear", "open", "sacred", "not_ip", "malformed", "unbound", "spoofed_source",
                                       "garden_return", "mail_closed", "web_to_garden", "web_closed", "tiny_fragment"}),
      r);
}
std::string_view name_of(Choice c) {
  return pick(std::to_array<std::string_view>({"none", "now", "later", "already"}), c);
}
std::string_view name_of(CommandKind k) {
  return pick(std::to_array<std::string_view>({"bind", "release", "choose", "approve", "hold", "operator_release",
                                               "exempt", "unexempt", "reset_fuse"}),
              k);
}

}  // namespace lazaret
