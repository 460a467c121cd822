// What the naive conductor answers with, and the ways in which it can be wrong on purpose.
// Ownership: a value. Threads: none.
#pragma once

#include <vector>

#include "core/command.hpp"
#include "core/event.hpp"

namespace lazaret::naive {

/// What a conductor may get wrong.
enum class Slip {
  none,
  interval_a_moment_longer,  ///< an approval of exactly the interval's age still counts
  whole_fuse_is_reset_too,   ///< a reset without a blown fuse says so and forgets
  reset_keeps_counts,        ///< mends only
  reset_mends_no_node,       ///< but the ISP's fuse
  isp_counts_holds,          ///< a node's hold counts as an approval
  node_before_isp,           ///< the node's fuse is asked first
  node_without_floor,        ///< the share alone
  node_without_share,        ///< the floor alone
  node_zero_has_a_fuse,      ///< accounts without a node share one
  node_share_rounded_up,     ///< instead of down
  nodes_never_left,          ///< an account that moves stays counted where it was
  nodes_below_none,          ///< a node that loses more than it got owes
  stop_unheeded,             ///< told, and approved nevertheless
  stop_told_twice,           ///< even if it changes nothing
  reset_after_the_switch,    ///< the other order of the two events
  names_never_forgotten,     ///< no windows
  pairs_never_forgotten,     ///< whoever counted for a name never does so again
  shares_never_forgotten,    ///< for how many names an account counted, in all windows together
  uncounted_never_forgotten,
  uncounted_told_each_time,  ///< not only at powers of two
  accounts_counted_twice,    ///< each failure counts
  shares_unlimited,          ///< one account may count for any number of names
  names_unlimited,           ///< there is room for all names
  names_by_event,            ///< the window of the event instead of the boundary's
  popular_again,             ///< at each further failure
  popular_too_late,          ///< when the count is exceeded
  popular_without_share,     ///< the number alone
  accounts_by_lease,         ///< only those whose first event is a lease
  last
};

struct Answer {
  std::vector<Command> commands;
  std::vector<Event> events;
};

}  // namespace lazaret::naive
