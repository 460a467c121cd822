#include "sim/dialogue/internet.hpp"

#include <algorithm>

#include "sim/dialogue/voice_server.hpp"
#include "sim/population/random.hpp"

namespace lazaret {
namespace {

// Of the addresses that do not answer with SYN+ACK, those where somebody is at home and refuses.
constexpr double kRefusing = 0.15;

// The same sender meets the same reception at the same moment: by hash, so that it does not depend on the order of
// sessions.
Receptionist reception_for(const Scenario& scenario, const Plan& plan) {
  return [&scenario, &plan](IpAddress peer, std::uint16_t port) {
    Stream draw(scenario.seed, Purpose::exchanger, peer.low, port);
    const HomePlan* home = plan.home_at(peer);
    const bool infected = home != nullptr && home->infection && peer == home->ipv4;
    const double to_list = home != nullptr && home->mail_server ? 1 - scenario.household.mail_server_refused_share : 1;
    if (draw.chance(infected ? scenario.infections[home->infection->entry].accepted_share : to_list))
      return Reception::accept;
    const double x = draw.uniform(0, 1);
    return x < 0.4 ? Reception::banner : x < 0.85 ? Reception::recipient : Reception::later;
  };
}

Outage outage_of(const IspPlan& isp, std::int64_t what) {
  if (isp.outage != what) return {};
  const Timestamp from = Timestamp{0} + from_seconds(isp.outage_at_s);
  return {from, from + from_seconds(isp.outage_s)};
}

std::map<std::uint16_t, double> answering_shares(const Scenario& scenario) {
  std::map<std::uint16_t, double> shares;
  for (const InfectionPlan& infection : scenario.infections) {
    if (!does(infection, "scanner")) continue;
    for (const std::int64_t port : infection.ports) {
      double& share = shares[static_cast<std::uint16_t>(port)];
      share = std::max(share, infection.answered_share);
    }
  }
  return shares;
}

}  // namespace

std::unique_ptr<Server> make_server(Service service, Machine& machine, const Scenario& scenario, const Plan& plan,
                                    Clock& clock, Received at_exchangers) {
  switch (service) {
    case Service::web:
    case Service::remediation:
      return make_web_server(machine);
    case Service::pop3:
      return make_pop3_server(machine, scenario.seed);
    case Service::relay:
      return make_mail_server(machine, [](IpAddress, std::uint16_t) { return Reception::accept; });
    case Service::exchangers:
      return make_mail_server(machine, reception_for(scenario, plan), std::move(at_exchangers));
    case Service::resolver:
      return make_resolver(machine, plan, clock, outage_of(scenario.isp, kResolverOutage));
    case Service::voice:
      return std::make_unique<VoiceServer>(machine, clock);
    case Service::logins:
      return make_login_server(machine);
    case Service::peers:
      return make_peer_server(machine, plan.peer_ports);
    case Service::cloud:
      return make_cloud_server(machine, clock, outage_of(scenario.isp, kCloudOutage));
    case Service::portal:
      break;
  }
  return nullptr;
}

Strangers::Strangers(std::uint64_t seed, std::map<std::uint16_t, double> answering)
    : seed_(mix(seed ^ static_cast<std::uint64_t>(Purpose::background))), answering_(std::move(answering)) {}
Strangers::Strangers(const Scenario& scenario) : Strangers(scenario.seed, answering_shares(scenario)) {}

Strangers::Reply Strangers::reply_to_syn(IpAddress to, std::uint16_t port) const {
  const std::uint64_t hash = mix(seed_ ^ (std::uint64_t{to.as_v4()} << 16 | port));
  const double x = static_cast<double>(hash >> 11) / 9007199254740992.0;
  const auto it = answering_.find(port);
  const double answers = it == answering_.end() ? 0 : it->second;
  Reply reply{Answer::silence, static_cast<std::uint8_t>(40 + (hash & 15)), 0};
  if (x < answers) {
    reply.answer = Answer::acceptance;
    reply.sequence = static_cast<std::uint32_t>(mix(hash));
  } else if (x < answers + (1 - answers) * kRefusing) {
    reply.answer = Answer::refusal;
  }
  return reply;
}

}  // namespace lazaret
