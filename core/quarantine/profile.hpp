// What a restricted account may not do, as a verdict for one packet. Exact rules: docs/semantics.md, 3.
// Ownership: values. Threads: pure.
#pragma once

#include "core/packet/glance.hpp"
#include "core/quarantine/sacred.hpp"
#include "core/verdict.hpp"

namespace lazaret {

/// What a profile asks of a packet: the use that it makes of a service.
struct Use {
  Service service;
  std::uint16_t own_port = 0;
  bool up = false;
  bool opens = false;    ///< a TCP connection
  bool hidden = false;   ///< made to hide its ports
  bool icmp = false;     ///< an error or not
  bool goes_on = false;  ///< of QUIC: no long header, which a handshake has (RFC 9000, 17.2)
};
[[nodiscard]] Use use_of(const Facts&, Direction);
/// The same from a glance at a plain packet. REQUIRES that: not Plain::no, and what glance() has filled in.
[[nodiscard]] Use use_of(const Glance&, Plain, std::span<const std::uint8_t> frame, Direction);

struct Judgement {
  Action action = Action::pass;
  Rule rule = Rule::open;
};

class ProfileRules {
 public:
  ProfileRules(const Policy&, Seed);
  [[nodiscard]] Profile profile() const { return profile_; }
  /// The verdict on a packet of a restricted account that is not sacred. Remembers connections that went to the garden.
  /// REQUIRES profile() != Profile::shadow.
  [[nodiscard]] Judgement judge(Account, const Use&, Timestamp) const;

 private:
  struct Packet;
  [[nodiscard]] Judgement plain_web(const Packet&) const;
  [[nodiscard]] Judgement cipp(const Packet&) const;
  [[nodiscard]] Judgement leaky(const Packet&) const;
  [[nodiscard]] Judgement strict(const Packet&) const;
  [[nodiscard]] Judgement notice(const Packet&) const;

  Profile profile_;
  Recall recall_;
  Second drain_s_;
  std::uint64_t notice_one_in_;
};

}  // namespace lazaret
