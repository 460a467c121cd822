#include "sim/population/truth.hpp"

namespace lazaret {

std::string_view name_of(Behaviour b) {
  constexpr std::string_view kNames[kBehaviours] = {
      "none",     "web",       "mail_read", "mail_send",   "call",       "dns",         "failing_contact", "portal",
      "cleaning", "dns_error", "peer",      "mail_server", "hobby_scan", "iot",         "flash",           "speed_test",
      "telecare", "spam_bot",  "scanner",   "dga",         "relay_spam", "brute_force", "flood",           "evasion"};
  return kNames[static_cast<unsigned>(b)];
}

}  // namespace lazaret
