#include "core/detect/rates.hpp"

namespace lazaret {
namespace {

constexpr Second kCallGone = 5;        ///< silence after which another correspondent takes the place
constexpr Second kCallProtected = 10;  ///< silence after which a call is over
constexpr std::uint32_t kLargeAnswer = 400;
constexpr std::uint16_t kMeterFull = UINT16_MAX;

constexpr bool may_be_call(std::uint16_t port) { return (port != kDnsPort) & (port != 123) & (port != 443); }

/// Chargen, DNS, NTP, SNMP, CLDAP, SSDP, memcached (US-CERT TA14-017A).
constexpr bool amplifies(std::uint16_t port) {
  return port == 19 || port == kDnsPort || port == 123 || port == 161 || port == 389 || port == 1900 || port == 11211;
}

/// One round: nobody gains by a collision, for a bot may as well be the call itself.
std::uint32_t call_key(Seed seed, IpAddress a, std::uint16_t port) {
  return low_half(mix(seed.value + port, a.high ^ a.low));
}

/// The meter of this second.
Meter& turned(Account a, Second now) {
  Meter& meter = a.record.meter;
  if (meter.second != now) [[unlikely]]
    meter = {.second = now};
  return meter;
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

void RateDetector::judge(Account a, Timestamp at, Ladder& ladder) const {
  const Meter over = a.record.meter;
  a.record.meter = {.second = second_of(at)};
  if (over.syn >= syn_per_s_ && 5U * over.syn_ack < over.syn)
    ladder.observe(a, {Channel::flood_syn, true, syn_, over.port, 0}, at);
  if (over.udp_up >= udp_per_s_ && 20U * over.udp_down < over.udp_up)
    ladder.observe(a, {Channel::flood_udp, true, udp_, over.port, 0}, at);
  if (over.replies >= reply_per_s_) ladder.observe(a, {Channel::flood_reply, true, reply_, over.port, 0}, at);
}

void RateDetector::expire(Account a, Timestamp at, Ladder& ladder) const {
  if (begin_of(due(a.record)) <= at) judge(a, at, ladder);
}

void RateDetector::syn(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  Meter& meter = turned(a, second_of(at));
  meter.port = f.destination_port;
  if (++meter.syn == kMeterFull) judge(a, at, ladder);
}

void RateDetector::syn_ack(Account a, Timestamp at, Ladder& ladder) const {
  if (++turned(a, second_of(at)).syn_ack == kMeterFull) judge(a, at, ladder);
}

bool RateDetector::udp_up(Account a, const Datagram& d, bool hold_call, Timestamp at, Ladder& ladder) const {
  Call& call = a.record.call;
  const Second now = second_of(at);
  const bool gone = now > capped_second(std::int64_t{call.second} + kCallGone);
  if (gone & !hold_call & may_be_call(d.far_port)) call = {call_key(recall_.seed, d.far_end, d.far_port), now};
  Meter& meter = turned(a, now);
  ++meter.udp_up;
  meter.port = d.far_port;
  if (amplifies(d.own_port) && d.payload_length >= kLargeAnswer) {
    ++meter.replies;
    meter.port = d.own_port;
  } else if (meter.udp_up < udp_per_s_) [[likely]] {
    return false;
  }
  if (meter.udp_up == kMeterFull) judge(a, at, ladder);
  return reached(meter);
}

void RateDetector::udp_down(Account a, const Datagram& d, Timestamp at, Ladder& ladder) const {
  Call& call = a.record.call;
  const Second now = second_of(at);
  // All three asked at once: each by itself is a toss-up, together they are rare.
  const bool same = call.peer == call_key(recall_.seed, d.far_end, d.far_port);
  if (same & (call.second != now) & may_be_call(d.far_port)) call.second = now;
  if (++turned(a, now).udp_down == kMeterFull) judge(a, at, ladder);
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
