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

namespace lazaret {

constexpr std::uint32_t kNoHolder = UINT32_MAX;

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
        return host(p.address.as_v4());
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
      const std::uint32_t holder = host(a.as_v4());
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
  /// Brings the place where find() will most likely look into the cache.
  void prefetch(IpAddress a) const {
    if (a.is_v4())
      hosts_.prefetch(host_hash(a.as_v4()));
    else if (net_lengths_.count > 0)
      nets_.prefetch(net_hash(truncate(a, net_lengths_.list[0]).high, net_lengths_.list[0]));
  }
  /// `visit(Prefix, holder)` for all, in no order that means anything.
  template <typename Visit>
  void for_each(Visit visit) const {
    hosts_.for_each([&](const Host& h) { visit(Prefix{IpAddress::v4(h.address), 128}, h.holder); });
    nets_.for_each([&](const Net& n) { visit(Prefix{{n.high, 0}, n.length}, n.holder); });
    others_.for_each([&](const Prefix& p, std::uint32_t holder) { visit(p, holder); });
  }

 private:
  enum class Kind : std::uint8_t { host, net, other };
  struct Host {
    std::uint32_t address = 0;
    std::uint32_t holder = kNoHolder;
    [[nodiscard]] bool taken() const { return holder != kNoHolder; }
  };
  struct Net {
    std::uint64_t high = 0;
    std::uint32_t holder = kNoHolder;
    std::uint8_t length = 0;
    [[nodiscard]] bool taken() const { return holder != kNoHolder; }
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
  // Pools are dense, and Fibonacci hashing spreads sequences evenly (Knuth, TAOCP 3, 6.4); nobody chooses his address.
  [[nodiscard]] static std::uint64_t host_hash(std::uint32_t address) { return address * 0x9e37'79b9'7f4a'7c15ULL; }
  [[nodiscard]] std::uint64_t net_hash(std::uint64_t high, std::uint8_t length) const {
    return mix(seed_ + length, high);
  }
  [[nodiscard]] std::uint32_t host(std::uint32_t address) const {
    const Host* h = hosts_.find(host_hash(address), [&](const Host& e) { return e.address == address; });
    return h == nullptr ? kNoHolder : h->holder;
  }
  [[nodiscard]] std::uint32_t net(std::uint64_t high, std::uint8_t length) const {
    const Net* n =
        nets_.find(net_hash(high, length), [&](const Net& e) { return e.high == high && e.length == length; });
    return n == nullptr ? kNoHolder : n->holder;
  }

  std::uint64_t seed_;
  OpenTable<Host> hosts_;
  OpenTable<Net> nets_;
  FixedMap<Prefix, std::uint32_t, PrefixHash> others_;
  Lengths net_lengths_, other_lengths_;
};

}  // namespace lazaret
