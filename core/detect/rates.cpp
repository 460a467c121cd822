#include "core/detect/rates.hpp"

namespace lazaret {
namespace {

constexpr Second kCallGone = 5;        ///< silence after which another correspondent takes the place
constexpr Second kCallProtected = 10;  ///< silence after which a call is over
constexpr std::uint32_t kLargeAnswer = 400;

constexpr bool may_be_call(std::uint16_t port) { return port != kDnsPort && port != 123 && port != 443; }

/// Chargen, DNS, NTP, SNMP, CLDAP, SSDP, memcached (US-CERT TA14-017A).
constexpr bool amplifies(std::uint16_t port) {
  return port == 19 || port == kDnsPort || port == 123 || port == 161 || port == 389 || port == 1900 || port == 11211;
}

/// One round: nobody gains by a collision, for a bot may as well be the call itself.
std::uint32_t call_key(Seed seed, IpAddress a, std::uint16_t port) {
  return low_half(mix(seed.value + port, a.high ^ a.low));
}

void count(std::uint16_t& n) {
  if (n < UINT16_MAX) ++n;
}

}  // namespace

RateDetector::RateDetector(const Policy& p, Recall recall)
    : recall_(recall),
      syn_per_s_(static_cast<std::uint32_t>(p.flood_syn_per_s)),
      udp_per_s_(static_cast<std::uint32_t>(p.flood_udp_per_s)),
      reply_per_s_(static_cast<std::uint32_t>(p.flood_reply_per_s)),
      syn_(to_score(p.flood_syn_score)),
      udp_(to_score(p.flood_udp_score)),
      reply_(to_score(p.flood_reply_score)),
      spoof_(to_score(p.flood_spoof_score)) {}

void RateDetector::turn(Account a, Timestamp at, Ladder& ladder) const {
  Meter& meter = a.record.meter;
  const Second now = second_of(at);
  if (meter.second == now) [[likely]]
    return;
  const Meter over = meter;
  meter = {.second = now};
  if (over.syn >= syn_per_s_ && 5U * over.syn_ack < over.syn)
    ladder.observe(a, {Channel::flood_syn, true, syn_, over.port, 0}, at);
  if (over.udp_up >= udp_per_s_ && 20U * over.udp_down < over.udp_up)
    ladder.observe(a, {Channel::flood_udp, true, udp_, over.port, 0}, at);
  if (over.replies >= reply_per_s_) ladder.observe(a, {Channel::flood_reply, true, reply_, over.port, 0}, at);
}

void RateDetector::syn(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  turn(a, at, ladder);
  count(a.record.meter.syn);
  a.record.meter.port = f.destination_port;
}

void RateDetector::syn_ack(Account a, Timestamp at, Ladder& ladder) const {
  turn(a, at, ladder);
  count(a.record.meter.syn_ack);
}

void RateDetector::udp_up(Account a, const Datagram& d, bool hold_call, Timestamp at, Ladder& ladder) const {
  Call& call = a.record.call;
  const Second now = second_of(at);
  if (may_be_call(d.far_port) && !hold_call && now > capped_second(std::int64_t{call.second} + kCallGone))
    call = {call_key(recall_.seed, d.far_end, d.far_port), now};
  turn(a, at, ladder);
  Meter& meter = a.record.meter;
  count(meter.udp_up);
  meter.port = d.far_port;
  if (!amplifies(d.own_port) || d.payload_length < kLargeAnswer) return;
  count(meter.replies);
  meter.port = d.own_port;
}

void RateDetector::udp_down(Account a, const Datagram& d, Timestamp at, Ladder& ladder) const {
  Call& call = a.record.call;
  const Second now = second_of(at);
  if (may_be_call(d.far_port) && call.second != now && call.peer == call_key(recall_.seed, d.far_end, d.far_port))
    call.second = now;
  turn(a, at, ladder);
  count(a.record.meter.udp_down);
}

void RateDetector::spoofed(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  if (!recall_.fresh(a.dossier.memory, recall_.key(f.source, kSourceKey), at)) return;
  ladder.observe(a, {Channel::flood_spoof, true, spoof_, f.destination_port, f.source_port}, at);
}

bool call_in_progress(const Record& r, const Recall& recall, IpAddress far_end, std::uint16_t port, Timestamp at) {
  return may_be_call(port) && second_of(at) <= capped_second(std::int64_t{r.call.second} + kCallProtected) &&
         r.call.peer == call_key(recall.seed, far_end, port);
}

}  // namespace lazaret
