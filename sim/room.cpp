#include "sim/room.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>

namespace lazaret {
namespace {

// Measured: 4 kB a home in wire at a million homes, 40 kB in stack at two thousand (four hosts and a router each), up to
// 350 octets for each attempt at anything when the report reads the truth, and the program with its libraries. Here with
// some more.
constexpr std::uint64_t kWireHome = 4800, kStackHome = 54'000, kAttempt = 400, kProgram = 60'000'000;

/// The attempts of a home over the whole run, infections spread over all.
double attempts(const Scenario& scenario) {
  const HouseholdPlan& h = scenario.household;
  const double per_h =
      h.web_per_h + h.mail_read_per_h + h.mail_send_per_h + h.calls_per_h + h.dns_per_h + h.failing_contacts_per_h;
  double all = per_h / 3600 * static_cast<double>(scenario.isp.homes);
  for (const InfectionPlan& i : scenario.infections) all += i.rate_per_min / 60 * static_cast<double>(i.homes);
  return all * scenario.duration_s / static_cast<double>(scenario.isp.homes);
}

std::uint64_t each(const Scenario& scenario) {
  const std::uint64_t home = scenario.fidelity == kWire ? kWireHome : kStackHome;
  return home + static_cast<std::uint64_t>(kAttempt * attempts(scenario));
}

}  // namespace

std::uint64_t octets_wanted(const Scenario& scenario) {
  return kProgram + static_cast<std::uint64_t>(scenario.isp.homes) * each(scenario);
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
  const std::uint64_t fit = available > kProgram ? (available - kProgram) / each(scenario) : 0;
  return Problem{fmt::format(
      "isp.homes: {} homes for {} s want about {:.1f} GiB of memory, and {:.1f} GiB are free; {} homes "
      "would fit{}",
      scenario.isp.homes, scenario.duration_s, static_cast<double>(wanted) / kGib,
      static_cast<double>(available) / kGib, fit, scenario.fidelity == kStack ? ", and more with fidelity: wire" : "")};
}

}  // namespace lazaret
