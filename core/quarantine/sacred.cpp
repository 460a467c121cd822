#include "core/quarantine/sacred.hpp"

namespace lazaret {

Service service_of(const Facts& f, Direction direction) {
  const bool up = direction == Direction::upstream;
  return {up ? f.destination : f.source, f.transport == Transport::tcp, f.transport == Transport::udp,
          up ? f.destination_port : f.source_port};
}

Sacred::Sacred(const Policy& p, Seed seed)
    : seed_(seed),
      resolvers_(p.services_resolvers),
      voice_(p.services_voice),
      emergency_(p.services_emergency),
      remediation_(p.services_remediation),
      portal_(p.services_portal),
      learns_(p.services_remediation_names.size() > 0) {}

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
  return voice_.covers(s.address) || emergency_.covers(s.address) || remediation_.covers(s.address) ||
         portal_.covers(s.address);
}

bool Sacred::learned(const Dossier& dossier, IpAddress address, Timestamp at) const {
  if (!learns_) return false;  // and the dossier's line, which no other rule needs, stays where it is
  const Second now = second_of(at);
  for (const Learned& l : dossier.learned)
    if (now < l.until && l.address == low_half(endpoint_key(seed_, address, kLearnedKey))) return true;
  return false;
}

}  // namespace lazaret
