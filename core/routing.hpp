// Which of several engines hear of a command: asked by everything that drives more than one, so that they cannot differ.
// Ownership: none. Threads: as the Steering.
#pragma once

#include "core/command.hpp"
#include "core/limits.hpp"
#include "core/steering.hpp"

namespace lazaret {

/// Those of `engines` engines together: for the tables of whatever steers and conducts them.
constexpr Limits together(Limits each, unsigned engines) {
  each.accounts *= engines;
  each.bindings *= engines;
  each.other_prefixes *= engines;
  return each;
}

/// Calls send(engine, command) for each engine that has to be told, and lets `steering` follow.
/// A command for all (concerns_all) goes to all; a release to the engine of the prefix's holder; any other to the engine
/// of its account. A bind goes, besides, as `foreign` to the engines of the accounts that held its prefix and owned its
/// line, once each, where they are others: those engines let go of what is no longer theirs.
template <typename Send>
void route(Steering& steering, unsigned engines, const Command& c, Send&& send) {
  if (concerns_all(c.kind)) {
    for (unsigned e = 0; e < engines; ++e) send(e, c);
    return;
  }
  const AccountId held = steering.holder(c.prefix);
  const unsigned home = steering.owner(c.kind == CommandKind::release ? held : c.account);
  const bool prefix = c.prefix.length > 0 && c.prefix.length <= 128;
  if (c.kind == CommandKind::bind && c.account != kNobody && prefix) {
    Command foreign = c;
    foreign.foreign = true;
    unsigned told = home;
    for (const AccountId loser : {held, steering.holder(c.line)}) {
      if (loser == kNobody || steering.owner(loser) == home || steering.owner(loser) == told) continue;
      told = steering.owner(loser);
      send(told, foreign);
    }
  }
  steering.apply(c);
  send(home, c);
}

}  // namespace lazaret
