#include "core/quarantine/profile.hpp"

namespace lazaret {
namespace {

// The Qwest profile of 2007, with the ports that mail and web have moved to since. Towards the subscriber nothing is
// answered: a reset would go to a server that did no wrong.
Judgement judge_cipp(const Facts& f, const Service& s, bool up) {
  if (f.transport == Transport::tiny_fragment || (up && f.transport == Transport::malformed && f.protocol == 6))
    return {Action::drop, Rule::tiny_fragment};
  if (s.tcp && (s.port == 25 || s.port == 465 || s.port == 587))
    return {up ? Action::reject : Action::drop, Rule::mail_closed};
  if (s.tcp && s.port == 80)
    return up ? Judgement{Action::garden, Rule::web_to_garden} : Judgement{Action::drop, Rule::web_closed};
  if ((s.tcp || s.udp) && s.port == 443) return {up ? Action::reject : Action::drop, Rule::web_closed};
  return {Action::pass, Rule::open};
}

}  // namespace

Judgement judge(Profile profile, const Facts& f, const Service& s, Direction d) {
  switch (profile) {
    case Profile::cipp:
      return judge_cipp(f, s, d == Direction::upstream);
    case Profile::shadow:
      break;
  }
  return {};
}

}  // namespace lazaret
