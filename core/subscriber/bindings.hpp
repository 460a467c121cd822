// Address or prefix to whatever holds it: the leases in force. Longest prefix wins. Three tables, so that the many are
// small: IPv4 addresses, IPv6 prefixes of up to 64 bits, and the few others.
// Ownership: owns its tables, sized once. Threads: one writer, or any number of readers.
#pragma once

#include <array>
#include <cstdint>

#include "core/address.hpp"
#include "core/fixed_map.hpp"
#include "core/hash.hpp"
#include "core/limits.hpp"
#include "core/subscriber/pools.hpp"

namespace lazaret {

/// Holders are numbers below kNoHolder: an engine's slots, or accounts.
class Bindings {
 public:
  Bindings(const Limits& limits, Seed seed)
      : seed_(seed.value),
        hosts_(limits.bindings),
        nets_(limits.bindings),
        others_(limits.other_prefixes, {seed.value}) {}

  /// Who holds exactly this prefix, or kNoHolder.
  [[nodiscard]] std::uint32_t exactly(const Prefix& p) const {
    switch (kind(p)) {
      case Kind::host:
        return hosts_.find(p.address.as_v4());
      case Kind::net:
        return net(truncate(p.address, p.length).high, p.length);
      case Kind::other:
        break;
    }
    const std::uint32_t* holder = others_.find(canonical(p));
    return holder == nullptr ? kNoHolder : *holder;
  }
  /// Whether there is room for this prefix, which is not bound.
  [[nodiscard]] bool full_for(const Prefix& p) const {
    const Kind k = kind(p);
    return k == Kind::host ? hosts_.full() : k == Kind::net ? nets_.full() : others_.full();
  }
  /// Binds, or hands over. REQUIRES exactly(p) != kNoHolder or not full_for(p); length 1 to 128.
  void bind(const Prefix& p, std::uint32_t holder);
  /// REQUIRES exactly(p) != kNoHolder.
  void erase(const Prefix& p);

  /// Who holds the longest bound prefix that contains `a`, or kNoHolder.
  [[nodiscard]] std::uint32_t find(IpAddress a) const {
    if (a.is_v4()) {
      const std::uint32_t holder = hosts_.find(a.as_v4());
      if (holder != kNoHolder) return holder;
    }
    for (unsigned i = 0; i < other_lengths_.count; ++i)
      if (const std::uint32_t* h = others_.find({truncate(a, other_lengths_.list[i]), other_lengths_.list[i]}))
        return *h;
    for (unsigned i = 0; i < net_lengths_.count; ++i) {
      const std::uint32_t holder = net(truncate(a, net_lengths_.list[i]).high, net_lengths_.list[i]);
      if (holder != kNoHolder) return holder;
    }
    return kNoHolder;
  }
  /// Whether some prefix that contains `a`, not only the longest, is held by `holder`.
  [[nodiscard]] bool within(IpAddress a, std::uint32_t holder) const;
  /// Where find() will look first.
  struct Place {
    const std::uint32_t* cell = nullptr;  ///< of an IPv4 address that is in a page
    std::uint64_t hash = 0;               ///< otherwise
  };
  /// Brings the place into the cache.
  [[nodiscard]] Place seek(IpAddress a) const {
    if (a.is_v4()) {
      const std::uint32_t* cell = hosts_.place(a.as_v4());
      __builtin_prefetch(cell);
      return {cell, 0};
    }
    const std::uint8_t length = net_lengths_.list[0];
    const std::uint64_t hash = net_hash(truncate(a, length).high, length);
    nets_.prefetch(hash);
    return {nullptr, hash};
  }
  /// find(), with what seek() said. REQUIRES place.cell == nullptr.
  [[nodiscard]] std::uint32_t find(IpAddress a, const Place& place) const {
    if (a.is_v4() || other_lengths_.count > 0 || net_lengths_.count == 0) return find(a);
    const std::uint8_t length = net_lengths_.list[0];
    const std::uint32_t holder = net(place.hash, truncate(a, length).high, length);
    return holder != kNoHolder || net_lengths_.count == 1 ? holder : find(a);
  }
  /// `visit(Prefix, holder)` for all, in no order that means anything.
  template <typename Visit>
  void for_each(Visit visit) const {
    hosts_.for_each([&](std::uint32_t address, std::uint32_t holder) {
      visit(Prefix{IpAddress::v4(address), 128}, holder);
    });
    nets_.for_each([&](const Net& n) {
      visit(Prefix{{n.high, 0}, static_cast<std::uint8_t>(n.length + 1)}, std::uint32_t{n.holder});
    });
    others_.for_each([&](const Prefix& p, std::uint32_t holder) { visit(p, holder); });
  }

 private:
  enum class Kind : std::uint8_t { host, net, other };
  static constexpr std::uint32_t kFreeNet = (1U << 26) - 1;
  struct [[gnu::packed]] Net {
    std::uint64_t high = 0;
    std::uint32_t holder : 26 = kFreeNet;
    std::uint32_t length : 6 = 0;  ///< less one
    [[nodiscard]] bool taken() const { return holder != kFreeNet; }
  };
  struct PrefixHash {
    std::uint64_t seed;
    std::uint64_t operator()(const Prefix& p) const { return mix(mix(seed + p.length, p.address.high), p.address.low); }
  };
  /// Lengths in use, longest first.
  struct Lengths {
    std::array<std::uint32_t, 129> uses{};
    std::array<std::uint8_t, 128> list{};
    unsigned count = 0;
    void add(std::uint8_t length);
    void remove(std::uint8_t length);
  };

  static Kind kind(const Prefix& p) {
    if (p.length <= 64) return Kind::net;
    return p.length == 128 && p.address.is_v4() ? Kind::host : Kind::other;
  }
  static Prefix canonical(const Prefix& p) { return {truncate(p.address, p.length), p.length}; }
  [[nodiscard]] std::uint64_t net_hash(std::uint64_t high, std::uint8_t length) const {
    return mix(seed_ + length, high);
  }
  [[nodiscard]] std::uint32_t net(std::uint64_t high, std::uint8_t length) const {
    return net(net_hash(high, length), high, length);
  }
  [[nodiscard]] std::uint32_t net(std::uint64_t hash, std::uint64_t high, std::uint8_t length) const {
    const Net* n = nets_.find(hash, [&](const Net& e) { return (e.high == high) & (e.length == length - 1U); });
    return n == nullptr ? kNoHolder : n->holder;
  }

  std::uint64_t seed_;
  Pools hosts_;
  OpenTable<Net> nets_;
  FixedMap<Prefix, std::uint32_t, PrefixHash> others_;
  Lengths net_lengths_, other_lengths_;
};

}  // namespace lazaret
