// Mail and login sessions: followed by their TCP numbers, so that only the server's own replies, in sequence, are read.
//
// Observes  port 25: reply codes to what the account sends. Port 21: codes 230, 430, 530 (RFC 959). Ports 23, 2323: the
//           words of a failed login. Ports 22, 3389, which are encrypted: how little the server sent (login_opaque).
// Model     logins: Bernoulli, refused or not; parameters ours, proposed (policy table).
// Ownership: immutable; sessions belong to the accounts. Threads: as the engine. Rules: docs/semantics.md, 7.
#pragma once

#include "core/detect/spam.hpp"
#include "core/packet/glance.hpp"

namespace lazaret {

class Sessions {
 public:
  Sessions(const Policy&, Recall, const SpamDetector&);

  /// `accepted`: the SYN+ACK that answered the contact.
  void open(Account, const Contact&, const Facts& accepted, Timestamp, Counters&) const;
  void upstream(Account, const Facts&, Timestamp, Ladder&) const;
  /// True: it belonged to a session.
  bool downstream(Account, const Facts&, Timestamp, Ladder&, Counters&) const;
  [[nodiscard]] static Second due(const Dossier&);
  /// Ends those due at `at` or before.
  void expire(Account, Timestamp at, Ladder&) const;

 private:
  [[nodiscard]] Session* find(Account, IpAddress other_end, std::uint16_t port, std::uint16_t source_port) const;
  /// What the server says in sequence.
  void read(Account, Session&, const Facts&, Timestamp, Ladder&) const;
  void read_mail(Account, Session&, unsigned code, Timestamp, Ladder&) const;
  void login(Account, const Session&, bool failed, Timestamp, Ladder&) const;
  void end(Account, Session*, Timestamp, Ladder&) const;

  Recall recall_;
  const SpamDetector* spam_;
  Duration idle_;
  Steps plain_, opaque_;
  std::uint16_t short_octets_;
};

}  // namespace lazaret
