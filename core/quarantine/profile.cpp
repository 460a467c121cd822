#include "core/quarantine/profile.hpp"

#include "core/detect/rates.hpp"
#include "core/detect/scan.hpp"

namespace lazaret {
namespace {

constexpr bool mail_port(std::uint16_t port) { return port == 25 || port == 465 || port == 587; }

}  // namespace

struct ProfileRules::Packet {
  Account account;
  const Facts& facts;
  const Service& service;
  Timestamp at;
  bool up;
  bool draining;
  bool opens;

  /// Towards the subscriber nothing is answered: a reset would go to a server that did no wrong.
  [[nodiscard]] Judgement closed(Rule rule) const { return {up ? Action::reject : Action::drop, rule}; }
  /// Made to hide its ports.
  [[nodiscard]] bool hidden() const {
    return facts.transport == Transport::tiny_fragment ||
           (up && facts.transport == Transport::malformed && facts.protocol == 6);
  }
  [[nodiscard]] bool mail() const { return service.tcp && mail_port(service.port); }
};

ProfileRules::ProfileRules(const Policy& p, Seed seed)
    : profile_(static_cast<Profile>(p.quarantine_profile)),
      recall_{seed, static_cast<std::uint32_t>(p.memory_window_s)},
      drain_s_(static_cast<Second>(p.quarantine_drain_s)),
      notice_one_in_(static_cast<std::uint64_t>(p.quarantine_notice_one_in)) {}

Judgement ProfileRules::judge(Account a, const Facts& f, const Service& s, Direction d, Timestamp at) const {
  const bool draining = second_of(at) < capped_second(std::int64_t{a.record.quarantined_at} + drain_s_);
  const Packet packet{a, f, s, at, d == Direction::upstream, draining, opens_connection(f)};
  if (profile_ == Profile::notice) return notice(packet);
  if (packet.hidden()) return {Action::drop, Rule::tiny_fragment};
  if (packet.mail()) return packet.closed(Rule::mail_closed);
  switch (profile_) {
    case Profile::cipp:
      return cipp(packet);
    case Profile::leaky:
      return leaky(packet);
    case Profile::strict:
      return strict(packet);
    case Profile::shadow:
    case Profile::notice:
    case Profile::smtp_only:
      break;
  }
  return {};
}

Judgement ProfileRules::notice(const Packet& p) const {
  const bool chosen = p.up && p.service.tcp && p.service.port == 80 &&
                      recall_.key(p.facts.destination, p.facts.source_port) % notice_one_in_ == 0;
  return chosen ? Judgement{Action::garden, Rule::web_to_garden} : Judgement{};
}

/// TCP port 80. REQUIRES p.service.tcp.
Judgement ProfileRules::plain_web(const Packet& p) const {
  if (!p.up) return p.draining ? Judgement{Action::pass, Rule::draining} : Judgement{Action::drop, Rule::web_closed};
  Memory& memory = p.account.dossier.memory;
  const std::uint64_t key = recall_.key(p.facts.destination, kWebKey + p.facts.source_port);
  if (p.opens) {
    (void)recall_.fresh(memory, key, p.at);
  } else if (p.draining) {
    memory.turn_to(recall_.window(p.at));
    if (!memory.remembers(key)) return {Action::pass, Rule::draining};
  }
  return {Action::garden, Rule::web_to_garden};
}

Judgement ProfileRules::cipp(const Packet& p) const {
  if (p.service.tcp && p.service.port == 80) return plain_web(p);
  if (p.service.port != 443 || !(p.service.tcp || p.service.udp)) return {};
  if (p.service.tcp)
    return p.draining && !p.opens ? Judgement{Action::pass, Rule::draining} : p.closed(Rule::web_closed);
  // QUIC: a long header, which a handshake has, sets the first bit (RFC 9000, 17.2).
  const bool goes_on = !p.facts.payload.empty() && (p.facts.payload[0] & 0x80) == 0;
  return p.draining && (!p.up || goes_on) ? Judgement{Action::pass, Rule::draining} : p.closed(Rule::web_closed);
}

Judgement ProfileRules::leaky(const Packet& p) const {
  if (p.service.tcp && p.service.port == 80) return plain_web(p);
  if (p.up && p.opens && scanners_look_for(p.service.port)) return {Action::reject, Rule::scan_closed};
  return {};
}

Judgement ProfileRules::strict(const Packet& p) const {
  if (p.service.tcp && p.service.port == 80) return plain_web(p);
  if (p.service.udp && call_in_progress(p.account.record, recall_, p.service.address, p.service.port, p.at))
    return {Action::pass, Rule::call};
  if (p.service.tcp && p.draining && !p.opens) return {Action::pass, Rule::draining};
  if (p.facts.transport == Transport::icmp || p.facts.transport == Transport::icmp_error) return {};
  return p.closed(Rule::strict_closed);
}

}  // namespace lazaret
