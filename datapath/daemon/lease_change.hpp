// What makes the lease file's leases those in force: at the start before any packet, and when it is read again.
// Ownership: values. Threads: the control core.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/steering.hpp"
#include "datapath/daemon/leases.hpp"
#include "datapath/daemon/settings.hpp"

namespace lazaret::daemon {

struct LeaseChange {
  std::optional<std::string> text;  ///< of the file; nothing where the settings name none
  std::vector<Command> commands;    ///< without stamps
};

/// What the last file listed and this one does not ends; leases that came by the operator's socket stay. Releases come
/// first, so that a prefix's place is free. Or what is wrong, and nothing is to be changed.
[[nodiscard]] std::variant<LeaseChange, Problem> lease_change(const Settings&, const Steering& held);
/// Once the commands are in force: this file is the last one.
[[nodiscard]] std::optional<Problem> lease_change_done(const Settings&, const std::optional<std::string>& text);

}  // namespace lazaret::daemon
