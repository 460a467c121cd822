#include "analysis/services.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace lazaret {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTitles{{
    {"relay_smtp", "Mail sending (SMTP)"},
    {"web_http", "Web (HTTP)"},
    {"web_https", "Web (HTTPS)"},
    {"pop3", "Mail reading (POP3)"},
    {"voip", "Telephone (VoIP)"},
    {"dns", "Names (DNS)"},
    {"remediation", "Removal tools"},
    {"p2p", "Peers of file sharing"},
    {"iot", "Devices and their cloud"},
    {"update", "Updates"},
    {"speed_test", "Speed tests"},
    {"telecare", "Telecare alarms"},
    {"direct_smtp", "Mail straight to servers"},
    {"probe", "Contacts that may fail"},
}};

std::size_t rank(std::string_view service) {
  const auto* found = std::find_if(kTitles.begin(), kTitles.end(), [&](const auto& t) { return t.first == service; });
  return static_cast<std::size_t>(found - kTitles.begin());
}

struct Tally {
  std::uint64_t inside = 0, inside_ok = 0, outside = 0, outside_ok = 0, straddling = 0, straddling_ok = 0;
  std::uint64_t portal = 0, refused = 0;
};

Effect judge(const ServiceScore& s) {
  if (s.inside.n == 0 || s.outside.n == 0) return Effect::unknown;
  // Where outside most attempts fail anyway (contacts with dead hosts), nothing can be seen to be left alone.
  const bool works_outside = s.outside.value >= 0.5;
  if (!works_outside && s.inside.value < 0.5) return Effect::unknown;
  if (std::abs(s.difference) <= kUnaffected) return Effect::unaffected;
  if (s.inside.value <= kClosed && works_outside) return Effect::closed;
  if (s.difference_interval.low <= 0 && s.difference_interval.high >= 0) return Effect::unclear;
  return s.difference < 0 ? Effect::worse : Effect::better;
}

}  // namespace

std::vector<ServiceScore> score_services(const std::vector<TruthCount>& counts) {
  std::map<std::string, Tally> tallies;
  for (const TruthCount& c : counts) {
    if (c.malicious) continue;
    Tally& t = tallies[c.service];
    const std::uint64_t n = c.attempts, ok = c.result == "ok" ? n : 0;
    if (c.straddles) {
      t.straddling += n, t.straddling_ok += ok;
    } else if (c.standing == Phase::restricted) {
      t.inside += n, t.inside_ok += ok;
      t.portal += c.result == "portal" ? n : 0, t.refused += c.result == "refused" ? n : 0;
    } else {
      t.outside += n, t.outside_ok += ok;
    }
  }
  std::vector<ServiceScore> scores;
  for (const auto& [service, t] : tallies) {
    ServiceScore s;
    s.service = service;
    s.inside = exact_share(t.inside_ok, t.inside);
    s.outside = exact_share(t.outside_ok, t.outside);
    s.portal_inside = t.portal, s.refused_inside = t.refused;
    s.straddling = t.straddling, s.straddling_ok = t.straddling_ok;
    s.difference = s.inside.value - s.outside.value;
    s.difference_interval = newcombe(t.inside_ok, t.inside, t.outside_ok, t.outside);
    s.effect = judge(s);
    scores.push_back(s);
  }
  std::stable_sort(scores.begin(), scores.end(),
                   [](const ServiceScore& a, const ServiceScore& b) { return rank(a.service) < rank(b.service); });
  return scores;
}

std::string service_title(std::string_view service) {
  const std::size_t i = rank(service);
  return std::string(i < kTitles.size() ? kTitles[i].second : service);
}

std::string_view name_of(Effect effect) {
  switch (effect) {
    case Effect::unknown:
      return "no comparison";
    case Effect::unaffected:
      return "unaffected";
    case Effect::closed:
      return "closed";
    case Effect::unclear:
      return "no clear change";
    case Effect::worse:
      return "worse";
    case Effect::better:
      return "better";
  }
  return "";
}

}  // namespace lazaret
