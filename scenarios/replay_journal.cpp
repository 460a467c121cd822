#include <fmt/format.h>

#include <algorithm>

#include "scenarios/replay.hpp"

namespace lazaret {
namespace {

/// Collects what an ensemble answers.
struct Collector {
  Replayed replayed;
  void add(const EnsembleOutcome& o) {
    replayed.verdicts.insert(replayed.verdicts.end(), o.verdicts.begin(), o.verdicts.end());
    replayed.events.insert(replayed.events.end(), o.events.begin(), o.events.end());
    replayed.decided.insert(replayed.decided.end(), o.decided.begin(), o.decided.end());
  }
};

}  // namespace

std::variant<Replayed, Problem> replay_journal(const RunReader& run, unsigned shards, std::size_t batch) {
  if (shards == 0 || batch == 0 || batch > kBatchMax)
    return Problem{fmt::format("a replay wants at least 1 shard and batches of 1 to {} packets, not {} and {}",
                               kBatchMax, shards, batch)};
  if (run.scenario.journal == 0)
    return Problem{run.directory.string() +
                   ": was run with journal: off, so there is nothing to replay; run it with "
                   "journal: on"};
  auto opened = JournalReader::open(run.directory);
  if (auto* problem = std::get_if<Problem>(&opened)) return *problem;
  JournalReader& journal = std::get<JournalReader>(opened);
  std::vector<Command> commands;
  std::copy_if(journal.commands().begin(), journal.commands().end(), std::back_inserter(commands),
               [](const Command& c) { return c.issuer == Issuer::world; });
  if (!std::is_sorted(commands.begin(), commands.end(), [](const Command& a, const Command& b) { return a.at < b.at; }))
    return Problem{run.directory.string() +
                   ": commands.jsonl is not in the order of time; the file is damaged, run again"};

  Ensemble ensemble(run.scenario.policy, run.manifest.limits_for(shards), Seed{run.manifest.seed}, shards);
  Collector out;
  std::size_t next = 0;
  Timestamp last{0};
  // Commands come before packets of the same instant; a batch holds at most kBatchMax of either.
  const auto feed_commands_before = [&](Timestamp limit) {
    while (next < commands.size() && commands[next].at <= limit) {
      const std::size_t from = next;
      while (next < commands.size() && commands[next].at <= limit && next - from < kBatchMax) ++next;
      out.add(ensemble.process({commands[next - 1].at, {}, std::span(commands).subspan(from, next - from)}));
    }
  };
  for (std::span<const PacketView> packets = journal.packets(batch); !packets.empty();
       packets = journal.packets(batch)) {
    while (!packets.empty()) {
      feed_commands_before(packets.front().at);
      // Packets up to the next command's instant go together.
      const auto stop = next < commands.size()
                            ? std::find_if(packets.begin(), packets.end(),
                                           [&](const PacketView& p) { return p.at >= commands[next].at; })
                            : packets.end();
      const auto now = packets.subspan(0, static_cast<std::size_t>(stop - packets.begin()));
      last = now.back().at;
      out.add(ensemble.process({last, now, {}}));
      packets = packets.subspan(now.size());
    }
  }
  if (const Problem* damage = journal.damage()) return *damage;
  if (last > run.manifest.end)
    return Problem{run.directory.string() +
                   ": the journal goes on after the end of the run; the file is damaged, run again"};
  if (next < commands.size() && commands.back().at > run.manifest.end)
    return Problem{run.directory.string() +
                   ": commands.jsonl goes on after the end of the run; the file is damaged, run again"};
  feed_commands_before(run.manifest.end);
  out.add(ensemble.finish(run.manifest.end));
  out.replayed.counters = ensemble.counters();
  return std::move(out.replayed);
}

}  // namespace lazaret
