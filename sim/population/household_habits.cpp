// Benign behaviours that look suspicious, all off unless the scenario asks for them: a mailing list's host, a look over
// somebody's ports, devices and updates of a vendor, speed tests; and alarms, which must not be shut off.
#include <algorithm>

#include "sim/population/household.hpp"

namespace lazaret {
namespace {

constexpr Duration kBetweenDeliveries = milliseconds(500), kBetweenPorts = milliseconds(100);
constexpr std::uint32_t kOrderOctets = 800, kUpdateOctets = 200'000, kTestOctets = 2'000'000, kAlarmOctets = 500;
constexpr int kTestConnections = 6, kTestSeconds = 10;
constexpr std::uint16_t kIperfPort = 5201;

}  // namespace

void Household::start_habits() {
  const HouseholdPlan& h = scenario_.household;
  if (home_.mail_server)
    start(
        Purpose::mail_server, h.mail_server_posts_per_h, [this](Stream& draw) { post_to_list(draw); }, Whose::programs);
  if (has(h.hobbyist_share, Purpose::hobby_scan))
    start(Purpose::hobby_scan, h.hobby_scans_per_day / 24, [this](Stream& draw) {
      look_over({somewhere(draw.bits()), 1, false}, scenario_.household.hobby_ports);
    });
  if (has(h.iot_share, Purpose::iot))
    start(
        Purpose::iot, h.iot_polls_per_h,
        [this](Stream& draw) {
          if (!polls_again_) poll(draw);
        },
        Whose::programs);
  if (has(h.flash_share, Purpose::flash)) {
    Stream draw(scenario_.seed, Purpose::flash, home_.account.value);
    for (std::int64_t i = 0; i < h.flash_visits; ++i)
      attempts_.clock().after(from_seconds(h.flash_at_s + draw.uniform(0, h.flash_within_s)),
                              [this, i] { visit_the_place(i); });
  }
  start(Purpose::speed_test, h.speed_tests_per_day / 24, [this](Stream& draw) { test_speed(draw); });
  if (has(h.telecare_share, Purpose::telecare))
    start(
        Purpose::telecare, h.telecare_per_h,
        [this](Stream&) {
          attempts_.make(home_, DeviceKind::voice_adapter, "telecare", Fetch{plan_.alarm_name, true, kAlarmOctets, {}},
                         Behaviour::telecare);
        },
        Whose::programs);
}

// A list's subscribers stay the same; each post goes to all of their networks.
void Household::post_to_list(Stream& draw) {
  const auto octets = static_cast<std::uint32_t>(draw.integer(2000, 10000));
  Duration wait{};
  for (std::int64_t i = 0; i < scenario_.household.mail_server_domains; ++i) {
    const std::size_t which = mix(std::uint64_t{home_.account.value} << 32 | static_cast<std::uint64_t>(i));
    attempts_.clock().after(wait, [this, octets, &domain = plan_.domains[which % plan_.domains.size()]] {
      attempts_.make(home_, DeviceKind::pc, "direct_smtp", DirectMail{domain, octets}, Behaviour::mail_server);
    });
    wait.ns += kBetweenDeliveries.ns;
  }
}

void Household::look_over(const Probe& next, std::int64_t ports_left) {
  attempts_.make(home_, DeviceKind::pc, {}, next, Behaviour::hobby_scan);
  if (ports_left <= 1) return;
  attempts_.clock().after(kBetweenPorts, [this, next, ports_left] {
    look_over({next.to, static_cast<std::uint16_t>(next.port + 1), false}, ports_left - 1);
  });
}

// No answer: it asks another address soon, until there is one.
void Household::poll(Stream& draw) {
  const auto last = static_cast<std::int64_t>(plan_.cloud_names.size()) - 1;
  const std::string& name = plan_.cloud_names[static_cast<std::size_t>(draw.integer(0, last))];
  attempts_.make(home_, DeviceKind::camera, "iot", Fetch{name, true, kOrderOctets, {}}, Behaviour::iot,
                 [this, &draw](const Done& done) {
                   polls_again_ = done.result != Result::ok;
                   if (polls_again_)
                     attempts_.clock().after(from_seconds(scenario_.household.iot_retry_s),
                                             [this, &draw] { poll(draw); });
                 });
}

void Household::visit_the_place(std::int64_t visit) {
  const std::size_t which = mix(std::uint64_t{home_.account.value} << 32 | static_cast<std::uint64_t>(visit));
  attempts_.make(home_, visit % 2 == 0 ? DeviceKind::pc : DeviceKind::phone, "update",
                 Fetch{plan_.cloud_names[which % plan_.cloud_names.size()], true, kUpdateOctets, {}}, Behaviour::flash);
}

void Household::test_speed(Stream& draw) {
  const auto last = static_cast<std::int64_t>(plan_.web_sites.size()) - 1;
  const std::string& site = plan_.web_sites[static_cast<std::size_t>(draw.integer(0, last))];
  for (int i = 0; i < kTestConnections; ++i)
    attempts_.make(home_, DeviceKind::pc, "speed_test", Fetch{site, true, kTestOctets, {}}, Behaviour::speed_test);
  const double per_s = scenario_.household.speed_test_udp_per_s;
  if (per_s < 1) return;
  send_datagrams({somewhere(draw.bits()), kIperfPort, false, static_cast<std::int64_t>(per_s), from_seconds(1 / per_s)},
                 kTestSeconds);
}

void Household::send_datagrams(const Burst& second, int seconds_left) {
  attempts_.make(home_, DeviceKind::pc, {}, second, Behaviour::speed_test, [this, second, seconds_left](const Done&) {
    if (seconds_left > 1) send_datagrams(second, seconds_left - 1);
  });
}

}  // namespace lazaret
