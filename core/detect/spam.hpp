// Mail: sessions that bypass the ISP's relay (direct-to-MX spam), and more of them through the relay than people make.
//
// Observes  the account's TCP connections to port 25 and their outcomes, and connections to the ISP's relays.
// Model     each direct session's outcome is one of three: rejected (refused, unanswered, or a 4xx/5xx reply), accepted by a
//           network not mailed lately, accepted by a known one. Parameters: ours, proposed (policy table); home computers
//           mail a handful of peers (BotFlex; the FSU study behind SPOT). The relay: connections within a window.
// Ownership: immutable; what is remembered belongs to the accounts. Threads: as the engine. Rules: docs/semantics.md, 6.
#pragma once

#include "core/detect/tcp.hpp"
#include "core/quarantine/ladder.hpp"

namespace lazaret {

class SpamDetector {
 public:
  SpamDetector(const Policy&, Recall);

  /// Whether a SYN goes to one of the ISP's relays; it is counted.
  bool to_relay(Account, const Facts&, Timestamp, Ladder&) const;
  /// A SYN to port 25 that bypasses the relays: whether the network is new to the account.
  bool new_peer(Account, const Facts&, Timestamp, Ladder&) const;
  void rejected(Account, std::uint16_t source_port, Timestamp, Ladder&) const;
  void accepted(Account, std::uint16_t source_port, bool by_new_peer, Timestamp, Ladder&) const;

 private:
  Recall recall_;
  PrefixList relays_;
  std::uint32_t relay_window_s_, relay_free_;
  Score rejected_, accepted_new_, accepted_known_, fanout_, relay_;
};

}  // namespace lazaret
