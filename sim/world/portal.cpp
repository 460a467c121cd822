#include "sim/world/portal.hpp"

#include <algorithm>

#include "core/evidence/explanation.hpp"
#include "core/quarantine/choices.hpp"
#include "sim/population/intent.hpp"
#include "sim/world/http.hpp"

namespace lazaret {

PortalLink::PortalLink(const SubscriberLines& lines, WireEnd portal, std::uint64_t portal_mac, Back back)
    : lines_(lines), portal_(portal), portal_mac_(portal_mac), back_(std::move(back)) {
  return_.link = this;
  portal_.attach(return_);
}

void PortalLink::receive(FramePtr packet) {
  std::optional<Frame> frame = Frame::take(packet);
  std::uint16_t s_vlan = 0, c_vlan = 0;
  if (!frame || !pop_tags(*frame, s_vlan, c_vlan)) return;
  set_macs(*frame, portal_mac_, kGatewayMac);
  portal_.send(frame->packet());
}

void PortalLink::Return::receive(FramePtr packet) {
  std::optional<Frame> frame = Frame::take(packet);
  const auto ends = frame ? ip_ends(*frame) : std::nullopt;
  const SubscriberLine* line = ends ? link->lines_.find(ends->destination) : nullptr;
  if (line == nullptr) return;
  set_macs(*frame, line->router_mac, kGatewayMac);
  push_tags(*frame, line->s_vlan, line->c_vlan);
  link->back_(frame->packet());
}

namespace {

bool is_restricted(State state) { return state == State::quarantined || state == State::remediating; }

}  // namespace

std::vector<Choice> open_choices(const AccountStatus& status, const Policy& policy) {
  std::vector<Choice> open;
  for (const Choice choice : {Choice::now, Choice::later, Choice::already})
    if (choice_open(status, choice, policy)) open.push_back(choice);
  return open;
}

Portal::Portal(const Host& host, const SubscriberLines& lines, PortalDesk desk, const Policy& policy)
    : lines_(lines), desk_(std::move(desk)), policy_(policy), listener_(host, 80, [this](TcpLink& link) {
        serve_http(link, [this](IpAddress peer, const HttpRequest& request) {
          const SubscriberLine* line = lines_.find(peer);
          return answer(line != nullptr ? line->account : kNobody, request.path);
        });
      }) {}

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
