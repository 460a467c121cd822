// A hash map of fixed capacity: keys and values in an OpenTable.
// Ownership: owns its slots, allocates in its constructor only. Threads: one writer, or any number of readers.
#pragma once

#include "core/open_table.hpp"

namespace lazaret {

/// `Hash` is callable as std::uint64_t(const Key&).
template <typename Key, typename Value, typename Hash>
class FixedMap {
 public:
  FixedMap(std::size_t capacity, Hash hash) : table_(capacity), hash_(hash) {}

  [[nodiscard]] std::size_t size() const { return table_.size(); }
  [[nodiscard]] bool full() const { return table_.full(); }
  void prefetch(const Key& key) const { table_.prefetch(hash_(key)); }

  [[nodiscard]] const Value* find(const Key& key) const {
    const Slot* slot = table_.find(hash_(key), [&](const Slot& s) { return s.key == key; });
    return slot == nullptr ? nullptr : &slot->value;
  }
  [[nodiscard]] Value* find(const Key& key) {
    return const_cast<Value*>(static_cast<const FixedMap*>(this)->find(key));
  }

  /// REQUIRES the key is absent and the map is not full.
  Value& insert(const Key& key, const Value& value) { return table_.insert(hash_(key), {key, value, true}).value; }

  /// False when the key is absent.
  bool erase(const Key& key) {
    const Slot* slot = table_.find(hash_(key), [&](const Slot& s) { return s.key == key; });
    if (slot == nullptr) return false;
    table_.erase(slot, [this](const Slot& s) { return hash_(s.key); });
    return true;
  }
  void clear() { table_.clear(); }

  /// `visit(key, value)` for all, in no order that means anything.
  template <typename Visit>
  void for_each(Visit visit) const {
    table_.for_each([&](const Slot& s) { visit(s.key, s.value); });
  }

 private:
  struct Slot {
    Key key{};
    Value value{};
    bool used = false;
    [[nodiscard]] bool taken() const { return used; }
  };
  OpenTable<Slot> table_;
  Hash hash_;
};

}  // namespace lazaret
