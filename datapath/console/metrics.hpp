// The daemon's figures and the console's own in Prometheus' text format (version 0.0.4). No personal data: nothing here is
// of one account or one person.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <string>

#include "datapath/console/daemon.hpp"

namespace lazaret::console {

struct OwnFigures {
  std::uint64_t refused_tokens = 0, done = 0, failed = 0, sessions = 0;
};

/// `status`: the daemon's answer to `status`, or that there was none.
[[nodiscard]] std::string metrics_text(const Said& status, const OwnFigures&);

}  // namespace lazaret::console
