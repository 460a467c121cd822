// SYNs that wait for their answer, and who wants to know what became of them. An answer counts only when it fits the
// SYN's addresses, ports and sequence number; 64 keyed bits shortened to 32 stand for all of those, so that whoever does
// not see the SYN guesses them with a chance of 2^-32 a packet, as he would guess the sequence number itself.
// Ownership: immutable; contacts belong to the accounts; borrows the detectors. Threads: as the engine.
// Exact rules: docs/semantics.md, 5.
#pragma once

#include "core/detect/c2.hpp"
#include "core/detect/scan.hpp"
#include "core/detect/sessions.hpp"

namespace lazaret {

class Contacts {
 public:
  struct Listeners {
    const ScanDetector& scan;
    const SpamDetector& spam;
    const Sessions& sessions;
    const C2Detector& c2;
  };
  Contacts(const Policy&, Recall, const Listeners&);

  /// REQUIRES opens_connection(f).
  void open(Account, const Facts&, Timestamp, Ladder&, Counters&) const;
  /// True: the packet answered a SYN. `f` is TCP or an ICMP error.
  bool answer(Account, const Facts&, Timestamp, Ladder&, Counters&) const;
  [[nodiscard]] static Second due(const Dossier& d) { return d.contacts.empty() ? kNoSecond : d.contacts.begin()->due; }
  /// Ends those due at `at` or before: refused, if answers to the account can be seen at all.
  void expire(Account, Timestamp, Ladder&) const;

 private:
  [[nodiscard]] std::uint32_t tag(IpAddress other_end, std::uint16_t port, std::uint16_t source_port,
                                  std::uint32_t sequence) const;
  void refuse(Account, const Contact&, Timestamp, Ladder&) const;

  Recall recall_;
  Listeners listeners_;
  Duration timeout_;
};

}  // namespace lazaret
