// What stands in line at the gateway.
// Ownership: a value. Threads: any.
#pragma once

#include <cstdint>

namespace lazaret {

/// `open`: nothing judges and everything passes, which shows what a run costs besides the core.
enum class Gate : std::uint8_t { core, open };

}  // namespace lazaret
