#include "sim/room.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

namespace lazaret {
namespace {

// Measured (docs/simulation.md): what a home takes of a simulation, in wire at a million homes, in stack at two thousand
// (four hosts and a router each); what is under way of a bot, for each attempt that it makes a minute; what a listed
// attempt takes while it is written, counted ones nothing; and of the report, what a home takes, and a bot for each second
// in which it may be told of, at 30 attempts a minute. The program is there with its libraries. Here with some more.
constexpr double kWireHome = 4400, kStackHome = 54'000, kUnderWay = 1200, kListedAttempt = 50;
constexpr double kReportHome = 350, kReportBotSecond = 12;
constexpr std::uint64_t kProgram = 60'000'000;

/// Besides the program: so much, and so much for each home.
struct Need {
  double fixed = 0, each = 0;
  [[nodiscard]] double of(double homes) const { return fixed + each * homes; }
};

/// Who may come to carry it.
double bots(const Scenario& scenario, const InfectionPlan& i) {
  return std::max(static_cast<double>(i.homes), i.vulnerable_share * static_cast<double>(scenario.isp.homes));
}

Need of_simulation(const Scenario& scenario) {
  const HouseholdPlan& h = scenario.household;
  Need need{0, scenario.fidelity == kWire ? kWireHome : kStackHome};
  const double attempt = scenario.attempts == kAttemptsListed ? kListedAttempt : 0;
  need.each +=
      attempt * scenario.duration_s / 3600 *
      (h.web_per_h + h.mail_read_per_h + h.mail_send_per_h + h.calls_per_h + h.dns_per_h + h.failing_contacts_per_h);
  for (const InfectionPlan& i : scenario.infections)
    need.fixed += bots(scenario, i) * i.rate_per_min * (kUnderWay + attempt * scenario.duration_s / 60);
  return need;
}

Need of_report(const Scenario& scenario) {
  Need need{0, kReportHome};
  // A bot that does less is told of less; a flood is seen by its packets, not its orders.
  for (const InfectionPlan& i : scenario.infections)
    need.fixed += bots(scenario, i) * scenario.duration_s * kReportBotSecond *
                  (i.behaviour == "flood" ? 1 : std::min(1.0, i.rate_per_min / 30));
  return need;
}

}  // namespace

std::uint64_t octets_wanted(const Scenario& scenario) {
  const auto homes = static_cast<double>(scenario.isp.homes);
  // One comes after the other.
  return kProgram +
         static_cast<std::uint64_t>(std::max(of_simulation(scenario).of(homes), of_report(scenario).of(homes)));
}

std::optional<std::uint64_t> octets_available() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("MemAvailable:")) return std::stoull(line.substr(13)) * 1024;
  return std::nullopt;
}

std::optional<Problem> too_large(const Scenario& scenario, std::uint64_t available) {
  const std::uint64_t wanted = octets_wanted(scenario);
  if (wanted <= available) return std::nullopt;
  constexpr double kGib = 1024.0 * 1024 * 1024;
  double fit = static_cast<double>(scenario.isp.homes);
  for (const Need& need : {of_simulation(scenario), of_report(scenario)}) {
    const double left = static_cast<double>(available) - static_cast<double>(kProgram) - need.fixed;
    fit = std::min(fit, std::max(0.0, std::floor(left / need.each)));
  }
  return Problem{fmt::format(
      "isp.homes: {} homes for {} s want about {:.1f} GiB of memory, and {:.1f} GiB are free; {:.0f} homes "
      "would fit{}",
      scenario.isp.homes, scenario.duration_s, static_cast<double>(wanted) / kGib,
      static_cast<double>(available) / kGib, fit, scenario.fidelity == kStack ? ", and more with fidelity: wire" : "")};
}

}  // namespace lazaret
