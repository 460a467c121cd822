#include "core/quarantine/sacred.hpp"

#include <algorithm>

namespace lazaret {

Service service_of(const Facts& f, Direction direction) {
  const bool up = direction == Direction::upstream;
  return {up ? f.destination : f.source, f.transport == Transport::tcp, f.transport == Transport::udp,
          up ? f.destination_port : f.source_port};
}

Sacred::Sacred(const Policy& p, Seed seed) : seed_(seed), resolvers_(p.services_resolvers) {
  for (const PrefixList* list : {&p.services_voice, &p.services_emergency, &p.services_remediation, &p.services_portal})
    always_.insert(always_.end(), list->items().begin(), list->items().end());
}

bool Sacred::covers(const Service& s) const {
  if (s.tcp || s.udp) {
    switch (s.port) {
      case 110:  // POP3
      case 143:  // IMAP
      case 993:  // IMAP over TLS
      case 995:  // POP3 over TLS
        if (s.tcp) return true;
        break;
      case 123:  // NTP
        if (s.udp) return true;
        break;
      case 5060:  // SIP
      case 5061:  // SIP over TLS
        return true;
      case 53:
        if (resolvers_.covers(s.address)) return true;
        break;
      default:
        break;
    }
  }
  return std::any_of(always_.begin(), always_.end(), [&s](const Prefix& p) { return contains(p, s.address); });
}

bool Sacred::learned(Account a, IpAddress address, Timestamp at) const {
  if (!a.record.learned) return false;  // and the dossier's line, which no other rule needs, stays away
  const Second now = second_of(at);
  for (const Learned& l : a.dossier.learned)
    if (now < l.until && l.address == low_half(endpoint_key(seed_, address, kLearnedKey))) return true;
  return false;
}

}  // namespace lazaret
