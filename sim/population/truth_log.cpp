#include "sim/population/truth_log.hpp"

#include <algorithm>

namespace lazaret {
namespace {

template <typename Entry>
void write_until(std::vector<std::pair<Timestamp, Entry>>& entries, TruthWriter& truth, Timestamp until) {
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second.account < b.second.account;
  });
  auto next = entries.begin();
  for (; next != entries.end() && next->first < until; ++next) truth.add(next->second);
  entries.erase(entries.begin(), next);
}

template <typename Entry>
void move_into(std::vector<std::pair<Timestamp, Entry>>& all, std::vector<std::pair<Timestamp, Entry>>& some) {
  if (&all == &some) return;
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  some.clear();
}

}  // namespace

void TruthLog::write(std::span<TruthLog* const> logs, TruthWriter& truth, Timestamp until) {
  if (logs.empty()) return;
  for (TruthLog* log : logs) {
    move_into(logs.front()->outcomes_, log->outcomes_);
    move_into(logs.front()->acts_, log->acts_);
  }
  write_until(logs.front()->outcomes_, truth, until);
  write_until(logs.front()->acts_, truth, until);
}

}  // namespace lazaret
