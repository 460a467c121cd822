#include "sim/dialogue/portal.hpp"

#include <algorithm>

#include "core/evidence/explanation.hpp"
#include "core/quarantine/choices.hpp"
#include "sim/dialogue/http.hpp"
#include "sim/population/intent.hpp"

namespace lazaret {

std::vector<Choice> open_choices(const AccountStatus& status, const Policy& policy) {
  std::vector<Choice> open;
  for (const Choice choice : {Choice::now, Choice::later, Choice::already})
    if (choice_open(status, choice, policy)) open.push_back(choice);
  return open;
}

Portal::Portal(Machine& machine, PortalDesk desk, const Policy& policy)
    : desk_(std::move(desk)), policy_(policy), listener_(machine.listen(80, [this](Link& link) {
        serve_http(link, [this](IpAddress peer, const HttpRequest& request) {
          return HttpAnswer{answer(desk_.account_at(peer), request.path), 0};
        });
      })) {}

std::string Portal::answer(AccountId account, std::string_view path) const {
  const AccountStatus status = account == kNobody ? AccountStatus{} : desk_.status(account);
  const std::vector<Choice> open = open_choices(status, policy_);
  for (const Choice choice : {Choice::now, Choice::later, Choice::already}) {
    if (path != choice_path(choice)) continue;
    if (std::find(open.begin(), open.end(), choice) == open.end())
      return http_response("409 Conflict",
                           "<!DOCTYPE html><title>Not open</title><p>This choice is not open to this line.</p>");
    desk_.choose(account, choice);
    return http_response("200 OK", "<!DOCTYPE html><title>Thank you</title><p>Your choice has been noted.</p>");
  }
  if (open.empty() && is_restricted(status.state))
    return http_response("503 Service Unavailable",
                         "<!DOCTYPE html><title>Restricted</title><p>Please call us: after so many quarantines we have "
                         "to look at this line together.</p>");
  if (open.empty())
    return http_response("503 Service Unavailable",
                         "<!DOCTYPE html><title>Open</title><p>This line is not restricted. Please reload.</p>");
  constexpr std::string_view kLabels[] = {"", "Remove it now, with the tools that stay reachable", "Remind me later",
                                          "I have already removed it"};
  std::string page =
      "<!DOCTYPE html><html lang=\"en\"><title>A computer on your line is infected</title>"
      "<h1>A computer on your line appears to be infected</h1>"
      "<p>" +
      closed_text(policy_) + " You have a choice:</p><ul>";
  for (const Choice choice : open)
    page +=
        "<li><a href=\"" + choice_path(choice) + "\">" + std::string(kLabels[static_cast<unsigned>(choice)]) + "</a>";
  if (status.later_left > 0) page += "<p>'Later' remains open " + std::to_string(status.later_left) + " times.</p>";
  return http_response("200 OK", page + "</ul></html>");
}

}  // namespace lazaret
