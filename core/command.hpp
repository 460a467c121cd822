// What the world tells the core besides packets: leases, choices at the portal, an operator's word, the conductor's decisions.
// Ownership: values, trivially copyable. Threads: none.
#pragma once

#include <cstdint>

#include "core/address.hpp"
#include "core/subscriber/account.hpp"
#include "core/time.hpp"

namespace lazaret {

enum class CommandKind : std::uint8_t {
  bind,              ///< `prefix` now belongs to `account`, on `line` (line 0: the access node guards sources itself)
  release,           ///< `prefix` belongs to nobody
  choose,            ///< the subscriber chose `choice` at the portal
  approve,           ///< conductor: the proposed quarantine takes effect
  hold,              ///< conductor: the fuse holds the proposed quarantine back
  operator_release,  ///< operator: back to clear, evidence forgotten
  exempt,            ///< operator: never quarantine this account
  unexempt,          ///< operator: end of the exemption
  reset_fuse,        ///< operator: to the conductor
};

/// The three choices of the portal page.
enum class Choice : std::uint8_t { none, now, later, already };

/// Who issued a command; a replay derives the conductor's itself and compares.
enum class Issuer : std::uint8_t { world, conductor };

struct Command {
  Timestamp at;
  CommandKind kind = CommandKind::bind;
  Choice choice = Choice::none;
  Issuer issuer = Issuer::world;
  AccountId account;
  Prefix prefix;
  LineId line;
};

}  // namespace lazaret
