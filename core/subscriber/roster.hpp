// Who is who among an engine's records: by account number, and by access line. Holds places only; a record says itself
// which account and which line it is of.
// Ownership: owns its tables, sized once; borrows the records. Threads: as the engine.
#pragma once

#include <vector>

#include "core/hash.hpp"
#include "core/open_table.hpp"
#include "core/subscriber/bindings.hpp"
#include "core/subscriber/record.hpp"

namespace lazaret {

class Roster {
 public:
  Roster(std::size_t capacity, Seed seed, const std::vector<Record>& records)
      : seed_(seed.value), records_(&records), accounts_(capacity), lines_(capacity) {}

  /// The slot of an account, or kNoHolder.
  [[nodiscard]] std::uint32_t find(AccountId a) const {
    const Entry* e = accounts_.find(hash(a), [&](const Entry& x) { return (*records_)[x.slot].account == a; });
    return e == nullptr ? kNoHolder : e->slot;
  }
  /// The slot of the account that owns a line, or kNoHolder. Nobody owns line 0.
  [[nodiscard]] std::uint32_t find(LineId line) const {
    if (line == LineId{}) return kNoHolder;
    const Entry* e = lines_.find(hash(line), [&](const Entry& x) { return (*records_)[x.slot].line == line; });
    return e == nullptr ? kNoHolder : e->slot;
  }
  [[nodiscard]] bool full() const { return accounts_.full(); }

  /// REQUIRES the record says which account it is of, and not full().
  void admit(std::uint32_t slot) { accounts_.insert(hash((*records_)[slot].account), {slot}); }
  /// The record's line is about to change: it owns its present one no longer.
  void leave_line(std::uint32_t slot) {
    const LineId line = (*records_)[slot].line;
    if (line == LineId{} || line == kLostLine) return;
    const Entry* e = lines_.find(hash(line), [&](const Entry& x) { return x.slot == slot; });
    lines_.erase(e, [this](const Entry& x) { return hash((*records_)[x.slot].line); });
  }
  /// The record says its new line, which nobody owns.
  void take_line(std::uint32_t slot) {
    const LineId line = (*records_)[slot].line;
    if (line != LineId{}) lines_.insert(hash(line), {slot});
  }

 private:
  struct Entry {
    std::uint32_t slot = kNoHolder;
    [[nodiscard]] bool taken() const { return slot != kNoHolder; }
  };
  [[nodiscard]] std::uint64_t hash(AccountId a) const { return mix(seed_, a.value); }
  [[nodiscard]] std::uint64_t hash(LineId line) const { return mix(seed_ + 1, line.value); }

  std::uint64_t seed_;
  const std::vector<Record>* records_;
  OpenTable<Entry> accounts_, lines_;
};

}  // namespace lazaret
