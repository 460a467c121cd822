// Short lists of fixed size, so that a policy stays a value.
// Ownership: values. Threads: none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/address.hpp"

namespace lazaret {

/// A short list of prefixes; fixed size, so that a policy stays a value.
class PrefixList {
 public:
  static constexpr std::size_t kCapacity = 32;
  /// False when full.
  constexpr bool add(Prefix p) {
    if (size_ == kCapacity) return false;
    items_[size_++] = p;
    return true;
  }
  [[nodiscard]] constexpr std::span<const Prefix> items() const { return {items_.data(), size_}; }
  [[nodiscard]] constexpr bool covers(IpAddress a) const {
    for (std::size_t i = 0; i < size_; ++i)
      if (contains(items_[i], a)) return true;
    return false;
  }

 private:
  std::array<Prefix, kCapacity> items_{};
  std::size_t size_ = 0;
};

/// A short list of domain names, lower case, without a final dot; fixed size.
class NameList {
 public:
  static constexpr std::size_t kCapacity = 32, kLongest = 63;
  /// False when full, or when the name is empty or longer than kLongest.
  constexpr bool add(std::string_view name) {
    if (size_ == kCapacity || name.empty() || name.size() > kLongest) return false;
    Item& item = items_[size_++];
    item.length = static_cast<std::uint8_t>(name.size());
    for (std::size_t i = 0; i < name.size(); ++i) item.text[i] = name[i];
    return true;
  }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  /// REQUIRES i < size().
  [[nodiscard]] constexpr std::string_view operator[](std::size_t i) const {
    return {items_[i].text.data(), items_[i].length};
  }

 private:
  struct Item {
    std::array<char, kLongest> text{};
    std::uint8_t length = 0;
  };
  std::array<Item, kCapacity> items_{};
  std::size_t size_ = 0;
};

}  // namespace lazaret
