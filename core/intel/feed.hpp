// An intelligence feed: addresses and names that infected hosts talk to, with how much a hit says. Built once, read
// for every packet. A packet to an address that no entry is near costs one look into a bit map; else one short probe
// for each prefix length that occurs near it. Names are stored and looked up as keyed hashes of their wire form.
// Ownership: owns copies of all it needs; allocates in build() only. Threads: immutable, any number of readers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "core/intel/feed_entry.hpp"

namespace lazaret {

class Feed {
 public:
  /// `seed` is the engine's: the same name must hash to the same value.
  [[nodiscard]] static std::variant<Feed, FeedFault> build(std::span<const FeedEntry>, const FeedLimits&, Seed);

  /// Of the entries that have not expired, the longest prefix that contains the address; of equal ones the heaviest,
  /// then the one that lasts longest, then the first. nullptr when there is none.
  [[nodiscard]] const FeedHit* find(IpAddress a, Timestamp now) const noexcept {
    const bool v4 = a.is_v4();
    const std::size_t cell = v4 ? a.as_v4() >> v4_shift_ : v6_cell(a.high >> 32);
    const std::vector<std::uint64_t>& map = v4 ? v4_map_ : v6_map_;
    if ((map[cell >> 6] >> (cell & 63) & 1) == 0) return nullptr;
    return v4 ? find_v4(a, now) : find_listed(a, v6_lengths_, now);
  }
  /// The longest suffix wins, then as above; `name` entries match the whole name only.
  [[nodiscard]] const FeedHit* find_name(const NameSuffixes&, Timestamp now) const noexcept;
  /// Of a client: `hash` is hash_octets() of its fingerprint's characters under the seed.
  [[nodiscard]] const FeedHit* find_client(std::uint64_t hash, Timestamp now) const noexcept;

  [[nodiscard]] std::size_t prefixes() const { return prefixes_.size(); }
  [[nodiscard]] std::size_t names() const { return names_.size(); }
  /// Of the heap, for the operator's figures.
  [[nodiscard]] std::size_t memory_octets() const;

 private:
  Feed() = default;
  /// Open addressing over `items`: equal keys stand in one run in the order they were put in, the best first.
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t item = 0;  ///< place in the array of items, from 1; 0: free
  };
  struct Index {
    std::vector<Slot> slots;
    std::size_t mask = 0;
  };
  struct PrefixItem {
    Prefix prefix;
    FeedHit hit;
  };
  struct NameItem {
    std::uint64_t hash = 0;
    FeedHit hit;
    bool tree = false;
  };
  /// The best entry of this very hash; `below`: the hash is of a suffix, and only trees match.
  [[nodiscard]] const FeedHit* find_hash(std::uint64_t hash, bool below, Timestamp now) const noexcept;
  /// Prefix lengths that occur, longest first.
  struct Lengths {
    std::array<std::uint8_t, 129> length{};
    std::uint32_t count = 0;
  };
  struct Builder;

  static constexpr std::size_t v6_cell(std::uint64_t first_32_bits) {
    return (first_32_bits * 0x9e37'79b1ULL >> 16) & 0xffff;
  }
  [[nodiscard]] const FeedHit* find_v4(IpAddress, Timestamp now) const noexcept;
  [[nodiscard]] const FeedHit* find_listed(IpAddress, const Lengths&, Timestamp now) const noexcept;
  [[nodiscard]] const FeedHit* probe(const Prefix&, Timestamp now) const noexcept;

  std::vector<std::uint64_t> v4_map_, v6_map_;  ///< one bit a cell: some entry covers some of its addresses
  unsigned v4_shift_ = 16;                      ///< a cell is 2^v4_shift_ addresses
  std::uint64_t seed_ = 0;
  std::vector<std::uint32_t> v4_near_;  ///< by the first 16 bits: bit n - 1 says that an IPv4 prefix of n bits is there
  Lengths v4_wide_, v6_lengths_;        ///< v4_wide_: those that cover all of IPv4
  Index prefix_index_, name_index_;
  std::vector<PrefixItem> prefixes_;
  std::vector<NameItem> names_;
};

}  // namespace lazaret
