// What nothing may block: voice and emergency calls, POP3 and IMAP, the ISP's resolvers, NTP, the remediation list, the
// portal. The lists are policy; that they win over everything else is law (Ofcom GC A3.2(b); RFC 6561, 5.4).
// Ownership: values. Threads: pure.
#pragma once

#include <vector>

#include "core/packet/decode.hpp"
#include "core/packet/view.hpp"
#include "core/policy.hpp"
#include "core/subscriber/record.hpp"

namespace lazaret {

/// The far end of a packet, as seen from the subscriber.
struct Service {
  IpAddress address;
  bool tcp = false, udp = false;  ///< neither: the ports are not known
  std::uint16_t port = 0;
};
[[nodiscard]] Service service_of(const Facts&, Direction);

class Sacred {
 public:
  Sacred(const Policy&, Seed);
  [[nodiscard]] bool covers(const Service&) const;
  /// An address that the account has learned for one of the remediation names.
  [[nodiscard]] bool learned(Account, IpAddress, Timestamp) const;

 private:
  Seed seed_;
  PrefixList resolvers_;
  std::vector<Prefix> always_;  ///< voice, emergency, remediation, portal
};

}  // namespace lazaret
