// Commands about leases, and the room that several engines have each, for the tests of what drives them.
// Ownership: values. Threads: pure.
#pragma once

#include <string_view>

#include "core/command.hpp"
#include "core/limits.hpp"
#include "tests/core/frames.hpp"

namespace lazaret {

constexpr Limits kEach{.accounts = 32, .bindings = 128, .other_prefixes = 16, .events = 4096, .counted_names = 256};
constexpr LineId kLine = make_line(7, 1, 0);

inline Command of_kind(CommandKind kind, std::uint32_t account = 0) {
  Command c;
  c.kind = kind;
  c.account = {account};
  return c;
}
inline Command bind(std::uint32_t account, std::string_view prefix, LineId line = {}, std::uint8_t length = 128) {
  Command c = of_kind(CommandKind::bind, account);
  c.prefix = {frames::address(prefix), length};
  c.line = line;
  return c;
}

}  // namespace lazaret
