// Values by number, with the numbers of those given back used again: steady traffic allocates nothing.
// Ownership: owns its values. References live as long as the pool. Threads: one.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace lazaret {

template <typename Value>
class Pool {
 public:
  std::uint32_t add(Value value) {
    if (free_.empty()) {
      values_.push_back(std::move(value));
      return static_cast<std::uint32_t>(values_.size() - 1);
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    values_[index] = std::move(value);
    return index;
  }
  Value& operator[](std::uint32_t index) { return values_[index]; }
  /// The value is left empty, and its number is given back.
  Value take(std::uint32_t index) {
    free_.push_back(index);
    return std::exchange(values_[index], Value{});
  }
  [[nodiscard]] std::size_t in_use() const { return values_.size() - free_.size(); }
  template <typename Act>
  void each(Act&& act) {
    for (Value& value : values_) act(value);
  }

 private:
  std::deque<Value> values_;
  std::vector<std::uint32_t> free_;
};

}  // namespace lazaret
