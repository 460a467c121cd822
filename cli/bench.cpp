// lazaret bench core: what a packet costs in the core, beside what no design can go below by much. `lazaret bench sim`
// and `lazaret bench datapath` are programs of their own (cli/bench_sim.cpp, cli/bench_datapath.cpp), so that this one
// links no world.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/bench/measure.hpp"
#include "cli/bench/memory.hpp"
#include "cli/bench/words.hpp"
#include "cli/verbs.hpp"

namespace {

using namespace lazaret;
using namespace lazaret::bench;

constexpr std::uint32_t kAccountsMin = 1000;

volatile std::sig_atomic_t stop_wanted = 0;
extern "C" void want_stop(int) { stop_wanted = 1; }

struct Wish {
  std::vector<Kind> kinds;
  std::vector<std::uint32_t> accounts;
  std::vector<unsigned> quarantined;
  Settings settings;
  bool huge_pages = true;
};

struct Line {
  Kind kind = Kind::bulk;
  std::uint32_t accounts = 0;
  unsigned quarantined_percent = 0;
  double bytes_per_account = 0;
  Figures figures;
};

struct Report {
  std::vector<Line> rows;
  std::string no_cache_misses;  ///< why they were not counted
  std::uint64_t huge_page_octets = 0;
  bool interrupted = false;
};

/// Throws where an engine of the largest size would not fit: better now than by the kernel's hand after a minute.
void check_room(const Wish& wish) {
  const auto available = available_octets();
  if (!available) return;
  constexpr std::uint32_t kSample = 16384;
  const std::uint64_t before = asked_for();
  const Subject sample(kSample);
  const double each = static_cast<double>(asked_for() - before) / kSample + sizeof(Floor);
  const double wanted = each * *std::max_element(wish.accounts.begin(), wish.accounts.end());
  if (wanted > 0.9 * static_cast<double>(*available))
    throw std::runtime_error(
        fmt::format("the largest engine needs about {:.1f} GiB and {:.1f} GiB are free; name fewer with --accounts",
                    wanted / (1U << 30), static_cast<double>(*available) / (1U << 30)));
}

void measure_accounts(const Wish& wish, std::uint32_t accounts, const CacheMisses& misses, Report& report) {
  show_progress(fmt::format("{} accounts: binding", round_text(accounts)));
  const std::uint64_t before = asked_for();
  Subject subject(accounts);
  const double bytes = static_cast<double>(asked_for() - before) / accounts;
  Floor floor(accounts);
  for (const unsigned percent : wish.quarantined) {
    if (percent > 0) show_progress(fmt::format("{} accounts: quarantining {} %", round_text(accounts), percent));
    subject.quarantine(percent);
    for (const Kind kind : wish.kinds) {
      if (stop_wanted) return;
      show_progress(fmt::format("{} accounts, {} % quarantined: {}", round_text(accounts), percent, name_of(kind)));
      subject.rest();
      const Stream stream(kind, accounts);
      report.rows.push_back({kind, accounts, percent, bytes, compare(subject, floor, stream, wish.settings, misses)});
    }
  }
  report.huge_page_octets = std::max(report.huge_page_octets, octets_in_huge_pages().value_or(0));
}

Report measure_all(const Wish& wish) {
  ask_for_huge_pages(wish.huge_pages);
  check_room(wish);
  const CacheMisses misses;
  Report report;
  report.no_cache_misses = misses.why_not();
  try {
    for (const std::uint32_t accounts : wish.accounts)
      if (!stop_wanted) measure_accounts(wish, accounts, misses, report);
  } catch (...) {
    show_progress("");
    throw;
  }
  show_progress("");
  report.interrupted = stop_wanted != 0;
  return report;
}

nlohmann::ordered_json as_json(const Wish& wish, const Report& report) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  const bool counted = report.no_cache_misses.empty();
  for (const Line& line : report.rows) {
    nlohmann::ordered_json row = {{"name", name_of(line.kind)},
                                  {"accounts", line.accounts},
                                  {"quarantined_percent", line.quarantined_percent},
                                  {"engine_ns_per_packet", line.figures.engine.ns},
                                  {"floor_ns_per_packet", line.figures.floor.ns},
                                  {"ratio", line.figures.ratio},
                                  {"ratio_low", line.figures.ratio_low},
                                  {"ratio_high", line.figures.ratio_high},
                                  {"engine_disturbed_percent", 100 * line.figures.engine.disturbed},
                                  {"floor_disturbed_percent", 100 * line.figures.floor.disturbed},
                                  {"bytes_per_account", line.bytes_per_account},
                                  {"engine_cache_misses_per_packet", nullptr},
                                  {"floor_cache_misses_per_packet", nullptr}};
    if (counted) {
      row["engine_cache_misses_per_packet"] = line.figures.engine.cache_misses;
      row["floor_cache_misses_per_packet"] = line.figures.floor.cache_misses;
    }
    rows.push_back(row);
  }
  nlohmann::ordered_json document = {{"target", "core"},
                                     {"burst", kBurst},
                                     {"repeat", wish.settings.repeat},
                                     {"chunk_ms", wish.settings.chunk_ms},
                                     {"pages_asked_for", wish.huge_pages ? "huge" : "small"},
                                     {"huge_page_bytes", report.huge_page_octets},
                                     {"cache_misses_not_counted", nullptr},
                                     {"rows", rows}};
  if (!counted) document["cache_misses_not_counted"] = report.no_cache_misses;
  return document;
}

double worst_disturbed(const Report& report) {
  double worst = 0;
  for (const Line& line : report.rows)
    worst = std::max({worst, line.figures.engine.disturbed, line.figures.floor.disturbed});
  return worst;
}

void print(const Wish& wish, const Report& report) {
  const bool counted = report.no_cache_misses.empty();
  std::cout << fmt::format("{:<7}{:>10}{:>13}{:>14}{:>13}{:>8}{:>15}{:>15}{}\n", "traffic", "accounts", "quarantined",
                           "engine", "floor", "ratio", "lowest-highest", "bytes", counted ? "    cache misses" : "");
  std::cout << fmt::format("{:<7}{:>10}{:>13}{:>14}{:>13}{:>8}{:>15}{:>15}{}\n", "", "", "", "ns/packet", "ns/packet",
                           "", "", "/account", counted ? "  engine   floor" : "");
  for (const Line& line : report.rows) {
    const Figures& f = line.figures;
    std::cout << fmt::format("{:<7}{:>10}{:>11} %{:>14.1f}{:>13.1f}{:>8.2f}{:>15}{:>15.0f}", name_of(line.kind),
                             round_text(line.accounts), line.quarantined_percent, f.engine.ns, f.floor.ns, f.ratio,
                             fmt::format("{:.2f}-{:.2f}", f.ratio_low, f.ratio_high), line.bytes_per_account);
    std::cout << (counted ? fmt::format("{:>8.2f}{:>8.2f}\n", f.engine.cache_misses, f.floor.cache_misses) : "\n");
  }
  std::cout << fmt::format(
      "\nMedians of {} turns of {} ms; engine and floor take turns, and a ratio is that of neighbours in time.\n"
      "Time in which other programs had the processor is left out ({:.0f} % of the worst row's).\n"
      "Both receive the same packets by copy into a pool of {} buffers, {} at a time, each from an account drawn at "
      "random.\n"
      "The floor reads and hashes the five-tuple, and changes one prefetched cache line out of one per account.\n"
      "Bytes: what building the engine allocates, with room for IPv4 and IPv6 of every account. In huge pages: {} "
      "MiB.\n",
      wish.settings.repeat, wish.settings.chunk_ms, 100 * worst_disturbed(report), kBuffers, kBurst,
      report.huge_page_octets >> 20);
  if (!counted) std::cout << "Cache misses cannot be counted here: " << report.no_cache_misses << ".\n";
}

int bench_core(const Wish& wish, bool json) {
#ifndef __OPTIMIZE__
  std::cerr << "lazaret bench: this build is not optimized; its figures say nothing about the release\n";
#endif
  std::signal(SIGINT, want_stop);
  std::signal(SIGTERM, want_stop);
  const Report report = measure_all(wish);
  if (report.interrupted) {
    std::cerr << "lazaret bench: interrupted\n";
    return kInterrupted;
  }
  if (json)
    std::cout << as_json(wish, report).dump(2) << "\n";
  else
    print(wish, report);
  return kDone;
}

/// What the command line says, before it is understood.
struct Typed {
  std::string target;
  std::vector<std::string> accounts, traffic;
  std::vector<unsigned> quarantined;
  std::string pages = "huge";
  Settings settings;
  bool all = false, quick = false, json = false;
};

std::variant<Wish, std::string> understand(const Typed& typed) {
  Wish wish{.kinds = {}, .accounts = {}, .quarantined = typed.quarantined, .settings = typed.settings};
  wish.huge_pages = typed.pages == "huge";
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
  if (wish.accounts.empty()) wish.accounts = {10'000, 100'000, 1'000'000};
  if (wish.quarantined.empty()) wish.quarantined = {0, 1, 20};
  if (typed.all) wish.accounts.push_back(4'000'000);
  if (typed.quick) {
    wish.settings = {.repeat = 3, .chunk_ms = 2};
    if (typed.accounts.empty()) wish.accounts = {kAccountsMin};
  }
  // Nobody is released between two rows.
  std::sort(wish.quarantined.begin(), wish.quarantined.end());
  return wish;
}

}  // namespace

int main(int count, char** values) {
  for (const std::string world : {"sim", "datapath"})
    if (count > 1 && values[1] == world) return become("bench-" + world, "lazaret bench " + world, values + 2);
  Arguments arguments(
      "lazaret bench",
      "What a packet costs in the core, beside the floor of the same run: the same burst loop without decisions.",
      "Traffic: bulk, TCP data and acknowledgments in frames of minimum size; mix, what households send; mix64, the "
      "same\n"
      "in the shortest frames. A figure is worth something beside its own floor only.\n\n"
      "Examples:\n  lazaret bench core\n  lazaret bench core --accounts 1M --quarantined 20 --traffic mix --repeat 31\n"
      "  lazaret bench core --all --json | jq '.rows[] | [.name, .accounts, .ratio]'\n\n"
      "Exit codes: 0 measured; 2 usage; 3 failed inside (not enough memory too); 130 interrupted");
  Typed typed;
  arguments.option("target", &typed.target, "what to measure: core, sim or datapath (lazaret bench sim --help)")
      .required()
      .one_of({"core", "sim", "datapath"});
  arguments.option("--accounts", &typed.accounts, "how many, e.g. 10k,100k,1M (the default)").separated_by_commas();
  arguments.option("--quarantined", &typed.quarantined, "per cent of the accounts (default: 0,1,20)")
      .separated_by_commas()
      .within(0, 100);
  arguments.option("--traffic", &typed.traffic, "bulk, mix, mix64 (default: all)")
      .separated_by_commas()
      .one_of({"bulk", "mix", "mix64"});
  arguments.option("--repeat", &typed.settings.repeat, "turns of a row; its figures are their medians")
      .within(1, 10000)
      .with_default_in_help();
  arguments.option("--chunk-ms", &typed.settings.chunk_ms, "how long the engine, and the floor, run in one turn")
      .within(0.1, 10000.0)
      .with_default_in_help();
  arguments
      .option("--pages", &typed.pages, "what large tables lie in: huge (as Debian's kernel does by default) or small")
      .one_of({"huge", "small"})
      .with_default_in_help();
  arguments.flag("--all", &typed.all, "4M accounts too");
  arguments.flag("--quick", &typed.quick, "few accounts and short turns: shows that it works, measures nothing");
  arguments.flag("--json", &typed.json, "one JSON document on standard output");
  return arguments.run(count, values, [&] {
    const auto wish = understand(typed);
    if (const auto* wrong = std::get_if<std::string>(&wish)) {
      std::cerr << "lazaret bench: " << *wrong << "\n";
      return kBadInput;
    }
    return bench_core(std::get<Wish>(wish), typed.json);
  });
}
