#include "datapath/portal/desk.hpp"

#include <algorithm>

#include "core/evidence/fusion.hpp"
#include "core/evidence/names.hpp"
#include "core/quarantine/choices.hpp"

namespace lazaret::portal {
namespace {

std::int64_t whole_seconds(Timestamp t) { return t.ns / kNsPerSecond; }

std::string standing_of(const AccountStatus& s) {
  return std::string(name_of(s.state)) + "/" + std::to_string(s.later_left) + "/" + std::to_string(s.history);
}

Reason reason_of(Channel channel, const Sighting& seen) {
  return {channel,
          seen.adverse,
          seen.observations,
          seen.port,
          seen.source_port,
          whole_seconds(seen.first),
          whole_seconds(seen.last)};
}

}  // namespace

Desk::Desk(CoreAccess core, const Policy& policy) : core_(std::move(core)), policy_(policy) {}

void Desk::note(std::span<const Event> events) {
  for (const Event& e : events)
    if (e.account != kNobody) note(e);
}

void Desk::note(const Event& e) {
  const auto enter = [&](std::optional<Timestamp> until) {
    Dossier& d = dossiers_[e.account];
    d.since = e.at;
    d.until = until;
    d.state = e.state;
  };
  switch (e.kind) {
    case EventKind::reason:
      if (e.observed >= kCorroborates) dossiers_[e.account].reasons[e.channel] = e;
      break;
    case EventKind::quarantined:
    case EventKind::deferral_lapsed:
      enter(e.at + seconds(policy_.quarantine_max_s));
      dossiers_[e.account].quarantined_at = e.at;
      break;
    case EventKind::remediation_began:
      enter(std::min(e.at + seconds(policy_.quarantine_remediation_s),
                     dossiers_[e.account].quarantined_at + seconds(policy_.quarantine_max_s)));
      break;
    case EventKind::remediation_lapsed:
      enter(dossiers_[e.account].quarantined_at + seconds(policy_.quarantine_max_s));
      break;
    case EventKind::deferred:
      enter(e.at + seconds(policy_.quarantine_later_s));
      break;
    case EventKind::probation_began:
    case EventKind::auto_released:
      enter(e.at + seconds(policy_.quarantine_probation_s));
      break;
    case EventKind::unwatched:
    case EventKind::probation_passed:
    case EventKind::operator_released:
    case EventKind::classified:
      dossiers_.erase(e.account);
      break;
    default:
      break;
  }
}

Line Desk::line_of(AccountId account) const {
  const AccountStatus status = core_.status(account);
  Line line;
  line.id = std::to_string(account.value);
  line.standing = standing_of(status);
  line.state = status.state;
  line.profile = static_cast<Profile>(policy_.quarantine_profile);
  line.later_left = status.later_left;
  line.history = status.history;
  for (const Choice choice : {Choice::now, Choice::later, Choice::already})
    if (choice_open(status, choice, policy_)) line.open.push_back(choice);
  line.terms = {policy_.quarantine_later_s, policy_.quarantine_remediation_s, policy_.quarantine_probation_s};
  for (std::size_t i = 0; i < policy_.services_remediation_names.size(); ++i)
    line.reachable.emplace_back(policy_.services_remediation_names[i]);

  const auto found = dossiers_.find(account);
  if (found != dossiers_.end()) {
    const Dossier& d = found->second;
    if (d.state == line.state) {  // else its event is still under way
      line.since_s = whole_seconds(d.since);
      if (d.until) line.until_s = whole_seconds(*d.until);
    }
    for (const auto& [channel, e] : d.reasons) line.reasons.push_back(reason_of(channel, e.seen));
  }
  // What goes on is newer than what was told. Nobody is told what could not have mattered: one page that did not open is
  // no reproach.
  for (unsigned c = 0; c < kChannels && is_restricted(status.state); ++c) {
    const auto channel = static_cast<Channel>(c);
    const auto told = std::find_if(line.reasons.begin(), line.reasons.end(),
                                   [channel](const Reason& r) { return r.channel == channel; });
    if (told == line.reasons.end() && status.scores[c] >= kCorroborates)
      line.reasons.push_back(reason_of(channel, status.seen[c]));
    else if (told != line.reasons.end() && status.seen[c].adverse > 0)
      *told = reason_of(channel, status.seen[c]);
  }
  return line;
}

Answer Desk::choose(AccountId account, const AskChoice& ask) {
  const AccountStatus status = core_.status(account);
  if (standing_of(status) != ask.standing) return Outcome::stale;
  if (!choice_open(status, ask.choice, policy_)) return Outcome::closed;
  return core_.commit(account, ask.choice) ? Outcome::done : Outcome::failed;
}

Answer Desk::answer(const Ask& ask) {
  const auto* choice = std::get_if<AskChoice>(&ask);
  const AccountId account = core_.holder(choice != nullptr ? choice->address : std::get<AskLine>(ask).address);
  if (account == kNobody) return Nobody{};
  if (choice != nullptr) return choose(account, *choice);
  return line_of(account);
}

}  // namespace lazaret::portal
