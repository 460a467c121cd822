// The lease file: who holds which address or prefix, and on which access line, one lease a line:
//
//   PREFIX ACCOUNT [LINE]        203.0.113.7 17          2001:db8:5::/56 17 100.7
//
// LINE is S-VLAN.C-VLAN or one VLAN (TR-101); without it the access node guards the account's sources. "#" begins a
// comment.
// Ownership: values. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/limits.hpp"
#include "core/subscriber/account.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::daemon {

struct Lease {
  Prefix prefix;
  AccountId account;
  LineId line;
  friend auto operator<=>(const Lease&, const Lease&) = default;
};

/// By prefix, each once; or what is wrong: `file` (for the message), line, remedy.
[[nodiscard]] std::variant<std::vector<Lease>, Problem> read_leases(const std::string& text, const std::string& file,
                                                                    const Limits&);
/// "100.7" or "7"; nothing where it is neither.
[[nodiscard]] std::optional<LineId> parse_line(std::string_view);

}  // namespace lazaret::daemon
