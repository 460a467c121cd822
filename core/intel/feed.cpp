#include "core/intel/feed.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <compare>
#include <utility>

#include "core/hash.hpp"

namespace lazaret {
namespace {

constexpr unsigned kV4Bits = 96;  ///< bits that the IPv4-mapped form puts before the address itself
constexpr double kWeightMax = 6;  ///< nats: no feed alone convicts
constexpr std::size_t kNameMax = 255, kLabelMax = 63;
constexpr std::size_t kWordBits = 64;
constexpr Prefix kAllV4{IpAddress::v4(0), kV4Bits};

std::uint64_t hash_of(std::uint64_t seed, const Prefix& p) {
  return mix(mix(seed + p.length, p.address.high), p.address.low);
}

/// The name in lower case and where each label begins; no labels for what is no name in wire form.
struct Labels {
  std::array<std::uint8_t, kNameMax> name{};
  std::array<std::uint8_t, kNameMax / 2 + 1> start{};
  unsigned count = 0;
  std::size_t size = 0;
};

Labels labels_of(std::span<const std::uint8_t> name) {
  Labels l;
  if (name.empty() || name.size() > kNameMax) return l;
  unsigned count = 0;
  for (std::size_t at = 0;;) {
    const std::size_t length = name[at];
    l.name[at] = name[at];
    if (length == 0) {
      if (at + 1 != name.size()) return l;
      break;
    }
    if (length > kLabelMax || length + 1 >= name.size() - at) return l;
    l.start[count++] = static_cast<std::uint8_t>(at);
    for (std::size_t i = at + 1; i <= at + length; ++i) {
      const bool upper = name[i] >= 'A' && name[i] <= 'Z';
      l.name[i] = static_cast<std::uint8_t>(upper ? name[i] + ('a' - 'A') : name[i]);
    }
    at += length + 1;
  }
  l.size = name.size();
  l.count = count;
  return l;
}

std::uint64_t hash_of(std::uint64_t seed, const Labels& l, std::size_t start) {
  return hash_octets(seed, {l.name.data() + start, l.size - start});
}

/// Whether `a` is to be found before `b` of the same key.
bool goes_before(const FeedHit& a, const FeedHit& b) {
  if (a.weight != b.weight) return a.weight > b.weight;
  if (a.expires != b.expires) return a.expires > b.expires;
  return a.entry < b.entry;
}

void set_bits(std::vector<std::uint64_t>& map, std::size_t first, std::size_t count) {
  for (std::size_t i = first; i < first + count; ++i) map[i / kWordBits] |= std::uint64_t{1} << (i % kWordBits);
}

}  // namespace

Score weight_of_precision(double p) {
  if (!(p > 0.5)) return 0;
  if (p >= 1) return static_cast<Score>(kWeightMax) * kNat;
  return std::llround(std::min(std::log(p / (1 - p)), kWeightMax) * static_cast<double>(kNat));
}

NameSuffixes suffixes_of(std::span<const std::uint8_t> name, Seed seed) noexcept {
  NameSuffixes suffixes;
  const Labels l = labels_of(name);
  for (unsigned i = 0; i < l.count; ++i)
    if (i == 0 || l.count - i < kNameSuffixes) suffixes.hash[suffixes.count++] = hash_of(seed.value, l, l.start[i]);
  return suffixes;
}

struct Feed::Builder {
  Feed feed;

  static void size(Index& index, std::size_t items) {
    index.slots.resize(std::bit_ceil(2 * (items + 1)));
    index.mask = index.slots.size() - 1;
  }
  template <class Items>
  static void fill(Index& index, const Items& items,
                   std::uint64_t (*hash)(std::uint64_t, const typename Items::value_type&), std::uint64_t seed) {
    size(index, items.size());
    for (std::uint32_t item = 0; item < items.size(); ++item) {
      const std::uint64_t h = hash(seed, items[item]);
      std::size_t i = h & index.mask;
      while (index.slots[i].item != 0) i = (i + 1) & index.mask;
      index.slots[i] = {static_cast<std::uint32_t>(h >> 32), item + 1};
    }
  }

  /// Sorted by key, the best first, without what another entry of the same key makes idle.
  template <class Items, class Key>
  static void put_in_order(Items& items, Key key) {
    std::sort(items.begin(), items.end(), [&](const auto& a, const auto& b) {
      return key(a) != key(b) ? key(a) < key(b) : goes_before(a.hit, b.hit);
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool idle =
          kept > 0 && key(items[kept - 1]) == key(items[i]) && items[kept - 1].hit.expires >= items[i].hit.expires;
      if (!idle) items[kept++] = items[i];
    }
    items.resize(kept);
  }

  void map_prefixes() {
    // A finer map for a larger feed, so that most cells stay empty: 8 KiB, 2 MiB at most.
    const auto wanted = static_cast<unsigned>(std::bit_width(feed.prefixes_.size())) + 4;
    const unsigned v4_bits = std::clamp(wanted, 16U, 24U);
    feed.v4_shift_ = 32 - v4_bits;
    feed.v4_map_.resize((std::size_t{1} << v4_bits) / kWordBits);
    feed.v6_map_.resize((std::size_t{1} << 16) / kWordBits);
    feed.v4_near_.resize(std::size_t{1} << 16);
    std::array<bool, 129> wide{}, v6{};
    for (const PrefixItem& item : feed.prefixes_) {
      const Prefix& p = item.prefix;
      if (p.length > kV4Bits && p.address.is_v4()) {
        const unsigned length = p.length - kV4Bits;
        set_bits(feed.v4_map_, p.address.as_v4() >> feed.v4_shift_,
                 length >= v4_bits ? 1 : std::size_t{1} << (v4_bits - length));
        const std::size_t first = p.address.as_v4() >> 16;
        const std::size_t count = length >= 16 ? 1 : std::size_t{1} << (16 - length);
        for (std::size_t i = first; i < first + count; ++i) feed.v4_near_[i] |= 1U << (length - 1);
        continue;
      }
      if (contains(p, kAllV4.address) && p.length <= kV4Bits) {
        wide[p.length] = true;
        set_bits(feed.v4_map_, 0, feed.v4_map_.size() * kWordBits);
      }
      v6[p.length] = true;
      const std::uint64_t first = p.address.high >> 32;
      if (p.length < 16) {
        set_bits(feed.v6_map_, 0, feed.v6_map_.size() * kWordBits);
      } else {
        const std::uint64_t cells = p.length >= 32 ? 1 : std::uint64_t{1} << (32 - p.length);
        for (std::uint64_t i = 0; i < cells; ++i) set_bits(feed.v6_map_, v6_cell(first + i), 1);
      }
    }
    list(wide, feed.v4_wide_);
    list(v6, feed.v6_lengths_);
  }
  static void list(const std::array<bool, 129>& used, Lengths& lengths) {
    for (unsigned n = 129; n-- > 0;)
      if (used[n]) lengths.length[lengths.count++] = static_cast<std::uint8_t>(n);
  }

  void finish() {
    put_in_order(feed.prefixes_, [](const PrefixItem& i) -> const Prefix& { return i.prefix; });
    // Exact and tree entries of one name are different keys side by side: a tree's hit may be asked for alone.
    struct NameKey {
      std::uint64_t hash;
      bool tree;
      auto operator<=>(const NameKey&) const = default;
    };
    put_in_order(feed.names_, [](const NameItem& i) { return NameKey{i.hash, i.tree}; });
    fill<std::vector<PrefixItem>>(
        feed.prefix_index_, feed.prefixes_,
        [](std::uint64_t seed, const PrefixItem& i) { return hash_of(seed, i.prefix); }, feed.seed_);
    fill<std::vector<NameItem>>(
        feed.name_index_, feed.names_, [](std::uint64_t, const NameItem& i) { return i.hash; }, feed.seed_);
    map_prefixes();
  }
};

std::variant<Feed, FeedFault> Feed::build(std::span<const FeedEntry> entries, const FeedLimits& limits, Seed seed) {
  using Cause = FeedFault::Cause;
  Builder builder;
  Feed& feed = builder.feed;
  feed.seed_ = seed.value;
  const auto is_prefix = [](const FeedEntry& e) { return e.kind == FeedKind::prefix; };
  const auto prefixes = static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), is_prefix));
  feed.prefixes_.reserve(std::min<std::size_t>(prefixes, limits.prefixes));
  feed.names_.reserve(std::min<std::size_t>(entries.size() - prefixes, limits.names));
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    const FeedEntry& e = entries[i];
    if (!(e.precision > 0 && e.precision < 1)) return FeedFault{Cause::bad_precision, i};
    const FeedHit hit{e.expires, weight_of_precision(e.precision), i, e.category};
    if (e.kind == FeedKind::prefix) {
      if (e.prefix.length > 128) return FeedFault{Cause::bad_prefix, i};
      if (feed.prefixes_.size() == limits.prefixes) return FeedFault{Cause::too_many_prefixes, i};
      feed.prefixes_.push_back({{truncate(e.prefix.address, e.prefix.length), e.prefix.length}, hit});
    } else if (e.kind == FeedKind::client) {
      if (e.name.size() != kClientOctets) return FeedFault{Cause::bad_client, i};
      if (feed.names_.size() == limits.names) return FeedFault{Cause::too_many_names, i};
      feed.names_.push_back({hash_octets(seed.value, e.name), hit, false});
    } else {
      const Labels l = labels_of(e.name);
      const bool tree = e.kind == FeedKind::name_tree;
      if (l.count == 0) return FeedFault{Cause::bad_name, i};
      if (tree && l.count >= kNameSuffixes) return FeedFault{Cause::deep_tree, i};
      if (feed.names_.size() == limits.names) return FeedFault{Cause::too_many_names, i};
      feed.names_.push_back({hash_of(seed.value, l, 0), hit, tree});
    }
  }
  builder.finish();
  return std::move(feed);
}

const FeedHit* Feed::find_v4(IpAddress a, Timestamp now) const noexcept {
  for (std::uint32_t near = v4_near_[a.as_v4() >> 16]; near != 0;) {
    const auto length = static_cast<unsigned>(std::bit_width(near));
    const auto length128 = static_cast<std::uint8_t>(length + kV4Bits);
    if (const FeedHit* hit = probe({truncate(a, length128), length128}, now)) return hit;
    near ^= 1U << (length - 1);
  }
  return find_listed(a, v4_wide_, now);
}

const FeedHit* Feed::find_listed(IpAddress a, const Lengths& lengths, Timestamp now) const noexcept {
  for (std::uint32_t n = 0; n < lengths.count; ++n)
    if (const FeedHit* hit = probe({truncate(a, lengths.length[n]), lengths.length[n]}, now)) return hit;
  return nullptr;
}

const FeedHit* Feed::probe(const Prefix& wanted, Timestamp now) const noexcept {
  const std::uint64_t h = hash_of(seed_, wanted);
  const auto tag = static_cast<std::uint32_t>(h >> 32);
  for (std::size_t i = h & prefix_index_.mask; prefix_index_.slots[i].item != 0; i = (i + 1) & prefix_index_.mask) {
    if (prefix_index_.slots[i].tag != tag) continue;
    const PrefixItem& item = prefixes_[prefix_index_.slots[i].item - 1];
    if (item.prefix == wanted && now < item.hit.expires) return &item.hit;
  }
  return nullptr;
}

const FeedHit* Feed::find_hash(std::uint64_t hash, bool below, Timestamp now) const noexcept {
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  const FeedHit* best = nullptr;
  for (std::size_t i = hash & name_index_.mask; name_index_.slots[i].item != 0; i = (i + 1) & name_index_.mask) {
    if (name_index_.slots[i].tag != tag) continue;
    const NameItem& item = names_[name_index_.slots[i].item - 1];
    if (item.hash != hash || (below && !item.tree) || now >= item.hit.expires) continue;
    if (best == nullptr || goes_before(item.hit, *best)) best = &item.hit;
  }
  return best;
}

const FeedHit* Feed::find_name(const NameSuffixes& suffixes, Timestamp now) const noexcept {
  for (unsigned n = 0; n < suffixes.count; ++n)
    if (const FeedHit* hit = find_hash(suffixes.hash[n], n > 0, now)) return hit;
  return nullptr;
}

// A fingerprint is no name's wire form (its first octet, 'q' or 't', would be a label too long for it), so that names
// and clients share one table.
const FeedHit* Feed::find_client(std::uint64_t hash, Timestamp now) const noexcept {
  return find_hash(hash, false, now);
}

std::size_t Feed::memory_octets() const {
  return (v4_map_.capacity() + v6_map_.capacity()) * sizeof(std::uint64_t) +
         v4_near_.capacity() * sizeof(std::uint32_t) +
         (prefix_index_.slots.capacity() + name_index_.slots.capacity()) * sizeof(Slot) +
         prefixes_.capacity() * sizeof(PrefixItem) + names_.capacity() * sizeof(NameItem);
}

}  // namespace lazaret
