// lazaret bench sim: how much is simulated in an hour, beside the same traffic without the core and an empty loop.
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/bench/sim_runs.hpp"
#include "cli/bench/words.hpp"
#include "scenarios/scenario.hpp"

namespace {

using namespace lazaret;
using namespace lazaret::bench;

constexpr std::uint32_t kHomesMin = 100, kHomesMax = 1'000'000;  // of fewer, a bot is more than one in 250

volatile std::sig_atomic_t stop_wanted = 0;
extern "C" void want_stop(int) { stop_wanted = 1; }

/// What the command line says, before it is understood.
struct Typed {
  std::vector<std::string> accounts, overrides;
  std::string fidelity = "wire";
  unsigned shards = 2, repeat = 3;
  double simulated_s = 300;
  bool quick = false, json = false;
};

struct Line {
  std::string name;
  std::uint32_t accounts = 0;
  SimRow row;
};

using Scenarios = std::variant<std::vector<Scenario>, std::string>;

/// The bench's scenario with the overrides of the command line, as a scenario file would have them.
std::variant<Scenario, std::string> scenario_for(const Typed& typed, std::uint32_t accounts) {
  Scenario plain = bench_scenario(accounts, typed.simulated_s);
  plain.fidelity = typed.fidelity == "wire" ? kWire : kStack;
  plain.shards = plain.fidelity == kWire ? typed.shards : 1;
  if (typed.overrides.empty()) return plain;
  std::string name = std::filesystem::temp_directory_path() / "lazaret-bench-XXXXXX";
  const int file = mkstemp(name.data());
  if (file < 0) return name + ": no file can be made there; name another directory in TMPDIR";
  close(file);
  std::ofstream(name) << to_yaml(plain);
  const ScenarioResult loaded = load_scenario(name, typed.overrides);
  std::filesystem::remove(name);
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&loaded)) return "--set: " + errors->front().message;
  return std::get<Scenario>(loaded);
}

Scenarios understand(Typed typed) {
  if (typed.accounts.empty()) {
    if (typed.quick)
      typed.accounts = {"1k"};
    else if (typed.fidelity == "wire")
      typed.accounts = {"1k", "10k", "100k"};
    else
      typed.accounts = {"500", "5k"};
  }
  std::vector<Scenario> scenarios;
  for (const std::string& text : typed.accounts) {
    const auto accounts = parse_accounts(text, kHomesMin, kHomesMax);
    if (!accounts)
      return fmt::format("--accounts '{}': a number from {} to {}, such as 10k or 1M", text, kHomesMin, kHomesMax);
    auto scenario = scenario_for(typed, *accounts);
    if (auto* wrong = std::get_if<std::string>(&scenario)) return *wrong;
    scenarios.push_back(std::get<Scenario>(std::move(scenario)));
  }
  return scenarios;
}

nlohmann::ordered_json as_json(const Typed& typed, const std::vector<Line>& lines) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& [name, accounts, row] : lines) {
    const double packets_per_day = static_cast<double>(row.packets) / row.account_days;
    nlohmann::ordered_json out = {{"name", name},
                                  {"accounts", accounts},
                                  {"account_days", row.account_days},
                                  {"account_days_per_hour", row.account_days_per_hour},
                                  {"floor_account_days_per_hour", row.floor_account_days_per_hour},
                                  {"packets_per_hour", row.account_days_per_hour * packets_per_day},
                                  {"engine_ns_per_packet", row.cpu.engine.ns},
                                  {"floor_ns_per_packet", row.cpu.floor.ns},
                                  {"ratio", row.cpu.ratio},
                                  {"ratio_low", row.cpu.ratio_low},
                                  {"ratio_high", row.cpu.ratio_high},
                                  {"empty_loop_ns_per_packet", nullptr},
                                  {"cpu_ms_per_account_day", row.cpu_ms_per_account_day},
                                  {"processors", row.processors},
                                  {"packets", row.packets},
                                  {"floor_packets", row.floor_packets},
                                  {"events", row.events},
                                  {"setup_s", row.setup_s},
                                  {"peak_bytes", nullptr}};
    if (row.loop_ns) out["empty_loop_ns_per_packet"] = *row.loop_ns;
    if (row.peak_octets) out["peak_bytes"] = *row.peak_octets;
    rows.push_back(out);
  }
  return {{"target", "sim"},
          {"fidelity", typed.fidelity},
          {"shards", typed.fidelity == "wire" ? typed.shards : 1},
          {"simulated_s", typed.simulated_s},
          {"repeat", typed.repeat},
          {"set", typed.overrides},
          {"rows", rows}};
}

void print(const Typed& typed, const std::vector<Line>& lines) {
  std::cout << fmt::format("{:<9}{:>9}{:>15}{:>13}{:>11}{:>9}{:>9}{:>8}{:>13}{:>8}{:>11}{:>8}{:>10}\n", "fidelity",
                           "accounts", "account-days", "without the", "million", "core in", "without", "ratio",
                           "lowest-", "empty", "CPU ms per", "proces-", "peak");
  std::cout << fmt::format("{:<9}{:>9}{:>15}{:>13}{:>11}{:>9}{:>9}{:>8}{:>13}{:>8}{:>11}{:>8}{:>10}\n", "", "",
                           "an hour", "core", "packets/h", "ns/pkt", "ns/pkt", "", "highest", "ns/pkt", "acct-day",
                           "sors", "kB/acct");
  bool same = true;
  for (const auto& [name, accounts, r] : lines) {
    const double packets = r.account_days_per_hour * static_cast<double>(r.packets) / r.account_days;
    const auto kb = r.peak_octets ? fmt::format("{:.1f}", static_cast<double>(*r.peak_octets) / 1e3 / accounts) : "-";
    std::cout << fmt::format(
        "{:<9}{:>9}{:>15.0f}{:>13.0f}{:>11.0f}{:>9.0f}{:>9.0f}{:>8.2f}{:>13}{:>8}{:>11.2f}{:>8.2f}"
        "{:>10}\n",
        name, round_text(accounts), r.account_days_per_hour, r.floor_account_days_per_hour, packets / 1e6,
        r.cpu.engine.ns, r.cpu.floor.ns, r.cpu.ratio, fmt::format("{:.2f}-{:.2f}", r.cpu.ratio_low, r.cpu.ratio_high),
        r.loop_ns ? fmt::format("{:.0f}", *r.loop_ns) : "-", r.cpu_ms_per_account_day, r.processors, kb);
    same &= r.packets == r.floor_packets;
  }
  std::cout << fmt::format(
      "\nMedians of {} turns of {} s simulated; runs with and without the core take turns, and a ratio is that of "
      "neighbours.\nAccount-days: of wall time, building the homes left out. ns and ms: of processor time, all threads "
      "together; processors:\nhow many the run had. Without the core everything passes, {}.\n",
      typed.repeat, typed.simulated_s,
      same ? "and the packets are the same" : "and the packets are others: the policy closes something");
  if (typed.fidelity == "wire") std::cout << "Empty: the same events in the same queue, and nothing done in them.\n";
}

int bench_sim(const Typed& typed, const std::vector<Scenario>& scenarios) {
#ifndef __OPTIMIZE__
  std::cerr << "lazaret bench: this build is not optimized; its figures say nothing about the release\n";
#endif
  std::signal(SIGINT, want_stop);
  std::signal(SIGTERM, want_stop);
  std::vector<Line> lines;
  for (const Scenario& scenario : scenarios) {
    const auto row = measure_sim(scenario, typed.repeat, show_progress, [] { return stop_wanted == 0; });
    show_progress("");
    if (const auto* problem = std::get_if<Problem>(&row)) {
      std::cerr << "lazaret bench: " << problem->message << "\n";
      return kFailedInside;
    }
    const auto& measured = std::get<std::optional<SimRow>>(row);
    if (!measured) {
      std::cerr << "lazaret bench: interrupted\n";
      return kInterrupted;
    }
    lines.push_back(
        {scenario.fidelity == kWire ? "wire" : "stack", static_cast<std::uint32_t>(scenario.isp.homes), *measured});
  }
  if (typed.json)
    std::cout << as_json(typed, lines).dump(2) << "\n";
  else
    print(typed, lines);
  return kDone;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments(
      "lazaret bench sim",
      "How much is simulated in an hour of wall time, for growing numbers of homes, beside the same traffic without "
      "the\n"
      "core and an empty loop over the same events.",
      "Homes as a scenario has them by default, a scanner and a spam bot in each 250, every detector on. Nothing is\n"
      "closed to anybody (profile shadow), so that the packets are the same without the core; --set changes all "
      "that.\n\n"
      "Examples:\n  lazaret bench sim\n  lazaret bench sim --accounts 10k,1M --simulated-s 120 --repeat 1\n"
      "  lazaret bench sim --fidelity stack --json | jq '.rows[] | [.accounts, .ratio]'\n"
      "  lazaret bench sim --set policy.quarantine.profile=cipp\n\n"
      "Exit codes: 0 measured; 2 usage; 3 failed inside (not enough memory too); 130 interrupted");
  Typed typed;
  arguments.option("--accounts", &typed.accounts, "homes, e.g. 1k,10k,100k (the default; stack: 500,5k)")
      .separated_by_commas();
  arguments.option("--fidelity", &typed.fidelity, "wire, or stack: ns-3's own").one_of({"wire", "stack"});
  arguments.option("--shards", &typed.shards, "threads of fidelity wire").within(1U, 64U).with_default_in_help();
  arguments.option("--simulated-s", &typed.simulated_s, "of each run").within(1.0, 86400.0).with_default_in_help();
  arguments.option("--repeat", &typed.repeat, "turns of a row; its figures are their medians")
      .within(1U, 1000U)
      .with_default_in_help();
  arguments.option("--set", &typed.overrides, "KEY=VALUE in place of the bench's scenario's; repeatable")
      .repeatable(true);
  arguments.flag("--quick", &typed.quick, "few homes, a short time, one turn: shows that it works, measures nothing");
  arguments.flag("--json", &typed.json, "one JSON document on standard output");
  return arguments.run(count, values, [&] {
    if (typed.quick) typed.simulated_s = 10, typed.repeat = 1;
    const Scenarios scenarios = understand(typed);
    if (const auto* wrong = std::get_if<std::string>(&scenarios)) {
      std::cerr << "lazaret bench: " << *wrong << "\n";
      return kBadInput;
    }
    return bench_sim(typed, std::get<std::vector<Scenario>>(scenarios));
  });
}
