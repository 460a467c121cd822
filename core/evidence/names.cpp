#include "core/evidence/names.hpp"

#include <array>

namespace lazaret {
namespace {

template <typename Enum>
struct Names;

// The last enumerator of each stands beside its table, so that a new one cannot go without a name.
#define LAZARET_NAMES(Enum, last, ...)                                                                        \
  constexpr auto k##Enum##Names = std::to_array<std::string_view>({__VA_ARGS__});                             \
  static_assert(k##Enum##Names.size() == static_cast<std::size_t>(Enum::last) + 1, "a name for each " #Enum); \
  template <>                                                                                                 \
  struct Names<Enum> {                                                                                        \
    static constexpr std::span<const std::string_view> kAll = k##Enum##Names;                                 \
  };

// clang-format off
LAZARET_NAMES(EventKind, names_uncounted,
  "bound", "unbound", "node_joined", "watched", "unwatched", "reason", "notified", "administrator_notified",
  "operator_asked", "quarantine_proposed", "quarantined", "quarantine_held", "remediation_began",
  "remediation_lapsed", "deferred", "deferral_lapsed", "probation_began", "probation_passed", "choice_refused",
  "appealed", "auto_released", "operator_released", "classified", "name_failed", "fuse_blown", "fuse_reset",
  "enforcement_stopped", "enforcement_resumed", "names_uncounted")
LAZARET_NAMES(State, probation,
  "clear", "watched", "notified", "proposed", "quarantined", "remediating", "deferred", "probation")
LAZARET_NAMES(Channel, report_abuse,
  "scan_ports", "scan_other", "scan_vertical", "scan_mirai", "scan_telnet", "spam_delivery", "spam_mx_query",
  "spam_fanout", "spam_relay", "dns_failure", "dns_tunnel", "flood_syn", "flood_udp", "flood_reply", "flood_spoof",
  "login_failure", "login_opaque", "c2_beacon", "c2_client", "c2_address", "c2_name", "c2_sinkhole", "report_abuse")
LAZARET_NAMES(Family, report, "scan", "spam", "dns", "flood", "login", "c2", "report")
LAZARET_NAMES(AccountClass, exempt, "ordinary", "business", "vulnerable", "exempt")
LAZARET_NAMES(Action, garden, "pass", "drop", "reject", "garden")
LAZARET_NAMES(Rule, strict_closed,
  "clear", "open", "sacred", "not_ip", "malformed", "unbound", "spoofed_source", "garden_return", "mail_closed",
  "web_to_garden", "web_closed", "tiny_fragment", "draining", "call", "scan_closed", "strict_closed")
LAZARET_NAMES(CommandKind, resume_enforcement,
  "bind", "release", "choose", "appeal", "approve", "hold", "operator_release", "operator_quarantine", "classify",
  "report", "popular", "reset_fuse", "stop_enforcement", "resume_enforcement")
LAZARET_NAMES(Choice, already, "none", "now", "later", "already")
LAZARET_NAMES(ReleaseReason, hardship, "other", "cleaned", "false_alarm", "appeal_upheld", "hardship")
LAZARET_NAMES(Issuer, conductor, "world", "conductor")
// clang-format on
#undef LAZARET_NAMES
static_assert(kChannelNames.size() == kChannels && kFamilyNames.size() == kFamilies);

template <typename Enum>
std::string_view pick(Enum value) {
  const auto i = static_cast<std::size_t>(value);
  return i < Names<Enum>::kAll.size() ? Names<Enum>::kAll[i] : std::string_view("unknown");
}

}  // namespace

template <typename Enum>
std::span<const std::string_view> names_of() {
  return Names<Enum>::kAll;
}
template std::span<const std::string_view> names_of<EventKind>();
template std::span<const std::string_view> names_of<State>();
template std::span<const std::string_view> names_of<Channel>();
template std::span<const std::string_view> names_of<Family>();
template std::span<const std::string_view> names_of<AccountClass>();
template std::span<const std::string_view> names_of<Action>();
template std::span<const std::string_view> names_of<Rule>();
template std::span<const std::string_view> names_of<CommandKind>();
template std::span<const std::string_view> names_of<Choice>();
template std::span<const std::string_view> names_of<ReleaseReason>();
template std::span<const std::string_view> names_of<Issuer>();

std::string_view name_of(EventKind k) { return pick(k); }
std::string_view name_of(State s) { return pick(s); }
std::string_view name_of(Channel c) { return pick(c); }
std::string_view name_of(Family f) { return pick(f); }
std::string_view name_of(AccountClass c) { return pick(c); }
std::string_view name_of(Action a) { return pick(a); }
std::string_view name_of(Rule r) { return pick(r); }
std::string_view name_of(CommandKind k) { return pick(k); }
std::string_view name_of(Choice c) { return pick(c); }
std::string_view name_of(ReleaseReason r) { return pick(r); }
std::string_view name_of(Issuer i) { return pick(i); }

}  // namespace lazaret
