// Who held an address at a time: what a report about last night needs. Follows binds and releases, of whole addresses
// and prefixes and of blocks of ports behind a carrier-grade NAT, or works the holder out of a deterministic NAT
// (RFC 7422). Ended leases are kept in a ring in the order of their ends, until they are `keep` old (they are personal
// data) or the ring is full. Look-up: for each prefix length and shape of block in use, O(log^2) of the key's leases.
// Ownership: owns its tables, allocates in its constructor only. Threads: one writer, or any number of readers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/command.hpp"
#include "core/fixed_map.hpp"
#include "core/hash.hpp"
#include "core/limits.hpp"
#include "core/snapshot.hpp"

namespace lazaret {

/// Ports `first` to `last` of every address of a prefix; all of them: not shared.
struct PortBlock {
  std::uint16_t first = 0, last = 65535;
  [[nodiscard]] constexpr bool whole() const { return first == 0 && last == 65535; }
  friend constexpr bool operator==(const PortBlock&, const PortBlock&) = default;
};

struct Holder {
  enum class Kind : std::uint8_t {
    held,
    nobody,
    shared,     ///< blocks of the address's ports are or were lately leased, and no port was given
    forgotten,  ///< before what is kept: too old, or lost to a full ring
  };
  Kind kind = Kind::nobody;
  AccountId account;
  friend constexpr bool operator==(const Holder&, const Holder&) = default;
};

struct LeaseLimits {
  std::uint32_t leases = 4096;         ///< in force at one time
  std::uint32_t ended = 65536;         ///< ended ones that are kept
  Duration keep = seconds(86400 * 7);  ///< no answer about a time longer ago than this
};

/// Inside address number i has block number i % B of outside address number i / B, B being the blocks of `ports` ports
/// that fit from `first_port` to 65535. IPv4 only.
struct DeterministicNat {
  Prefix inside, outside;
  std::uint16_t first_port = 1024;
  std::uint16_t ports = 1008;
};

class LeaseHistory {
 public:
  LeaseHistory(const LeaseLimits&, Seed);

  /// Follows bind and release; ignores all other commands. A time before an earlier one counts as that one.
  void apply(const Command&) noexcept;
  /// A new holder ends the lease of the one before. Refused, and counted: a bind beyond `leases`; a whole address
  /// while blocks of it are leased, or the reverse; more than kShapes shapes of block; an empty block.
  void bind(Timestamp, const Prefix&, PortBlock, AccountId) noexcept;
  void release(Timestamp, const Prefix&, PortBlock) noexcept;
  /// Time passes without a command: forgets what has become too old.
  void advance(Timestamp) noexcept;
  /// False when the inside does not fit the outside, the outside overlaps an earlier one, or there are kNats already.
  [[nodiscard]] bool add(const DeterministicNat&) noexcept;

  /// A lease holds from its start until just before its end. The longest prefix wins, then the smallest block. An
  /// address that has blocks never falls back to the holder of a shorter prefix.
  [[nodiscard]] Holder holder_at(IpAddress, std::optional<std::uint16_t> port, Timestamp) const noexcept;

  /// All that it can be asked about, but not its NATs; allocates.
  void snapshot(SnapshotWriter&) const;
  /// REQUIRES a new one under no narrower limits, and to be thrown away where the reader is then not ok().
  void restore(SnapshotReader&);

  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  /// Ended leases that a full ring lost before they were `keep` old.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

  static constexpr unsigned kShapes = 16, kNats = 16;

 private:
  struct Key {
    Prefix prefix;
    PortBlock ports;
    friend constexpr bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::uint64_t seed;
    std::uint64_t operator()(const Key& k) const {
      const std::uint64_t ports = std::uint64_t{k.ports.first} << 32 | std::uint64_t{k.ports.last} << 8;
      return mix(mix(seed + (ports | k.prefix.length), k.prefix.address.high), k.prefix.address.low);
    }
    std::uint64_t operator()(const Prefix& p) const { return (*this)(Key{p, {}}); }
  };
  /// The lease of a key that is in force, and its latest ended one.
  struct Current {
    AccountId account;  ///< kNobody: none in force
    std::uint32_t depth = 0;
    Timestamp from;
    std::uint64_t latest = 0;
  };
  /// Ended leases are named by a number that only grows; those before `oldest_` are gone. 0: none.
  struct Ended {
    Key key;
    AccountId account;
    std::uint32_t depth = 0;  ///< how many of the key came before
    Timestamp from, to;
    std::uint64_t previous = 0;  ///< of the same key
    std::uint64_t skip = 0;      ///< of the same key, at depth & (depth - 1)
  };
  struct Blocks {
    std::uint32_t keys = 0, in_force = 0;
  };
  struct Shape {
    std::uint32_t size = 0, offset = 0, keys = 0;  ///< offset: first % size
  };

  [[nodiscard]] Ended& at(std::uint64_t number) { return ended_[number % ended_.size()]; }
  [[nodiscard]] const Ended& at(std::uint64_t number) const { return ended_[number % ended_.size()]; }
  [[nodiscard]] bool admit(const Key&);
  void end(const Key&, Timestamp);
  void forget_oldest();
  void drop(const Key&);
  void list_lengths();
  [[nodiscard]] AccountId holder_of(const Key&, Timestamp) const;
  [[nodiscard]] Holder holder_of(IpAddress, std::optional<std::uint16_t> port, Timestamp) const;

  LeaseLimits limits_;
  Timestamp now_, lost_until_;
  FixedMap<Key, Current, KeyHash> keys_;
  FixedMap<Prefix, Blocks, KeyHash> shared_;  ///< prefixes that have keys with less than all ports
  std::vector<Ended> ended_;
  std::uint64_t oldest_ = 1, next_ = 1;
  std::uint32_t in_force_ = 0;
  std::array<Shape, kShapes> shapes_{};  ///< smallest first
  unsigned shape_count_ = 0;
  std::array<std::uint32_t, 129> uses_{};
  std::array<std::uint8_t, 128> lengths_{};  ///< in use, longest first
  unsigned length_count_ = 0;
  std::array<DeterministicNat, kNats> nats_{};
  unsigned nat_count_ = 0;
  std::uint64_t refused_ = 0, lost_ = 0;
};

}  // namespace lazaret
