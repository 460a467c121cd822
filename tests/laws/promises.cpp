#include <algorithm>
#include <cmath>
#include <span>

#include "core/evidence/explanation.hpp"
#include "tests/laws/laws.hpp"

namespace lazaret::laws {

bool is_sacred(const StreamPacket& packet, const Policy& p) {
  const Meaning& m = packet.meaning;
  if (!m.ip || packet.direction == Direction::from_garden) return false;
  const bool up = packet.direction == Direction::upstream;
  const IpAddress other = up ? m.destination : m.source;
  for (const PrefixList* list : {&p.services_voice, &p.services_emergency, &p.services_remediation, &p.services_portal})
    for (const Prefix& prefix : list->items())
      if (truncate(other, prefix.length) == truncate(prefix.address, prefix.length)) return true;
  if (!m.ports) return false;
  const std::uint16_t port = up ? m.destination_port : m.source_port;
  const bool tcp = m.protocol == 6, udp = m.protocol == 17;
  for (const Prefix& prefix : p.services_resolvers.items())
    if (port == 53 && truncate(other, prefix.length) == truncate(prefix.address, prefix.length)) return tcp || udp;
  if (tcp && (port == 110 || port == 143 || port == 993 || port == 995)) return true;  // POP3, IMAP
  if (udp && port == 123) return true;                                                 // NTP
  return (tcp || udp) && (port == 5060 || port == 5061);                               // SIP
}

Difference sacred(const Stream& stream, const Maker& maker, std::size_t& spared) {
  const std::unique_ptr<Machine> machine = maker(stream);
  const Record r = play(*machine, stream, as_large_as_may_be());
  for (std::size_t i = 0; i < stream.packets.size(); ++i) {
    if (!is_sacred(stream.packets[i], stream.policy)) continue;
    if (r.verdicts[i].action != Action::pass)
      return "packet " + std::to_string(i) + " at " + std::to_string(stream.packets[i].at.ns) + ": " +
             describe(r.verdicts[i]);
    if (r.verdicts[i].rule == Rule::sacred) ++spared;
  }
  return {};
}

Difference untouched(const Stream& stream, const Stream& attacked, const std::vector<AccountId>& victims,
                     const Maker& maker) {
  const auto is_victim = [&](AccountId id) { return std::find(victims.begin(), victims.end(), id) != victims.end(); };
  const std::unique_ptr<Machine> quiet = maker(stream), loud = maker(attacked);
  Record before = play(*quiet, stream, as_large_as_may_be()), after = play(*loud, attacked, as_large_as_may_be());
  if (after.counters.events_lost != 0) return "events were lost";
  std::erase_if(before.events, [&](const Event& e) { return !is_victim(e.account); });
  std::erase_if(after.events, [&](const Event& e) { return !is_victim(e.account); });
  if (const Difference d = compare_events(before.events, after.events)) return d;
  for (const AccountId id : victims)
    if (const Difference d = compare_status(id, before.status[id], after.status[id])) return d;
  // Further packets are marked by an empty meaning and a frame that the stream does not have at that place.
  std::size_t k = 0;
  for (std::size_t i = 0; i < attacked.packets.size() && k < stream.packets.size(); ++i) {
    const StreamPacket &a = attacked.packets[i], &b = stream.packets[k];
    if (a.at != b.at || a.direction != b.direction || a.frame != b.frame) continue;
    if (is_victim(before.verdicts[k].account) && !(before.verdicts[k] == after.verdicts[i]))
      return "packet " + std::to_string(k) + " at " + std::to_string(b.at.ns) + ": " + describe(before.verdicts[k]) +
             " / " + describe(after.verdicts[i]);
    ++k;
  }
  if (k != stream.packets.size()) return "the attacked stream is not the stream and more";
  return {};
}

namespace {

bool tells(const Event& e, const Policy& policy) {
  const std::string words = explain(e, policy);
  return words.size() > 20 && words.find_first_of("0123456789") != std::string::npos;
}

/// A belief by section 12: the prior, and of each family its greatest score and a share of the others.
Score belief_of(std::span<const Event> reasons, const Policy& policy, bool on_probation) {
  Score greatest[kFamilies] = {}, sum[kFamilies] = {};
  for (const Event& e : reasons) {
    const auto f = static_cast<unsigned>(family_of(e.channel));
    greatest[f] = std::max(greatest[f], e.observed), sum[f] += e.observed;
  }
  const double p = on_probation ? policy.evidence_probation_prior : policy.evidence_prior;
  Score belief = std::llround(std::log(p / (1 - p)) * kNat);
  const Score weight = std::llround(policy.evidence_correlated * kNat);
  for (unsigned f = 0; f < kFamilies; ++f) belief += greatest[f] + (((sum[f] - greatest[f]) * weight) >> 16);
  return belief;
}

bool needs_reasons(EventKind k) {
  return k == EventKind::quarantine_proposed || k == EventKind::notified || k == EventKind::administrator_notified ||
         k == EventKind::operator_asked;
}

}  // namespace

Difference explained(const Stream& stream, const Maker& maker, std::map<EventKind, std::size_t>& told) {
  const std::unique_ptr<Machine> machine = maker(stream);
  const Record r = play(*machine, stream, as_large_as_may_be());
  for (const Subject& subject : stream.subjects) {
    const std::vector<Event> events = events_of(r.events, subject.account);
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Event& what = events[i];
      if (explain(what, stream.policy).size() < 10) return "no words for " + describe(what);
      if (!needs_reasons(what.kind)) continue;
      ++told[what.kind];
      if (!tells(what, stream.policy) || what.observed < what.limit) return describe(what);
      std::size_t first = i;
      while (first > 0 && events[first - 1].kind == EventKind::reason && events[first - 1].at == what.at) --first;
      if (first == i) return "no reason for " + describe(what);
      for (std::size_t k = first; k < i; ++k) {
        const Event& e = events[k];
        const Sighting& s = e.seen;
        const bool sound = e.observed > 0 && s.observations >= s.adverse && s.observations > 0 && s.first <= s.last &&
                           s.last <= e.at && (k == first || events[k - 1].channel < e.channel);
        const std::string words = explain(e, stream.policy);
        if (!sound || !tells(e, stream.policy) || words.find(std::to_string(s.adverse)) == std::string::npos)
          return describe(e) + ": " + words;
      }
      const bool on_probation = what.from_probation || what.state == State::probation;
      if (belief_of({events.data() + first, i - first}, stream.policy, on_probation) != what.observed)
        return "the reasons do not add up to " + describe(what);
    }
  }
  return {};
}

}  // namespace lazaret::laws
