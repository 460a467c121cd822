// A short row in order of age, kept in place.
// Ownership: a value, as trivially copyable as its items. Threads: none.
#pragma once

#include <array>
#include <cstdint>

namespace lazaret {

template <typename T, unsigned kCapacity>
class ShortRow {
 public:
  [[nodiscard]] bool full() const { return size_ == kCapacity; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] unsigned size() const { return size_; }
  [[nodiscard]] T* begin() { return items_.data(); }
  [[nodiscard]] T* end() { return items_.data() + size_; }
  [[nodiscard]] const T* begin() const { return items_.data(); }
  [[nodiscard]] const T* end() const { return items_.data() + size_; }
  /// REQUIRES not full().
  void push(const T& item) { items_[size_++] = item; }
  /// The oldest item leaves where there is no room.
  void push_out(const T& item) {
    if (full()) erase(begin());
    push(item);
  }
  void erase(T* item) {
    for (T* next = item + 1; next != end(); ++item, ++next) *item = *next;
    --size_;
  }
  void clear() { size_ = 0; }

 private:
  std::array<T, kCapacity> items_{};
  std::uint8_t size_ = 0;
};

}  // namespace lazaret
