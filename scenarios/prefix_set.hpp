// Prefixes among which an address is looked up: few of them, or as many as an ISP has subscribers.
// Ownership: values; what find() returns belongs to the set. Threads: immutable once made.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "core/address.hpp"

namespace lazaret {

class PrefixSet {
 public:
  PrefixSet() = default;
  explicit PrefixSet(std::vector<Prefix> prefixes) : prefixes_(std::move(prefixes)) {
    for (Prefix& p : prefixes_) p.address = truncate(p.address, p.length);
    std::sort(prefixes_.begin(), prefixes_.end());
    for (const Prefix& p : prefixes_)
      if (std::find(lengths_.begin(), lengths_.end(), p.length) == lengths_.end()) lengths_.push_back(p.length);
    std::sort(lengths_.begin(), lengths_.end(), std::greater<>());
  }
  /// The longest one that holds the address, or nullptr.
  [[nodiscard]] const Prefix* find(IpAddress address) const {
    for (const std::uint8_t length : lengths_) {
      const Prefix wanted{truncate(address, length), length};
      const auto at = std::lower_bound(prefixes_.begin(), prefixes_.end(), wanted);
      if (at != prefixes_.end() && *at == wanted) return &*at;
    }
    return nullptr;
  }
  [[nodiscard]] bool empty() const { return prefixes_.empty(); }

 private:
  std::vector<Prefix> prefixes_;
  std::vector<std::uint8_t> lengths_;
};

}  // namespace lazaret
