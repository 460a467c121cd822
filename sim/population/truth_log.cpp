#include "sim/population/truth_log.hpp"

#include <algorithm>

namespace lazaret {
namespace {

template <typename Entry>
void write_all(std::vector<std::pair<Timestamp, Entry>>& entries, TruthWriter& truth) {
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second.account < b.second.account;
  });
  for (const auto& [at, entry] : entries) truth.add(entry);
  entries.clear();
}

template <typename Entry>
void move_into(std::vector<std::pair<Timestamp, Entry>>& all, std::vector<std::pair<Timestamp, Entry>>& some) {
  if (&all == &some) return;
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  some.clear();
}

}  // namespace

void TruthLog::write(std::span<TruthLog* const> logs, TruthWriter& truth) {
  if (logs.empty()) return;
  for (TruthLog* log : logs) {
    move_into(logs.front()->outcomes_, log->outcomes_);
    move_into(logs.front()->acts_, log->acts_);
  }
  write_all(logs.front()->outcomes_, truth);
  write_all(logs.front()->acts_, truth);
}

}  // namespace lazaret
