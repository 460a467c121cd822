// An open-addressing table of fixed capacity: linear probing, deletion by shifting back, no allocation after construction.
// At most seven tenths full; a place is found by multiplying, so that the size need be no power of two.
// Ownership: owns its entries. Threads: one writer, or any number of readers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lazaret {

/// `Entry` is trivially copyable, made free by its default constructor, and says so: bool taken() const.
template <typename Entry>
class OpenTable {
 public:
  explicit OpenTable(std::size_t capacity) : entries_(capacity + 3 * capacity / 7 + 2), capacity_(capacity) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool full() const { return size_ == capacity_; }

  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&entries_[home(hash)]); }

  /// The entry that `is` accepts among those with this hash's place, or nullptr.
  template <typename Is>
  [[nodiscard]] const Entry* find(std::uint64_t hash, Is is) const {
    for (std::size_t i = home(hash); entries_[i].taken(); i = after(i))
      if (is(entries_[i])) return &entries_[i];
    return nullptr;
  }
  template <typename Is>
  [[nodiscard]] Entry* find(std::uint64_t hash, Is is) {
    return const_cast<Entry*>(static_cast<const OpenTable*>(this)->find(hash, is));
  }

  /// REQUIRES it is absent and the table is not full.
  Entry& insert(std::uint64_t hash, const Entry& entry) {
    std::size_t i = home(hash);
    while (entries_[i].taken()) i = after(i);
    ++size_;
    return entries_[i] = entry;
  }

  /// REQUIRES that `entry` came from find(). `hash_of` gives the hash of any entry.
  template <typename HashOf>
  void erase(const Entry* entry, HashOf hash_of) {
    // Close the gap with later entries of the same run (Knuth, TAOCP 3, 6.4, Algorithm R).
    auto i = static_cast<std::size_t>(entry - entries_.data());
    for (std::size_t j = after(i); entries_[j].taken(); j = after(j)) {
      if (distance(home(hash_of(entries_[j])), j) < distance(i, j)) continue;
      entries_[i] = entries_[j];
      i = j;
    }
    entries_[i] = Entry{};
    --size_;
  }

  void clear() {
    for (Entry& e : entries_) e = Entry{};
    size_ = 0;
  }

  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Entry& e : entries_)
      if (e.taken()) visit(e);
  }

 private:
  [[nodiscard]] std::size_t home(std::uint64_t hash) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::size_t>((Wide{hash} * entries_.size()) >> 64);
  }
  [[nodiscard]] std::size_t after(std::size_t i) const { return i + 1 == entries_.size() ? 0 : i + 1; }
  [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const {
    return to >= from ? to - from : to + entries_.size() - from;
  }

  std::vector<Entry> entries_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

}  // namespace lazaret
