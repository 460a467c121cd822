#include <algorithm>
#include <cmath>

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

Difference explained(const Stream& stream, const Maker& maker, std::size_t& proposals) {
  const std::unique_ptr<Machine> machine = maker(stream);
  const Record r = play(*machine, stream, as_large_as_may_be());
  const auto tells = [&](const Event& e) {
    const std::string words = explain(e, stream.policy);
    return words.size() > 20 && words.find_first_of("0123456789") != std::string::npos;
  };
  const double prior[] = {stream.policy.evidence_prior, stream.policy.evidence_probation_prior};
  for (const Subject& subject : stream.subjects) {
    const std::vector<Event> events = events_of(r.events, subject.account);
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Event& proposal = events[i];
      if (proposal.kind != EventKind::quarantine_proposed) continue;
      ++proposals;
      if (!tells(proposal) || proposal.observed < proposal.limit) return describe(proposal);
      std::int64_t sum = 0;
      std::size_t reasons = 0;
      for (std::size_t k = i; k-- > 0 && events[k].kind == EventKind::reason && events[k].at == proposal.at;
           ++reasons) {
        const Event& e = events[k];
        const Sighting& s = e.seen;
        const bool sound =
            e.observed > 0 && s.observations >= s.adverse && s.observations > 0 && s.first <= s.last && s.last <= e.at;
        const std::string words = explain(e, stream.policy);
        if (!sound || !tells(e) || words.find(std::to_string(s.adverse)) == std::string::npos)
          return describe(e) + ": " + words;
        sum += e.observed;
      }
      if (reasons == 0) return "no reason for " + describe(proposal);
      const double p = prior[proposal.from_probation ? 1 : 0];
      if (sum + std::llround(std::log(p / (1 - p)) * kNat) != proposal.observed)
        return "the reasons do not add up to " + describe(proposal);
    }
  }
  return {};
}

}  // namespace lazaret::laws
