// Address or prefix to account and line: the leases in force. Longest prefix wins.
// Ownership: owns its table, sized once. Threads: one writer, or any number of readers.
#pragma once

#include <array>
#include <cstdint>

#include "core/address.hpp"
#include "core/fixed_map.hpp"
#include "core/hash.hpp"
#include "core/limits.hpp"
#include "core/subscriber/account.hpp"

namespace lazaret {

struct Binding {
  AccountId account;
  std::uint32_t slot = 0;  ///< the holder's place in the engine's table; unused by Steering
  LineId line;
};

class Bindings {
 public:
  Bindings(const Limits& limits, Seed seed) : map_(limits.bindings, PrefixHash{seed.value}) {}

  /// The binding of exactly this prefix, or nullptr.
  [[nodiscard]] Binding* exactly(const Prefix& p) { return map_.find(canonical(p)); }
  [[nodiscard]] const Binding* exactly(const Prefix& p) const { return map_.find(canonical(p)); }
  [[nodiscard]] bool full() const { return map_.full(); }

  /// REQUIRES exactly(p) == nullptr and not full().
  void insert(const Prefix& p, const Binding& b) {
    map_.insert(canonical(p), b);
    if (++uses_[p.length] == 1) list_lengths();
  }
  /// REQUIRES exactly(p) != nullptr.
  void erase(const Prefix& p) {
    map_.erase(canonical(p));
    if (--uses_[p.length] == 0) list_lengths();
  }

  /// The longest bound prefix that contains `a`, or nullptr.
  [[nodiscard]] const Binding* find(IpAddress a) const {
    for (unsigned i = 0; i < length_count_; ++i)
      if (const Binding* b = map_.find({truncate(a, lengths_[i]), lengths_[i]})) return b;
    return nullptr;
  }
  /// Brings the first place that find() will look at into the cache.
  void prefetch(IpAddress a) const {
    if (length_count_ > 0) map_.prefetch({truncate(a, lengths_[0]), lengths_[0]});
  }

 private:
  struct PrefixHash {
    std::uint64_t seed;
    std::uint64_t operator()(const Prefix& p) const { return mix(mix(seed + p.length, p.address.high), p.address.low); }
  };
  static Prefix canonical(const Prefix& p) { return {truncate(p.address, p.length), p.length}; }
  void list_lengths() {
    length_count_ = 0;
    for (unsigned n = 128; n > 0; --n)
      if (uses_[n] > 0) lengths_[length_count_++] = static_cast<std::uint8_t>(n);
  }

  FixedMap<Prefix, Binding, PrefixHash> map_;
  std::array<std::uint32_t, 129> uses_{};    ///< by length: how many prefixes are bound
  std::array<std::uint8_t, 128> lengths_{};  ///< the lengths in use, longest first
  unsigned length_count_ = 0;
};

}  // namespace lazaret
