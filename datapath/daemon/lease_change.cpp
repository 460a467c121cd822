#include "datapath/daemon/lease_change.hpp"

#include <algorithm>

#include "scenarios/input_file.hpp"
#include "scenarios/output_file.hpp"

namespace lazaret::daemon {
namespace {

constexpr const char* kLastLeases = "leases";  ///< the lease file as it was last carried out

}  // namespace

std::variant<LeaseChange, Problem> lease_change(const Settings& settings, const Steering& held) {
  LeaseChange change;
  if (settings.leases.empty()) return change;
  change.text = read_whole(settings.leases);
  if (!change.text) return Problem{settings.leases.string() + ": cannot be read"};
  const auto wanted = read_leases(*change.text, settings.leases.string(), settings.limits);
  if (const auto* problem = std::get_if<Problem>(&wanted)) return *problem;
  const auto& leases = std::get<0>(wanted);
  const auto kept = settings.state / kLastLeases;
  if (const auto text = read_whole(kept)) {
    const auto before = read_leases(*text, kept.string(), settings.limits);
    if (const auto* problem = std::get_if<Problem>(&before))
      return Problem{problem->message + "; remove that file, and what the lease file no longer lists stays bound"};
    for (const Lease& l : std::get<0>(before)) {
      const auto same = std::lower_bound(leases.begin(), leases.end(), l.prefix,
                                         [](const Lease& a, const Prefix& p) { return a.prefix < p; });
      if ((same != leases.end() && same->prefix == l.prefix) || held.holder(l.prefix) != l.account) continue;
      Command& c = change.commands.emplace_back();
      c.kind = CommandKind::release, c.prefix = l.prefix;
    }
  }
  for (const Lease& l : leases) {
    if (held.holder(l.prefix) == l.account && (l.line == LineId{} || held.holder(l.line) == l.account)) continue;
    Command& c = change.commands.emplace_back();
    c.kind = CommandKind::bind, c.prefix = l.prefix, c.account = l.account, c.line = l.line;
  }
  return change;
}

std::optional<Problem> lease_change_done(const Settings& settings, const std::optional<std::string>& text) {
  return text ? replace_file(settings.state / kLastLeases, *text) : std::nullopt;
}

}  // namespace lazaret::daemon
