// What a restricted account may not do, as a verdict for one packet.
// Ownership: values. Threads: pure.
#pragma once

#include "core/policy.hpp"
#include "core/quarantine/sacred.hpp"
#include "core/verdict.hpp"

namespace lazaret {

struct Judgement {
  Action action = Action::pass;
  Rule rule = Rule::open;
};

/// The verdict of `profile` on a packet of a restricted account that is not sacred. REQUIRES profile != Profile::shadow.
[[nodiscard]] Judgement judge(Profile, const Facts&, const Service&, Direction);

}  // namespace lazaret
