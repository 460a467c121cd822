// What the operator's socket answers: {"v":1,"words":["release","7","cleaned"]} a line, one JSON object back.
// Ownership: borrows. Threads: the control core's.
#pragma once

#include <string>
#include <string_view>

#include "datapath/daemon/live.hpp"

namespace lazaret::daemon {

/// `dropped`: connections that flooded either socket.
[[nodiscard]] std::string answer_operator(Live&, std::string_view line, std::uint64_t dropped);

}  // namespace lazaret::daemon
