// Direct-to-MX spam: mail sessions that bypass the ISP's relay, and the names of mail exchangers asked for.
//
// Observes  the account's TCP connections to port 25 (relays of the ISP excepted) and its DNS questions of type MX.
// Model     each session's outcome is one of three: rejected (refused, unanswered, or a 4xx/5xx reply), accepted by a
//           network not mailed lately, accepted by a known one. Parameters: ours, proposed (policy table); home computers
//           ask for no MX names and mail a handful of peers (BotFlex; the FSU study behind SPOT).
// Replies   count only on the connection the account opened, with its acknowledgment numbers and in sequence.
// State     about 700 octets: two pairs of bitmaps of 512 bits, 8 sessions.
// Ownership: immutable; states belong to the accounts. Threads: as the engine. Exact rules: docs/semantics.md, 6.
#pragma once

#include "core/detect/detector.hpp"
#include "core/limits.hpp"
#include "core/policy.hpp"

namespace lazaret {

class SpamDetector {
 public:
  struct Session {
    IpAddress destination;
    Timestamp due;
    std::uint32_t isn = 0;       ///< the account's initial sequence number
    std::uint32_t sent = 0;      ///< the account's next sequence number
    std::uint32_t expected = 0;  ///< the server's next sequence number
    std::uint16_t source_port = 0;
    bool open = false, new_peer = false, rejected = false, data = false;
  };
  struct State {
    RecentKeys<512> peers, names;
    ShortRow<Session, kMailSessionsPerAccount> sessions;
  };

  SpamDetector(const Policy&, Seed);

  static bool concerned(const Facts& f) {
    return (f.transport == Transport::tcp && f.destination_port == kSmtpPort) ||
           (f.transport == Transport::udp && f.destination_port == kDnsPort);
  }
  template <typename Sink>
  void upstream(State& state, const Facts& f, Timestamp at, Counters& counters, Sink&& see) const {
    Observation o;
    if (watch_upstream(state, f, at, counters, o)) see(o);
  }
  template <typename Sink>
  bool downstream(State& state, const Facts& f, bool ours, Timestamp at, Counters& counters, Sink&& see) const {
    Observation o;
    bool belongs = false;
    if (watch_downstream(state, f, ours, at, counters, belongs, o)) see(o);
    return belongs;
  }
  static Timestamp due(const State&);
  template <typename Sink>
  void expire(State& state, Timestamp at, bool reverse, Sink&& see) const {
    Observation o;
    if (end_due(state, at, reverse, o)) see(o);
  }
  static void forget(State& state) {
    state.peers.forget();
    state.names.forget();
    state.sessions.clear();
  }

 private:
  // Each returns true when `o` was filled in: no packet makes more than one observation here.
  bool watch_upstream(State&, const Facts&, Timestamp, Counters&, Observation& o) const;
  bool watch_downstream(State&, const Facts&, bool ours, Timestamp, Counters&, bool& belongs, Observation& o) const;
  bool end_due(State&, Timestamp, bool reverse, Observation& o) const;

  void open(State&, const Facts&, Timestamp, Counters&) const;
  bool ask(State&, const Facts&, Timestamp, Observation& o) const;
  void send(State&, Session*, const Facts&, Timestamp) const;
  /// Whether a rule applies to this packet of the session's addresses and ports; else the next session may have it.
  static bool moves(const Session&, const Facts&);
  /// REQUIRES moves().
  bool reply(State&, Session*, const Facts&, Timestamp, Counters&, Observation& o) const;
  [[nodiscard]] Observation outcome(const Session&, bool adverse, Score step) const;

  Seed seed_;
  Duration timeout_, idle_;
  std::int64_t window_ns_;
  Score rejected_, accepted_new_, accepted_known_, asked_;
  PrefixList relays_;
};

static_assert(Detector<SpamDetector>);

}  // namespace lazaret
