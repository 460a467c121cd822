// What the world tells the core besides packets: leases, choices at the portal, an operator's word, the conductor's decisions.
// Ownership: values, trivially copyable. Threads: none.
#pragma once

#include <cstdint>

#include "core/address.hpp"
#include "core/event.hpp"
#include "core/subscriber/account.hpp"
#include "core/time.hpp"

namespace lazaret {

enum class CommandKind : std::uint8_t {
  bind,              ///< `prefix` now belongs to `account`, on `line` (line 0: the access node guards sources itself)
  release,           ///< `prefix` belongs to nobody
  choose,            ///< the subscriber chose `choice` at the portal
  appeal,            ///< the subscriber disputes the quarantine
  approve,           ///< conductor: the proposed quarantine takes effect
  hold,              ///< conductor: the fuse holds the proposed quarantine back
  operator_release,  ///< operator: back to clear, for `release_reason`; evidence forgotten
  operator_quarantine,  ///< operator: quarantine without a proposal
  classify,             ///< operator: how to treat the account from now on
  report,               ///< somebody reported abuse by the account; `step` of belief, about `port`
  popular,           ///< conductor, to all engines: so many accounts fail to find the name `key` that it tells nothing
  reset_fuse,        ///< operator: to the conductor
  stop_enforcement,  ///< operator: the kill switch; to all engines and the conductor
  resume_enforcement,  ///< operator
};
/// Whether a command is for every engine instead of one account's.
constexpr bool concerns_all(CommandKind k) { return k == CommandKind::popular || k >= CommandKind::reset_fuse; }

/// Why an operator releases.
enum class ReleaseReason : std::uint8_t { other, cleaned, false_alarm, appeal_upheld, hardship };

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
  ReleaseReason release_reason = ReleaseReason::other;
  AccountClass account_class = AccountClass::ordinary;
  std::uint16_t port = 0;  ///< of a report: the subscriber's port or the service it is about; 0: unknown
  Score step = 0;          ///< of a report
  std::uint64_t key = 0;   ///< of a popular name
  bool foreign = false;    ///< a bind that another engine carries out: this one only lets go of what it held
};

}  // namespace lazaret
