// lazaret parity RUN: does DPDK decide what the simulator decided?
#include "datapath/parity.hpp"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "cli/arguments.hpp"
#include "datapath/eal.hpp"

namespace {

using namespace lazaret;

nlohmann::ordered_json as_json(const Parity& parity) {
  nlohmann::ordered_json drivers = nlohmann::ordered_json::array();
  for (const ParityRow& row : parity.rows) {
    drivers.push_back({{"driver", row.driver},
                       {"verdicts", row.verdicts},
                       {"events", row.events},
                       {"commands", row.commands},
                       {"verdicts_sha256", row.verdicts_sha256},
                       {"events_sha256", row.events_sha256},
                       {"commands_sha256", row.commands_sha256},
                       {"identical", row.identical},
                       {"wall_s", row.wall_s}});
  }
  nlohmann::ordered_json document = {{"identical", parity.identical},
                                     {"verdicts", parity.rows.empty() ? 0 : parity.rows.front().verdicts},
                                     {"events", parity.rows.empty() ? 0 : parity.rows.front().events},
                                     {"first_difference", nullptr},
                                     {"altered_files", parity.altered_files},
                                     {"drivers", drivers}};
  if (parity.first_difference) document["first_difference"] = *parity.first_difference;
  return document;
}

void print_table(const Parity& parity) {
  std::cout << fmt::format("{:<28}{:>10}{:>8}{:>10}  {:<13}{:<13}{:<13}{:>9}  {}\n", "driver", "verdicts", "events",
                           "commands", "verdicts", "events", "commands", "packets/s", "identical");
  std::cout << fmt::format("{:<28}{:>10}{:>8}{:>10}  {:<13}{:<13}{:<13}\n", "", "", "", "", "sha256", "sha256",
                           "sha256");
  for (const ParityRow& row : parity.rows) {
    const std::string rate =
        row.wall_s > 0 ? fmt::format("{:.0f}", static_cast<double>(row.verdicts) / row.wall_s) : "-";
    std::cout << fmt::format("{:<28}{:>10}{:>8}{:>10}  {:.10}   {:.10}   {:.10}   {:>9}  {}\n", row.driver,
                             row.verdicts, row.events, row.commands, row.verdicts_sha256, row.events_sha256,
                             row.commands_sha256, rate, row.identical ? "yes" : "NO");
  }
  std::cout << (parity.identical ? "identical\n" : "different: " + *parity.first_difference + "\n");
}

int compare(const std::string& directory, unsigned workers, bool json) {
  auto run = RunReader::open(directory);
  if (auto* problem = std::get_if<Problem>(&run)) {
    std::cerr << "lazaret parity: " << problem->message << "\n";
    return kBadInput;
  }
  const auto checked = check_parity(std::get<RunReader>(run), workers,
                                    [](std::string_view what) { std::cerr << "parity: " << what << "\n"; });
  if (const auto* problem = std::get_if<Problem>(&checked)) {
    std::cerr << "lazaret parity: " << problem->message << "\n";
    return kFailedInside;
  }
  const Parity& parity = std::get<Parity>(checked);
  if (json) {
    // A damaged line may be quoted, and need not be text.
    std::cout << as_json(parity).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
  } else {
    print_table(parity);
  }
  return parity.identical ? kDone : kAnswerIsNo;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments(
      "lazaret parity",
      "A run's journal through DPDK and plain replay, compared byte for byte with what the simulator decided.",
      "Example:\n  lazaret parity runs/cipp_2007 --workers 4\n\n"
      "Exit codes: 0 identical; 1 different, altered files included; 2 not a complete run, or usage; 3 failed inside");
  std::string directory;
  unsigned workers = 2;
  bool json = false;
  arguments.option("run", &directory, "the run directory").required();
  arguments.option("--workers", &workers, "DPDK workers of the second DPDK replay (the first has one)")
      .within(1U, kWorkersMax)
      .with_default_in_help();
  arguments.flag("--json", &json, "one JSON document on standard output; progress on standard error");
  return arguments.run(count, values, [&] { return compare(directory, workers, json); });
}
