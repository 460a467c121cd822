#include "datapath/parity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "core/evidence/explanation.hpp"
#include "datapath/replay_driver.hpp"
#include "scenarios/replay.hpp"

namespace lazaret {
namespace {

/// One driver's answer in the octets of the run directory.
struct Answer {
  std::string driver;
  std::vector<Verdict> verdicts;
  std::vector<std::string> events, commands;  ///< lines
  double wall_s = 0;
};

template <typename T>
std::vector<std::string> as_lines(const std::vector<T>& items) {
  std::vector<std::string> lines;
  lines.reserve(items.size());
  for (const T& item : items) lines.push_back(to_json(item));
  return lines;
}

std::string digest(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text.append(line).append("\n");
  return sha256_of(text);
}

std::string digest(const std::vector<Verdict>& verdicts) {
  return sha256_of({reinterpret_cast<const char*>(verdicts.data()), verdicts.size() * sizeof(Verdict)});
}

Answer answer_of(std::string driver, Replayed replayed, double wall_s) {
  return {std::move(driver), std::move(replayed.verdicts), as_lines(replayed.events), as_lines(replayed.decided),
          wall_s};
}

ParityRow row_of(const Answer& a) {
  return {a.driver,
          a.verdicts.size(),
          a.events.size(),
          a.commands.size(),
          digest(a.verdicts),
          digest(a.events),
          digest(a.commands),
          true,
          a.wall_s};
}

std::variant<Answer, Problem> recorded(const RunReader& run) {
  auto verdicts = run.verdicts();
  if (auto* problem = std::get_if<Problem>(&verdicts)) return *problem;
  auto events = run.events();
  if (auto* problem = std::get_if<Problem>(&events)) return *problem;
  auto journal = JournalReader::open(run.directory);
  if (auto* problem = std::get_if<Problem>(&journal)) return *problem;
  std::vector<Command> decided;
  for (const Command& c : std::get<JournalReader>(journal).commands())
    if (c.issuer == Issuer::conductor) decided.push_back(c);
  return Answer{"recorded", std::move(std::get<0>(verdicts)), as_lines(std::get<0>(events)), as_lines(decided), 0};
}

std::string words(const Verdict& v) {
  return fmt::format("{} ({}, account {})", name_of(v.action), name_of(v.rule), v.account.value);
}

/// "packet 17 at 3.000000001 s (upstream)"
std::string packet_words(const RunReader& run, std::size_t index) {
  auto journal = JournalReader::open(run.directory);
  if (auto* reader = std::get_if<JournalReader>(&journal)) {
    std::size_t first = 0;
    for (auto packets = reader->packets(kBatchMax); !packets.empty(); packets = reader->packets(kBatchMax)) {
      if (index < first + packets.size()) {
        const PacketView& p = packets[index - first];
        constexpr std::string_view kSides[] = {"upstream", "downstream", "from the garden"};
        return fmt::format("packet {} at {}.{:09} s ({})", index, p.at.ns / kNsPerSecond, p.at.ns % kNsPerSecond,
                           kSides[static_cast<std::size_t>(p.direction) % 3]);
      }
      first += packets.size();
    }
  }
  return fmt::format("packet {}", index);
}

/// Where two lists part; nothing where they do not.
template <typename T>
std::optional<std::size_t> parting(const std::vector<T>& a, const std::vector<T>& b) {
  const auto at = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at.first == a.end() && at.second == b.end()) return std::nullopt;
  return static_cast<std::size_t>(at.first - a.begin());
}

std::string line_words(std::string_view what, std::size_t at, const std::vector<std::string>& a,
                       const std::vector<std::string>& b, const Answer& is, const Answer& other) {
  const auto line = [at](const std::vector<std::string>& lines) {
    return at < lines.size() ? lines[at] : std::string("nothing more");
  };
  return fmt::format("{} {}: {}: {}; {}: {}", what, at, is.driver, line(a), other.driver, line(b));
}

std::optional<std::string> difference(const RunReader& run, const Answer& was, const Answer& is) {
  if (const auto at = parting(was.verdicts, is.verdicts)) {
    const auto verdict = [&](const Answer& a) {
      return *at < a.verdicts.size() ? words(a.verdicts[*at]) : std::string("no verdict");
    };
    return fmt::format("{}: {}: {}; {}: {}", packet_words(run, *at), was.driver, verdict(was), is.driver, verdict(is));
  }
  if (const auto at = parting(was.events, is.events)) return line_words("event", *at, was.events, is.events, was, is);
  if (const auto at = parting(was.commands, is.commands)) {
    return line_words("command of the conductor", *at, was.commands, is.commands, was, is);
  }
  return std::nullopt;
}

void note_difference(Parity& parity, std::string text) {
  parity.identical = false;
  if (!parity.first_difference) {
    parity.first_difference = std::move(text);
  } else if (parity.rows.size() <= 2 && !parity.altered_files.empty()) {
    parity.first_difference->append("; ").append(text);  // what the altered file changed
  }
}

}  // namespace

std::variant<Parity, Problem> check_parity(const RunReader& run, unsigned workers,
                                           const std::function<void(std::string_view)>& progress) {
  const auto say = [&](std::string_view what) {
    if (progress) progress(what);
  };
  Parity parity;
  say("files against the manifest");
  parity.altered_files = run.altered_files();
  for (const std::string& file : parity.altered_files) {
    note_difference(parity,
                    fmt::format("{} is not the file that the run wrote: its sha256 is not the manifest's", file));
  }
  // What an altered run cannot be read by is part of the difference.
  const auto unreadable = [&](const Problem& problem) -> std::variant<Parity, Problem> {
    if (parity.altered_files.empty()) return problem;
    parity.first_difference->append("; ").append(problem.message);
    return parity;
  };

  auto original = recorded(run);
  if (auto* problem = std::get_if<Problem>(&original)) return unreadable(*problem);
  const Answer& was = std::get<Answer>(original);
  parity.rows.push_back(row_of(was));

  const auto compare = [&](Answer is) {
    ParityRow row = row_of(is);
    parity.rows.push_back(row);
    if (auto text = difference(run, was, is)) {
      parity.rows.back().identical = false;
      note_difference(parity, *text);
    }
  };
  for (const std::size_t batch : {std::size_t{1}, kBatchMax}) {
    const std::string driver = fmt::format("plain replay, batches of {}", batch);
    say(driver);
    const auto began = std::chrono::steady_clock::now();
    auto replayed = replay_journal(run, 1, batch);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
    if (auto* problem = std::get_if<Problem>(&replayed)) return unreadable(*problem);
    compare(answer_of(driver, std::move(std::get<Replayed>(replayed)), wall.count()));
  }
  std::vector<unsigned> crews = {1};
  if (workers > 1) crews.push_back(workers);
  for (const unsigned crew : crews) {
    const std::string driver = fmt::format("DPDK, {} worker{}", crew, crew == 1 ? "" : "s");
    say(driver);
    auto replayed = replay_through_dpdk(run, crew);
    if (auto* problem = std::get_if<Problem>(&replayed)) return unreadable(*problem);
    DpdkReplay& dpdk = std::get<DpdkReplay>(replayed);
    compare(answer_of(driver, std::move(dpdk.replayed), dpdk.wall_s));
  }
  return parity;
}

}  // namespace lazaret
