// Which episode comes next: by weight, and most streams have one that they keep coming back to, so that slow evidence
// gets somewhere, too.
#include "tests/laws/scripts.hpp"

namespace lazaret::laws {

void Scripts::episode(const Subject& s) {
  const Plan& plan = stream_.plan;
  if (plan.seed % 4 != 0 && dice_.chance(35)) return episode(s, static_cast<unsigned>(plan.seed / 4 % kEpisodes));
  if (plan.seed % 3 == 0 && stream_.policy.quarantine_profile == static_cast<std::int64_t>(Profile::strict) &&
      dice_.chance(20))
    return call(s);
  episode(s, static_cast<unsigned>(dice_.below(kEpisodes)));
}

void Scripts::episode(const Subject& s, unsigned number) {
  switch (number) {
    case 0:
    case 1:
    case 2:
      return scan(s, dice_.chance(4) ? 300 : few(24), dice_.chance(60) ? 90 : 30);
    case 3:
      return scan_ports_of(s, 1 + few(12));
    case 4:
      return telnet_worm(s, few(12));
    case 5:
      return beacon(s, 8 + few(28));
    case 6:
    case 7:
      return mail(s);
    case 8:
      return mail_burst(s, 1 + few(8));
    case 9:
      return relay(s, few(14));
    case 10:
      return login(s);
    case 11:
      return login_burst(s, 1 + few(6));
    case 12:
    case 13:
    case 14:
      return questions(s, few(14), dice_.chance(50) ? 85 : 15);
    case 15:
      return tunnel(s, few(20));
    case 16:
    case 17:
      return listed(s);
    case 18:
      return syn_flood(s);
    case 19:
      return udp_flood(s);
    case 20:
      return amplify(s);
    case 21:
      return call(s);
    case 22:
    case 23:
      return web(s);
    case 24:
      return long_session(s);
    case 25:
    case 26:
      return dice_.chance(60) ? sacred(s) : learned(s);
    case 27:
      return fragments(s);
    case 28:
      return dice_.chance(70) ? garbage(s) : garden(s);
    case 29:
      return spoof(s, dice_.pick(stream_.subjects));
    case 30:
      return spoof_widely(s, few(4));
    default:
      return dice_.chance(75) ? forge(s) : greet(s);
  }
}

}  // namespace lazaret::laws
