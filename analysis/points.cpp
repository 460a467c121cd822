#include "analysis/points.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/summary.hpp"
#include "analysis/words.hpp"

namespace lazaret {
namespace {

/// Share of the infected that must be caught for the point to stand.
constexpr double kCaughtEnough = 0.9;

Point detection_point(const Summary& s) {
  Point point{"Detection by behaviour", Standing::unseen, "No account was infected."};
  if (s.detection.infected == 0) return point;
  point.found.clear();
  bool all = true, any = false;
  for (const BehaviourScore& b : s.detection.behaviours) {
    point.found += fmt::format(
        "{}{}: {} caught, {}", point.found.empty() ? "" : "; ", behaviour_title(b.behaviour), of(b.share.k, b.share.n),
        b.median_s ? "half of them within " + duration(*b.median_s) : "no median time to detect");
    all &= b.share.value >= kCaughtEnough;
    any |= b.share.k > 0;
  }
  point.found += fmt::format(". Of {} never infected, {} held.", counted(s.detection.wrong.clean_accounts, "account"),
                             grouped(s.detection.wrong.clean_accounts_held));
  point.standing = all ? Standing::shown : any ? Standing::partly : Standing::contradicted;
  return point;
}

/// Why a service was not judged.
std::string not_judged(const Summary& s) {
  return s.league.looking_on.isps > 0 ? "Some ISPs only look on, and attempts are not told apart by ISP."
                                      : "Nobody tried it on both sides of a quarantine.";
}

std::string rates(const ServiceScore& s) {
  return fmt::format("{} {} inside ({}), {} outside ({})", service_title(s.service), percent(s.inside.value),
                     of(s.inside.k, s.inside.n), percent(s.outside.value), of(s.outside.k, s.outside.n));
}

/// Whether the profile means to close the service.
bool closes(Profile profile, std::string_view service) {
  if (service == "relay_smtp") return profile >= Profile::smtp_only;
  if (service == "web_http") return profile >= Profile::cipp;
  return profile == Profile::cipp || profile == Profile::strict;
}

Point closed_point(std::string title, const Summary& s, std::initializer_list<std::string_view> services) {
  Point point{std::move(title), Standing::unseen, {}};
  std::size_t closed = 0, judged = 0, meant = 0;
  for (const std::string_view name : services) {
    if (!closes(s.profile, name)) continue;
    ++meant;
    const ServiceScore* service = s.service(name);
    if (service == nullptr || service->effect == Effect::unknown) continue;
    ++judged, closed += service->effect == Effect::closed;
    point.found += (point.found.empty() ? "" : "; ") + rates(*service);
    if (service->portal_inside > 0)
      point.found += fmt::format(", the page answered {}", of(service->portal_inside, service->inside.n));
  }
  if (judged == 0) {
    point.found = meant == 0 ? fmt::format("The profile {} leaves it open.", profile_name(s.profile)) : not_judged(s);
    return point;
  }
  point.found += ".";
  point.standing = closed == judged ? Standing::shown : closed > 0 ? Standing::partly : Standing::contradicted;
  return point;
}

Point open_point(std::string title, const Summary& s, std::string_view name) {
  Point point{std::move(title), Standing::unseen, not_judged(s)};
  const ServiceScore* service = s.service(name);
  if (service == nullptr || service->effect == Effect::unknown) return point;
  point.found = fmt::format("{}: {} points (95 %: {} to {}).", rates(*service), points(service->difference),
                            points(service->difference_interval.low), points(service->difference_interval.high));
  if (service->effect == Effect::unaffected) {
    point.standing = Standing::shown;
    if (!service->shown_unaffected())
      point.found += " Too few attempts to shut out a difference of more than one point.";
  } else {
    point.standing = service->effect == Effect::unclear ? Standing::partly : Standing::contradicted;
  }
  return point;
}

Point page_point(const People& p) {
  Point point{"The page", Standing::unseen, "No account was quarantined."};
  if (p.accounts_quarantined == 0) return point;
  point.found =
      fmt::format("{} quarantined accounts saw it, {} in all{}.", of(p.accounts_saw_page, p.accounts_quarantined),
                  counted(p.page_views, "time"),
                  p.median_to_page_s ? ", half of them within " + duration(*p.median_to_page_s) : std::string());
  point.standing = p.accounts_saw_page > 0 ? Standing::shown : Standing::contradicted;
  return point;
}

Point choices_point(const People& p) {
  Point point{"The three choices", Standing::unseen, "Nobody came to choose."};
  const std::uint64_t kinds = (p.chose_now > 0) + (p.chose_later > 0) + (p.chose_already > 0);
  if (kinds == 0) return point;
  point.found = fmt::format("Now {}, later {}, already removed {} times; {} closed the page without choosing.",
                            grouped(p.chose_now), grouped(p.chose_later), grouped(p.chose_already), grouped(p.ignored));
  point.standing = kinds == 3 ? Standing::shown : Standing::partly;
  return point;
}

Point later_point(const People& p) {
  Point point{"Later runs out", Standing::unseen, "Nobody chose later."};
  if (p.deferrals == 0) return point;
  point.found = fmt::format(
      "{} taken, {} of them ended back in quarantine when the time was over; {} took the last one. Held with only two "
      "choices left: {}; asked for another and refused: {}.",
      counted(p.deferrals, "deferral"), grouped(p.deferrals_lapsed), counted(p.later_used_up, "account"),
      grouped(p.held_without_later), grouped(p.refused_later));
  point.standing = p.held_without_later > 0 || p.refused_later > 0 ? Standing::shown
                   : p.deferrals_lapsed > 0                        ? Standing::partly
                                                                   : Standing::unseen;
  return point;
}

Point claim_point(const People& p) {
  Point point{"Already removed, still infected: caught again", Standing::unseen, "Nobody claimed it wrongly."};
  if (p.claims_false == 0) return point;
  point.found =
      fmt::format("{} of {} made while still infected; {} of these were caught again{}.", grouped(p.claims_false),
                  counted(p.claims_true + p.claims_false, "claim"), grouped(p.false_caught_again),
                  p.median_to_recatch_s ? ", half of them within " + duration(*p.median_to_recatch_s) : "");
  point.standing = p.false_caught_again > 0 ? Standing::shown : Standing::contradicted;
  return point;
}

}  // namespace

std::vector<Point> article_points(const Summary& s) {
  return {detection_point(s),
          closed_point("Mail sending (SMTP) closed", s, {"relay_smtp"}),
          closed_point("Web (HTTP, HTTPS) closed", s, {"web_http", "web_https"}),
          open_point("Mail reading (POP3) unaffected", s, "pop3"),
          open_point("Telephone (VoIP) unaffected", s, "voip"),
          page_point(s.people),
          choices_point(s.people),
          later_point(s.people),
          claim_point(s.people)};
}

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::shown:
      return "shown";
    case Standing::partly:
      return "partly";
    case Standing::contradicted:
      return "contradicted";
    case Standing::unseen:
      return "not in this run";
  }
  return "";
}

}  // namespace lazaret
