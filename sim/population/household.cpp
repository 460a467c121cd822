#include "sim/population/household.hpp"

#include <algorithm>

#include "sim/population/names.hpp"

namespace lazaret {
namespace {

const std::string& any_of(const std::vector<std::string>& names, Stream& draw) {
  return names[static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(names.size()) - 1))];
}

}  // namespace

Household::Household(const Scenario& scenario, const Plan& plan, const HomePlan& home, Attempts& attempts)
    : scenario_(scenario),
      plan_(plan),
      home_(home),
      attempts_(attempts),
      rhythm_(scenario.household.diurnal_swing, scenario.household.begins_at_h),
      infection_(home.infection ? std::make_unique<Infection>(scenario, plan, home, attempts) : nullptr),
      person_(scenario, plan, home, attempts, infection_.get()) {
  const HouseholdPlan& h = scenario.household;
  start(Purpose::web, h.web_per_h, [this](Stream& draw) { browse(draw); });
  start(Purpose::mail_read, h.mail_read_per_h, [this](Stream&) {
    attempts_.make(home_, DeviceKind::pc, "pop3",
                   MailCheck{plan_.pop3_names[home_.account.value % plan_.pop3_names.size()]}, Behaviour::mail_read);
  });
  start(Purpose::mail_send, h.mail_send_per_h, [this](Stream& draw) {
    const auto octets = static_cast<std::uint32_t>(draw.integer(1000, 8000));
    attempts_.make(home_, DeviceKind::pc, "relay_smtp", MailSend{plan_.relay_name, octets}, Behaviour::mail_send);
  });
  start(Purpose::call, h.calls_per_h, [this](Stream& draw) { call(draw); });
  start(Purpose::dns, h.dns_per_h, [this](Stream& draw) {
    const DeviceKind device = draw.chance(0.5) ? DeviceKind::phone : DeviceKind::camera;
    attempts_.make(home_, device, "dns", Resolve{any_of(plan_.web_sites, draw)}, Behaviour::dns);
  });
  start(Purpose::failing_contact, h.failing_contacts_per_h, [this](Stream& draw) {
    const bool tls = draw.chance(0.5);
    fetch(draw, "probe", Fetch{to_text(somewhere(draw.bits())), tls, 1000, {}}, Behaviour::failing_contact);
  });
  start(Purpose::dns_error, h.dns_errors_per_h, [this](Stream& draw) { fail_to_resolve(draw); });
  if (has(h.p2p_share, Purpose::peer))
    start(
        Purpose::peer, h.p2p_contacts_per_min * 60, [this](Stream& draw) { contact_peer(draw); }, Whose::programs);
  start_habits();
}

bool Household::has(double share, Purpose purpose) const {
  return share > 0 && Stream(scenario_.seed, purpose, home_.account.value, 1).chance(share);
}

void Household::start(Purpose purpose, double per_h, std::function<void(Stream&)> act, Whose whose) {
  // Offsets below a microsecond that differ from home to home keep two homes from ever acting in the same nanosecond.
  const Duration jitter{static_cast<std::int64_t>(home_.account.value % 1000)};
  const Rhythm* rhythm = whose == Whose::programs || rhythm_.flat() ? nullptr : &rhythm_;
  processes_.push_back(std::make_unique<PoissonProcess>(attempts_.clock(),
                                                        Stream(scenario_.seed, purpose, home_.account.value),
                                                        per_h / 3600, jitter, std::move(act), rhythm));
}

void Household::browse(Stream& draw) {
  const bool tls = draw.chance(scenario_.household.web_https_share);
  const double octets = scenario_.household.web_page_kb * 1000 * draw.uniform(0.4, 1.6);
  const std::string host = any_of(plan_.web_sites, draw);
  fetch(draw, tls ? "web_https" : "web_http", Fetch{host, tls, static_cast<std::uint32_t>(octets), {}}, Behaviour::web);
}

void Household::fetch(Stream& draw, std::string_view service, const Fetch& what, Behaviour behaviour) {
  const DeviceKind device = draw.chance(0.7) ? DeviceKind::pc : DeviceKind::phone;
  attempts_.make(home_, device, service, what, behaviour, [this, device, host = what.host](const Done& done) {
    if (done.result == Result::portal) person_.see_page(device, host, done.offered);
  });
}

void Household::call(Stream& draw) {
  const double length_s = std::max(2.0, draw.exponential(scenario_.household.call_mean_s));
  if (on_the_phone_) return;
  on_the_phone_ = true;
  attempts_.make(home_, DeviceKind::voice_adapter, "voip", Call{from_seconds(length_s)}, Behaviour::call,
                 [this](const Done&) { on_the_phone_ = false; });
}

// A typing error, a name under one of the search suffixes that a device was given, or a browser that asks for three names
// which cannot exist, to see whether it is lied to.
void Household::fail_to_resolve(Stream& draw) {
  const DeviceKind device = draw.chance(0.7) ? DeviceKind::pc : DeviceKind::phone;
  const auto ask = [&](std::string name) {
    attempts_.make(home_, device, {}, Resolve{std::move(name)}, Behaviour::dns_error);
  };
  switch (draw.integer(0, 2)) {
    case 0:
      return ask(mistyped(draw, any_of(plan_.web_sites, draw)));
    case 1: {
      const std::string employer = ".firm" + std::to_string(home_.account.value) + ".example";
      const std::string suffixes[] = {".lan", ".isp.example", employer};
      const std::string host = random_label(draw, 4, 10);
      return ask(host + suffixes[draw.integer(0, 2)]);
    }
    default:
      for (int i = 0; i < 3; ++i) ask(random_label(draw, 7, 15));
  }
}

void Household::contact_peer(Stream& draw) {
  PeerContact contact{somewhere(draw.bits()), static_cast<std::uint16_t>(draw.integer(1024, 65535))};
  if (!draw.chance(scenario_.household.p2p_unanswered_share)) {
    const Peer& peer =
        plan_.peers[static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(plan_.peers.size()) - 1))];
    contact = {peer.address, peer.port};
  }
  attempts_.make(home_, DeviceKind::pc, "p2p", contact, Behaviour::peer);
}

void Household::finish(TruthWriter& truth) const {
  if (infection_) infection_->record(truth);
}

}  // namespace lazaret
