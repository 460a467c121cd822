#include "analysis/remediation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/words.hpp"

namespace lazaret {
namespace {

constexpr double kFortnight = 14 * 86400.0;

void follow_stays(Remediation& r, const Timeline& timeline, const Run& run) {
  std::map<std::uint32_t, std::vector<Stay>> by_account;
  const auto leave = [&](const Event& event, Exit exit) {
    const auto found = by_account.find(event.account.value);
    if (found == by_account.end() || found->second.back().exit != Exit::open) return;
    Stay& stay = found->second.back();
    stay.exit = exit;
    stay.to_s = in_seconds(event.at);
    stay.infected_after = timeline.of(stay.account).infected_at(stay.to_s);
  };
  for (const Event& event : run.events) {
    switch (event.kind) {
      case EventKind::quarantined: {
        std::vector<Stay>& stays = by_account[event.account.value];
        const double at_s = in_seconds(event.at);
        const bool infected = timeline.of(event.account.value).infected_at(at_s);
        stays.push_back({event.account.value, static_cast<unsigned>(stays.size() + 1), at_s, timeline.end_s(),
                         Exit::open, infected, infected});
        break;
      }
      case EventKind::probation_began:
        leave(event, Exit::self);
        break;
      case EventKind::operator_released:
        leave(event, Exit::support);
        break;
      case EventKind::auto_released:
        leave(event, Exit::cap);
        break;
      default:
        break;
    }
  }
  r.accounts = by_account.size();
  for (const auto& [account, stays] : by_account) r.stays.insert(r.stays.end(), stays.begin(), stays.end());
}

template <typename Which, typename What>
Share share_of(const std::vector<Stay>& stays, Which which, What what) {
  std::uint64_t n = 0, k = 0;
  for (const Stay& stay : stays)
    if (stay.exit != Exit::open && which(stay)) ++n, k += what(stay);
  return exact_share(k, n);
}

void count_stays(Remediation& r) {
  const auto early = [](const Stay& s) { return s.nth <= 2; };
  const auto by = [&](Exit exit) { return share_of(r.stays, early, [exit](const Stay& s) { return s.exit == exit; }); };
  r.self = by(Exit::self), r.support = by(Exit::support), r.cap = by(Exit::cap);
  const auto clean = [&](unsigned nth, bool self, bool others) {
    return share_of(
        r.stays,
        [=](const Stay& s) { return s.nth == nth && s.infected_before && (s.exit == Exit::self ? self : others); },
        [](const Stay& s) { return !s.infected_after; });
  };
  r.first = clean(1, true, true), r.first_self = clean(1, true, false), r.first_others = clean(1, false, true);
  r.second = clean(2, true, true), r.second_self = clean(2, true, false);
}

void look_after_a_fortnight(Remediation& r, const Timeline& timeline) {
  std::uint64_t n = 0, k = 0;
  for (const Stay& stay : r.stays)
    if (stay.nth == 1 && stay.infected_before && stay.from_s + kFortnight <= timeline.end_s())
      ++n, k += !timeline.of(stay.account).infected_at(stay.from_s + kFortnight);
  r.within_14_days = exact_share(k, n);
}

void measure_shut(Remediation& r, const Timeline& timeline) {
  for (const auto& [account, line] : timeline.accounts()) {
    double sum = 0;
    for (const StateSpan& span : line.states) sum += is_restricted(span.state) ? span.to_s - span.from_s : 0;
    if (sum > 0) r.shut_s.push_back(sum);
  }
  std::sort(r.shut_s.begin(), r.shut_s.end());
}

// Cetin, Ganan, Altena, van Eeten, Let Me Out!, SOUPS 2018; Cetin et al., Cleaning Up the Internet of Evil Things, NDSS 2019.
void compare(Remediation& r, const Run& run, bool treated) {
  const auto row = [&r](const char* title, const char* source, Interval published, const Share& share) {
    if (share.n > 0) r.comparisons.push_back({title, source, published, share});
  };
  const std::vector<InfectionPlan>& infections = run.scenario.infections;
  const bool mirai = !infections.empty() && std::all_of(infections.begin(), infections.end(),
                                                        [](const auto& i) { return i.behaviour == "scanner"; });
  const char* soups = "SOUPS 2018";
  const char* ndss = "NDSS 2019";
  if (treated && !mirai) {
    row("Released themselves", soups, {0.67, 0.67}, r.self);
    row("Released by support", soups, {0.30, 0.30}, r.support);
    row("Released at the cap", soups, {0.03, 0.03}, r.cap);
    row("Clean when they first released themselves", soups, {0.71, 0.71}, r.first_self);
    row("Returners clean when they released themselves again", soups, {0.48, 0.48}, r.second_self);
  }
  if (treated && mirai) row("Clean 14 days after quarantine", ndss, {0.92, 0.92}, r.within_14_days);
  if (!treated && mirai) row("Clean 14 days after detection, unaided", ndss, {0.58, 0.74}, r.within_14_days);
}

}  // namespace

double Remediation::shut_quantile(double q) const {
  if (shut_s.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(shut_s.size())));
  return shut_s[std::clamp<std::size_t>(rank, 1, shut_s.size()) - 1];
}

std::string published_text(const Comparison& c) {
  if (c.published.low == c.published.high) return percent(c.published.low);
  return fmt::format("{:.0f} to {:.0f} %", c.published.low * 100, c.published.high * 100);
}

std::vector<std::pair<std::string, std::string>> remediation_facts(const Remediation& r) {
  std::vector<std::pair<std::string, std::string>> facts;
  if (r.accounts == 0) return facts;
  facts.emplace_back("Quarantines",
                     fmt::format("{} of {}, {:.2f} each", grouped(r.stays.size()), counted(r.accounts, "account"),
                                 static_cast<double>(r.stays.size()) / static_cast<double>(r.accounts)));
  const auto share = [&](const char* name, const Share& s) {
    if (s.n > 0) facts.emplace_back(name, fmt::format("{} ({})", of(s.k, s.n), percent_range(s.interval)));
  };
  share("Clean after the first", r.first);
  share("by support or the cap", r.first_others);
  share("Clean after the second", r.second);
  share("Clean 14 days after", r.within_14_days);
  if (!r.shut_s.empty())
    facts.emplace_back("Shut in all",
                       fmt::format("{}: half for at most {}, nine of ten for at most {}, the longest for {}",
                                   counted(r.shut_s.size(), "account"), duration(r.shut_quantile(0.5)),
                                   duration(r.shut_quantile(0.9)), duration(r.shut_quantile(1))));
  return facts;
}

Remediation follow_remediation(const Timeline& timeline, const Run& run) {
  Remediation r;
  const auto profile = static_cast<Profile>(run.scenario.policy.quarantine_profile);
  const bool treated = profile != Profile::shadow && profile != Profile::notice;
  follow_stays(r, timeline, run);
  count_stays(r);
  look_after_a_fortnight(r, timeline);
  if (treated) measure_shut(r, timeline);
  if (run.end_s() >= kFortnight) compare(r, run, treated);
  return r;
}

}  // namespace lazaret
