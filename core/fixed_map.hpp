// A hash map of fixed capacity: open addressing, linear probing, deletion by shifting back, no allocation after construction.
// At most half full, so that a look-up is one or two neighbouring cache lines.
// Ownership: owns its slots. Threads: one writer, or any number of readers.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lazaret {

/// `Hash` is callable as std::uint64_t(const Key&).
template <typename Key, typename Value, typename Hash>
class FixedMap {
 public:
  FixedMap(std::size_t capacity, Hash hash)
      : slots_(std::bit_ceil(2 * (capacity + 1))), mask_(slots_.size() - 1), capacity_(capacity), hash_(hash) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool full() const { return size_ == capacity_; }

  void prefetch(const Key& key) const { __builtin_prefetch(&slots_[hash_(key) & mask_]); }

  [[nodiscard]] const Value* find(const Key& key) const {
    for (std::size_t i = hash_(key) & mask_; slots_[i].used; i = (i + 1) & mask_)
      if (slots_[i].key == key) return &slots_[i].value;
    return nullptr;
  }
  [[nodiscard]] Value* find(const Key& key) {
    return const_cast<Value*>(static_cast<const FixedMap*>(this)->find(key));
  }

  /// REQUIRES the key is absent and the map is not full.
  void insert(const Key& key, const Value& value) {
    std::size_t i = hash_(key) & mask_;
    while (slots_[i].used) i = (i + 1) & mask_;
    slots_[i] = {key, value, true};
    ++size_;
  }

  /// False when the key is absent.
  bool erase(const Key& key) {
    std::size_t i = hash_(key) & mask_;
    while (slots_[i].used && !(slots_[i].key == key)) i = (i + 1) & mask_;
    if (!slots_[i].used) return false;
    // Close the gap with later entries of the same run (Knuth, TAOCP 3, 6.4, Algorithm R).
    for (std::size_t j = (i + 1) & mask_; slots_[j].used; j = (j + 1) & mask_) {
      const std::size_t home = hash_(slots_[j].key) & mask_;
      if (((j - home) & mask_) < ((j - i) & mask_)) continue;
      slots_[i] = slots_[j];
      i = j;
    }
    slots_[i] = Slot{};
    --size_;
    return true;
  }

 private:
  struct Slot {
    Key key{};
    Value value{};
    bool used = false;
  };
  std::vector<Slot> slots_;
  std::size_t mask_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  Hash hash_;
};

}  // namespace lazaret
