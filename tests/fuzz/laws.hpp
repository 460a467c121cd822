// The laws that hold of every program, as one function: the fuzz target and the seeds' test both call it.
// Ownership: none kept. Threads: pure.
#pragma once

#include <set>
#include <string>

#include "tests/fuzz/program.hpp"
#include "tests/laws/reference.hpp"

namespace lazaret::fuzz {

/// What a program reached, so that a test can say that the seeds lead somewhere.
struct Reached {
  std::size_t packets = 0, commands = 0;
  std::size_t proposed = 0, quarantined = 0, held = 0, restricted = 0, sacred = 0, spoofed = 0, relapses = 0;
  std::set<Rule> rules;
  std::set<EventKind> kinds;
  std::set<Channel> channels;
};

/// Empty, or the law that the program breaks. Runs it through engines cut and sharded in several ways and through the
/// reference; `slip` makes the reference wrong on purpose.
[[nodiscard]] std::string broken_law(const Program&, Reached* = nullptr, laws::Slip slip = laws::Slip::none);

}  // namespace lazaret::fuzz
