// Scanning: Threshold Random Walk over the outcomes of first contacts (Jung, Paxson, Berger, Balakrishnan, S&P 2004),
// clamped as in Schechter et al. (RAID 2004), because subscribers become infected later; and what IoT worms do besides.
//
// Observes  TCP SYNs of the account to destinations, or ports of them, that it did not contact lately, port 25 excepted.
// Model     three streams of first contacts, scored apart: ports that scanners look for; other ports (where peer-to-peer
//           programs fail as often as scanners, so its score is capped); further ports of one host.
//           Beside them: ever new telnet hosts, and SYNs whose sequence number is the destination address (Mirai).
// Ownership: immutable; what is remembered belongs to the accounts. Threads: as the engine. Rules: docs/semantics.md, 5.
#pragma once

#include "core/detect/tcp.hpp"
#include "core/quarantine/ladder.hpp"

namespace lazaret {

[[nodiscard]] bool scanners_look_for(std::uint16_t port);

class ScanDetector {
 public:
  ScanDetector(const Policy&, Recall);

  /// The stream of a SYN whose port_key was fresh.
  Stream first_contact(Account, const Facts&, Timestamp, Ladder&) const;
  /// A contact of a stream has ended. REQUIRES contact.stream != Stream::none.
  void outcome(Account, const Contact&, bool failed, Timestamp, Ladder&) const;

 private:
  Recall recall_;
  std::array<Steps, 3> steps_;  ///< by channel: ports, other, vertical
  Score mirai_, telnet_;
};

}  // namespace lazaret
