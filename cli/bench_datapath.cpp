// lazaret bench datapath: what a packet costs on a worker of the datapath, beside what else can be done on the same ports.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/bench/capture_tools.hpp"
#include "cli/bench/datapath_lanes.hpp"
#include "cli/bench/memory.hpp"
#include "cli/bench/words.hpp"
#include "datapath/eal.hpp"

namespace {

using namespace lazaret;
using namespace lazaret::bench;

constexpr std::uint32_t kAccountsMin = 1000;
/// Ethernet with preamble, gap and FCS: 84 octets for a frame of 64 (IEEE 802.3).
constexpr double kLineRateMpps = 10e3 / (84 * 8);

volatile std::sig_atomic_t stop_wanted = 0;
extern "C" void want_stop(int) { stop_wanted = 1; }

/// What the command line says, before it is understood.
struct Typed {
  std::vector<std::string> accounts, traffic;
  std::vector<std::string> subscribers;
  std::string capture;
  std::vector<unsigned> quarantined, workers;
  Settings settings;
  bool quick = false, json = false;
};

struct Wish {
  std::vector<Kind> kinds;
  std::vector<std::uint32_t> accounts;
  std::vector<unsigned> quarantined, workers;
  Settings settings;
};

struct Line {
  Kind kind = Kind::bulk;
  std::uint32_t accounts = 0;
  unsigned quarantined_percent = 0, workers = 1;
  DatapathFigures figures;
};

struct Report {
  std::vector<Line> rows;
  Carried carried;
  bool interrupted = false;
};

std::variant<Wish, std::string> understand(const Typed& typed) {
  Wish wish{.kinds = {},
            .accounts = {},
            .quarantined = typed.quarantined,
            .workers = typed.workers,
            .settings = typed.settings};
  for (const std::string& text : typed.accounts) {
    const auto accounts = parse_accounts(text, kAccountsMin, kAccountsMax);
    if (!accounts)
      return fmt::format("--accounts '{}': a number from {} to {}, such as 10k or 4M", text, kAccountsMin,
                         kAccountsMax);
    wish.accounts.push_back(*accounts);
  }
  for (const Kind kind : kKinds) {
    const bool named = std::find(typed.traffic.begin(), typed.traffic.end(), name_of(kind)) != typed.traffic.end();
    if (named || typed.traffic.empty()) wish.kinds.push_back(kind);
  }
  if (wish.accounts.empty()) wish.accounts = {10'000, 1'000'000};
  if (wish.quarantined.empty()) wish.quarantined = {0, 20};
  if (wish.workers.empty()) wish.workers = {1};
  if (typed.quick) {
    wish.settings = {.repeat = 2, .chunk_ms = 2};
    if (typed.accounts.empty()) wish.accounts = {kAccountsMin};
  }
  return wish;
}

/// One engine after the other: a Problem where the ports cannot be made.
std::optional<Problem> measure_all(const Wish& wish, Report& report) {
  for (const std::uint32_t accounts : wish.accounts)
    for (const unsigned percent : wish.quarantined)
      for (const unsigned workers : wish.workers) {
        if (stop_wanted) return std::nullopt;
        show_progress(
            fmt::format("{} accounts, {} % quarantined, {} workers: binding", round_text(accounts), percent, workers));
        auto created = DatapathLanes::create(accounts, percent, workers);
        if (auto* problem = std::get_if<Problem>(&created)) return *problem;
        DatapathLanes& lanes = *std::get<0>(created);
        for (const Kind kind : wish.kinds) {
          show_progress(fmt::format("{} accounts, {} % quarantined, {} workers: {}", round_text(accounts), percent,
                                    workers, name_of(kind)));
          const auto figures = lanes.measure(kind, wish.settings, [] { return stop_wanted == 0; });
          if (!figures) return std::nullopt;
          report.rows.push_back({kind, accounts, percent, workers, *figures});
        }
        if (lanes.strange() > 0)
          return Problem{fmt::format("{} packets of the bench were of nobody or unreadable", lanes.strange())};
        report.carried += lanes.carried();
      }
  return std::nullopt;
}

nlohmann::ordered_json as_json(const Wish& wish, const Report& report) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Line& line : report.rows) {
    const DatapathFigures& f = line.figures;
    rows.push_back({{"name", name_of(line.kind)},
                    {"accounts", line.accounts},
                    {"quarantined_percent", line.quarantined_percent},
                    {"workers", line.workers},
                    {"engine_ns_per_packet", f.engine_ns},
                    {"floor_ns_per_packet", f.floor_ns},
                    {"macswap_ns_per_packet", f.macswap_ns},
                    {"ratio", f.ratio},
                    {"ratio_low", f.ratio_low},
                    {"ratio_high", f.ratio_high},
                    {"of_macswap_percent", 100 * f.of_macswap},
                    {"mpps", f.mpps},
                    {"macswap_mpps", f.macswap_mpps},
                    {"disturbed_percent", 100 * f.disturbed}});
  }
  const Carried& c = report.carried;
  return {{"target", "datapath"},
          {"ports", "null"},
          {"burst", bench::kBurst},
          {"repeat", wish.settings.repeat},
          {"chunk_ms", wish.settings.chunk_ms},
          {"received", c.received},
          {"passed", c.passed},
          {"gardened", c.gardened},
          {"dropped", c.dropped},
          {"answered", c.answered},
          {"unanswered", c.unanswered},
          {"not_sent", c.not_sent},
          {"notices_lost", c.notices_lost},
          {"rows", rows}};
}

void print(const Wish& wish, const Report& report) {
  std::cout << fmt::format("{:<8}{:>9}{:>13}{:>9}{:>10}{:>8}{:>9}{:>8}{:>12}{:>12}{:>9}{:>10}\n", "traffic", "accounts",
                           "quarantined", "workers", "macswap", "floor", "engine", "ratio", "lowest-", "of macswap",
                           "million", "10-gigabit");
  std::cout << fmt::format("{:<8}{:>9}{:>13}{:>9}{:>10}{:>8}{:>9}{:>8}{:>12}{:>12}{:>9}{:>10}\n", "", "", "", "",
                           "ns/pkt", "ns/pkt", "ns/pkt", "", "highest", "", "pkts/s", "lines");
  double disturbed = 0;
  for (const Line& line : report.rows) {
    const DatapathFigures& f = line.figures;
    std::cout << fmt::format(
        "{:<8}{:>9}{:>11} %{:>9}{:>10.1f}{:>8.1f}{:>9.1f}{:>8.2f}{:>12}{:>10.0f} %{:>9.1f}{:>10.2f}\n",
        name_of(line.kind), round_text(line.accounts), line.quarantined_percent, line.workers, f.macswap_ns, f.floor_ns,
        f.engine_ns, f.ratio, fmt::format("{:.2f}-{:.2f}", f.ratio_low, f.ratio_high), 100 * f.of_macswap, f.mpps,
        f.mpps / kLineRateMpps);
    disturbed = std::max(disturbed, f.disturbed);
  }
  const Carried& c = report.carried;
  std::cout << fmt::format(
      "\nMedians of {} turns of {} ms on null ports of DPDK, which make the same packets for all; the loops take "
      "turns, "
      "and a ratio is\nthat of neighbours in time. Figures are of one worker while all are at work, but those of "
      "million "
      "packets and lines, which\nare of all together. Macswap swaps Ethernet addresses, as testpmd does; the floor "
      "also reads and "
      "hashes the five-tuple, and\nchanges one line of a table that has one for each account. A 10-gigabit line "
      "carries {:.2f} million frames of 64 "
      "octets a second.\nTime in which other programs had the processor is left out ({:.0f} % of the worst loop's).\n"
      "The workers received {} packets: {} passed, {} to the garden, {} dropped, {} rejected, {} not sent; {} notices "
      "lost.\n",
      wish.settings.repeat, wish.settings.chunk_ms, kLineRateMpps, 100 * disturbed, c.received, c.passed, c.gardened,
      c.dropped, c.answered + c.unanswered, c.not_sent, c.notices_lost);
}

int bench_datapath(const Wish& wish, bool json) {
#ifndef __OPTIMIZE__
  std::cerr << "lazaret bench: this build is not optimized; its figures say nothing about the release\n";
#endif
  std::signal(SIGINT, want_stop);
  std::signal(SIGTERM, want_stop);
  ask_for_huge_pages(true);
  Report report;
  auto problem = start_eal();
  if (!problem) problem = measure_all(wish, report);
  show_progress("");
  if (problem) {
    std::cerr << "lazaret bench: " << problem->message << "\n";
    return kFailedInside;
  }
  if (stop_wanted != 0) {
    std::cerr << "lazaret bench: interrupted\n";
    return kInterrupted;
  }
  if (json)
    std::cout << as_json(wish, report).dump(2) << "\n";
  else
    print(wish, report);
  return kDone;
}

nlohmann::ordered_json as_json(const std::string& capture, const CaptureFigures& f, unsigned repeat) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  rows.push_back({{"name", "lazaret"}, {"cpu_ns_per_packet", f.engine_ns}, {"times_lazaret", 1}});
  nlohmann::ordered_json document = {{"target", "datapath"},
                                     {"capture", capture},
                                     {"packets", f.packets},
                                     {"judged", f.judged},
                                     {"accounts", f.accounts},
                                     {"repeat", repeat},
                                     {"reading_ns_per_packet", nullptr},
                                     {"suricata_mpps", nullptr}};
  if (f.reading_ns) document["reading_ns_per_packet"] = *f.reading_ns;
  for (const ToolRow& tool : f.others) {
    nlohmann::ordered_json row = {{"name", tool.tool}, {"cpu_ns_per_packet", nullptr}, {"times_lazaret", nullptr}};
    if (tool.cpu_ns_per_packet) {
      row["cpu_ns_per_packet"] = *tool.cpu_ns_per_packet;
      row["times_lazaret"] = *tool.cpu_ns_per_packet / f.engine_ns;
      if (tool.tool == "suricata") document["suricata_mpps"] = 1e3 / *tool.cpu_ns_per_packet;
    } else {
      row["why_not"] = tool.why_not;
    }
    rows.push_back(row);
  }
  document["rows"] = rows;
  return document;
}

void print(const CaptureFigures& f, unsigned repeat) {
  std::cout << fmt::format("{:<12}{:>16}{:>18}\n", "", "CPU ns/packet", "times lazaret's");
  std::cout << fmt::format("{:<12}{:>16.1f}{:>18}\n", "lazaret", f.engine_ns, 1);
  for (const ToolRow& tool : f.others) {
    if (tool.cpu_ns_per_packet)
      std::cout << fmt::format("{:<12}{:>16.0f}{:>18.1f}\n", tool.tool, *tool.cpu_ns_per_packet,
                               *tool.cpu_ns_per_packet / f.engine_ns);
    else
      std::cout << fmt::format("{:<12}{:>16}   {}\n", tool.tool, "-", tool.why_not);
  }
  std::cout << fmt::format(
      "\nMedians of {} turns over {} packets, {} of them of {} accounts. Reading the file is taken off: tcpdump's {} a "
      "packet, with "
      "a filter\nthat matches nothing; the engine gets its packets from memory, with every detector on. The others do "
      "other jobs: "
      "Suricata here without\nrules, ndpiReader names protocols, Argus keeps flows.\n",
      repeat, f.packets, f.judged, f.accounts, f.reading_ns ? fmt::format("{:.0f} ns", *f.reading_ns) : "(unknown)");
}

/// Programs that take a second to start look dear on fewer.
constexpr std::uint64_t kPacketsEnough = 500'000;

int bench_capture(const Typed& typed) {
  if (typed.capture.empty() || typed.subscribers.empty()) {
    std::cerr << "lazaret bench: --capture FILE and --subscribers PREFIX belong together\n";
    return kBadInput;
  }
  std::vector<Prefix> subscribers;
  for (const std::string& word : typed.subscribers) {
    const auto prefix = parse_prefix(word);
    if (!prefix) {
      std::cerr << "lazaret bench: --subscribers '" << word << "': a prefix such as 198.18.0.0/15\n";
      return kBadInput;
    }
    subscribers.push_back(*prefix);
  }
  std::signal(SIGINT, want_stop);
  std::signal(SIGTERM, want_stop);
  const unsigned repeat = typed.quick ? 1 : typed.settings.repeat;
  const auto measured = measure_capture(typed.capture, subscribers, typed.quick ? 1 : typed.settings.repeat,
                                        show_progress, [] { return stop_wanted == 0; });
  show_progress("");
  if (const auto* problem = std::get_if<Problem>(&measured)) {
    std::cerr << "lazaret bench: " << problem->message << "\n";
    return kBadInput;
  }
  const auto& figures = std::get<0>(measured);
  if (!figures) {
    std::cerr << "lazaret bench: interrupted\n";
    return kInterrupted;
  }
  if (figures->packets < kPacketsEnough)
    std::cerr << fmt::format("lazaret bench: {} packets are few: what the others take to start is most of their cost\n",
                             figures->packets);
  if (typed.json)
    std::cout << as_json(typed.capture, *figures, repeat).dump(2) << "\n";
  else
    print(*figures, repeat);
  return kDone;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments(
      "lazaret bench datapath",
      "What a packet costs on a worker of the datapath, and how many a second that makes, beside other loops on the "
      "same "
      "ports.",
      "Ports are DPDK's null driver, which makes packets of memory: no card, no queue of one, no DMA is in any "
      "figure.\n"
      "Traffic and accounts as in lazaret bench core. 256 free hugepages of 2 MiB, if there are, hold the buffers.\n\n"
      "Examples:\n  lazaret bench datapath\n  lazaret bench datapath --accounts 1M --traffic bulk --repeat 31\n"
      "  lazaret bench datapath --capture day.pcap --subscribers 198.18.0.0/15\n"
      "  lazaret bench datapath --workers 1,2 --json | jq '.rows[] | [.name, .workers, .mpps]'\n\n"
      "Exit codes: 0 measured; 2 usage; 3 failed inside (not enough memory too); 130 interrupted");
  Typed typed;
  arguments.option("--accounts", &typed.accounts, "how many, e.g. 10k,1M (the default)").separated_by_commas();
  arguments.option("--quarantined", &typed.quarantined, "per cent of the accounts (default: 0,20)")
      .separated_by_commas()
      .within(0, 100);
  arguments.option("--workers", &typed.workers, "how many share the accounts, e.g. 1,2 (default: 1)")
      .separated_by_commas()
      .within(1, 8);
  arguments.option("--traffic", &typed.traffic, "bulk, mix, mix64 (default: all)")
      .separated_by_commas()
      .one_of({"bulk", "mix", "mix64"});
  arguments.option("--repeat", &typed.settings.repeat, "turns of a row; its figures are their medians")
      .within(1, 10000)
      .with_default_in_help();
  arguments.option("--chunk-ms", &typed.settings.chunk_ms, "how long each loop runs in one turn")
      .within(0.1, 10000.0)
      .with_default_in_help();
  arguments.option(
      "--capture", &typed.capture,
      "instead: a capture through the engine, beside tcpdump, Suricata, ndpiReader and Argus where they are installed");
  arguments.option("--subscribers", &typed.subscribers, "with --capture: prefixes of its homes").separated_by_commas();
  arguments.flag("--quick", &typed.quick, "few accounts and short turns: shows that it works, measures nothing");
  arguments.flag("--json", &typed.json, "one JSON document on standard output");
  return arguments.run(count, values, [&] {
    if (!typed.capture.empty() || !typed.subscribers.empty()) return bench_capture(typed);
    const auto wish = understand(typed);
    if (const auto* wrong = std::get_if<std::string>(&wish)) {
      std::cerr << "lazaret bench: " << *wrong << "\n";
      return kBadInput;
    }
    return bench_datapath(std::get<Wish>(wish), typed.json);
  });
}
