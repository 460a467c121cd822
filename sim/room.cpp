#include "sim/room.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>

namespace lazaret {
namespace {

// Measured: 3.6 kB a home in wire at a million homes, 40 kB in stack at two thousand (four hosts and a router each), and
// the program with its libraries; here with a third more.
constexpr std::uint64_t kWireHome = 4800, kStackHome = 54'000, kProgram = 60'000'000;

std::uint64_t each(const Scenario& scenario) { return scenario.fidelity == kWire ? kWireHome : kStackHome; }

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
  return Problem{
      fmt::format("isp.homes: {} homes want about {:.1f} GiB of memory, and {:.1f} GiB are free; {} homes "
                  "would fit{}",
                  scenario.isp.homes, static_cast<double>(wanted) / kGib, static_cast<double>(available) / kGib, fit,
                  scenario.fidelity == kStack ? ", and ten times as many with fidelity: wire" : "")};
}

}  // namespace lazaret
