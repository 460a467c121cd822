// Rates within one second: floods of SYNs and UDP, answers from ports that amplify; sources that are not the account's;
// and which UDP correspondent a call in progress is with.
//
// Observes  SYNs and SYN+ACKs, UDP both ways, as counts a second; source addresses that the line does not hold.
// Model     disproportion of what goes out to what comes back (MULTOPS, Gil and Poletto 2001; the ratios of NEMEA's
//           hoststats), judged at the end of each second. Amplifiers are asked by others, so their answers never convict.
// Ownership: immutable; counts belong to the accounts. Threads: as the engine. Exact rules: docs/semantics.md, 9.
#pragma once

#include "core/detect/tcp.hpp"
#include "core/packet/view.hpp"
#include "core/quarantine/ladder.hpp"

namespace lazaret {

/// What of a UDP packet is counted; the far end as seen from the account.
struct Datagram {
  IpAddress far_end;
  std::uint16_t far_port = 0, own_port = 0;
  std::uint32_t payload_length = 0;
};

class RateDetector {
 public:
  RateDetector(const Policy&, Recall);

  /// REQUIRES opens_connection(f). The meter may be due then.
  void syn(Account, const Facts&, Timestamp, Ladder&) const;
  void syn_ack(Account, Timestamp, Ladder&) const;
  /// `hold_call`: the call in progress keeps its place whatever else is sent (profile strict). True: the meter is due.
  bool udp_up(Account, const Datagram&, bool hold_call, Timestamp, Ladder&) const;
  void udp_down(Account, const Datagram&, Timestamp, Ladder&) const;
  /// When the meter is to be judged, or kNoSecond: the end of a second in which a count reached its threshold.
  [[nodiscard]] Second due(const Record& r) const {
    return reached(r.meter) ? capped_second(std::int64_t{r.meter.second} + 1) : kNoSecond;
  }
  /// Judges the meter, if it is due.
  void expire(Account, Timestamp, Ladder&) const;
  /// A packet from this account's line with a source address that is not its own.
  void spoofed(Account, const Facts&, Timestamp, Ladder&) const;

 private:
  [[nodiscard]] bool reached(const Meter& m) const {
    return m.syn >= syn_per_s_ || m.udp_up >= udp_per_s_ || m.replies >= reply_per_s_;
  }
  void judge(Account, Timestamp, Ladder&) const;  ///< what was counted; counts begin anew

  Recall recall_;
  std::uint32_t syn_per_s_, udp_per_s_, reply_per_s_;
  Score syn_, udp_, reply_, spoof_;
};

/// Whether UDP between the account and this far end is its call in progress.
[[nodiscard]] bool call_in_progress(const Record&, const Recall&, IpAddress far_end, std::uint16_t port, Timestamp);

}  // namespace lazaret
