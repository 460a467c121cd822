#include "core/quarantine/profile.hpp"

#include "core/detect/rates.hpp"
#include "core/detect/scan.hpp"

namespace lazaret {
namespace {

constexpr std::uint8_t kLongHeader = 0x80;

constexpr bool mail_port(std::uint16_t port) { return port == 25 || port == 465 || port == 587; }

}  // namespace

Use use_of(const Facts& f, Direction d) {
  const bool up = d == Direction::upstream;
  return {.service = service_of(f, d),
          .own_port = up ? f.source_port : f.destination_port,
          .up = up,
          .opens = opens_connection(f),
          .hidden =
              f.transport == Transport::tiny_fragment || (up && f.transport == Transport::malformed && f.protocol == 6),
          .icmp = f.transport == Transport::icmp || f.transport == Transport::icmp_error,
          .goes_on = !f.payload.empty() && (f.payload[0] & kLongHeader) == 0};
}

Use use_of(const Glance& g, Plain plain, std::span<const std::uint8_t> frame, Direction d) {
  const bool udp = plain == Plain::udp;
  return {.service = {g.far_end, !udp, udp, g.far_port},
          .own_port = g.own_port,
          .up = d == Direction::upstream,
          .goes_on =
              udp && g.payload_length > 0 && g.payload_at < frame.size() && (frame[g.payload_at] & kLongHeader) == 0};
}

struct ProfileRules::Packet {
  Account account;
  const Use& use;
  const Service& service;
  Timestamp at;
  bool draining;

  /// Towards the subscriber nothing is answered: a reset would go to a server that did no wrong.
  [[nodiscard]] Judgement closed(Rule rule) const { return {use.up ? Action::reject : Action::drop, rule}; }
  [[nodiscard]] bool mail() const { return service.tcp && mail_port(service.port); }
};

ProfileRules::ProfileRules(const Policy& p, Seed seed)
    : profile_(static_cast<Profile>(p.quarantine_profile)),
      recall_{seed, static_cast<std::uint32_t>(p.memory_window_s)},
      drain_s_(static_cast<Second>(p.quarantine_drain_s)),
      notice_one_in_(static_cast<std::uint64_t>(p.quarantine_notice_one_in)) {}

Judgement ProfileRules::judge(Account a, const Use& use, Timestamp at) const {
  const bool draining = second_of(at) < capped_second(std::int64_t{a.record.quarantined_at} + drain_s_);
  const Packet packet{a, use, use.service, at, draining};
  if (profile_ == Profile::notice) return notice(packet);
  if (use.hidden) return {Action::drop, Rule::tiny_fragment};
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
  const bool chosen = p.use.up && p.service.tcp && p.service.port == 80 &&
                      recall_.key(p.service.address, p.use.own_port) % notice_one_in_ == 0;
  return chosen ? Judgement{Action::garden, Rule::web_to_garden} : Judgement{};
}

/// TCP port 80. REQUIRES p.service.tcp.
Judgement ProfileRules::plain_web(const Packet& p) const {
  if (!p.use.up)
    return p.draining ? Judgement{Action::pass, Rule::draining} : Judgement{Action::drop, Rule::web_closed};
  Memory& memory = p.account.dossier.memory;
  const std::uint64_t key = recall_.key(p.service.address, kWebKey + p.use.own_port);
  if (p.use.opens) {
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
    return p.draining && !p.use.opens ? Judgement{Action::pass, Rule::draining} : p.closed(Rule::web_closed);
  return p.draining && (!p.use.up || p.use.goes_on) ? Judgement{Action::pass, Rule::draining}
                                                    : p.closed(Rule::web_closed);
}

Judgement ProfileRules::leaky(const Packet& p) const {
  if (p.service.tcp && p.service.port == 80) return plain_web(p);
  if (p.use.up && p.use.opens && scanners_look_for(p.service.port)) return {Action::reject, Rule::scan_closed};
  return {};
}

Judgement ProfileRules::strict(const Packet& p) const {
  if (p.service.tcp && p.service.port == 80) return plain_web(p);
  if (p.service.udp && call_in_progress(p.account.record, recall_, p.service.address, p.service.port, p.at))
    return {Action::pass, Rule::call};
  if (p.service.tcp && p.draining && !p.use.opens) return {Action::pass, Rule::draining};
  if (p.use.icmp) return {};
  return p.closed(Rule::strict_closed);
}

}  // namespace lazaret
