// What an intelligence feed is made of, and what it answers with.
// Ownership: values. Threads: none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/address.hpp"
#include "core/event.hpp"
#include "core/limits.hpp"
#include "core/time.hpp"

namespace lazaret {

enum class FeedCategory : std::uint8_t { c2, malware_download, sinkhole, drop, spam_source, other };
constexpr unsigned kFeedCategories = 6;

enum class FeedKind : std::uint8_t {
  prefix,
  name,       ///< exactly this name
  name_tree,  ///< this name and everything under it
  client,     ///< a TLS client by its JA4 fingerprint
};
/// Characters of a JA4 fingerprint.
constexpr std::size_t kClientOctets = 36;

struct FeedEntry {
  FeedKind kind = FeedKind::prefix;
  FeedCategory category = FeedCategory::other;
  Prefix prefix;  ///< of FeedKind::prefix; bits after its length are ignored
  /// Of names in wire form: length octets, labels, the root's zero. Of a client its fingerprint's characters.
  std::vector<std::uint8_t> name;
  double precision = 0.5;      ///< how often a hit means an infection, between 0 and 1
  Timestamp expires = kNever;  ///< no longer a hit from then on
};

struct FeedHit {
  Timestamp expires = kNever;
  Score weight = 0;         ///< what the hit adds to an account's log-odds
  std::uint32_t entry = 0;  ///< place in the span that the feed was built from
  FeedCategory category = FeedCategory::other;
};

/// ln(p / (1 - p)), from 0 (p of 0.5 or less speaks against nobody) to 6 nats.
[[nodiscard]] Score weight_of_precision(double precision);

/// How many suffixes of a name are looked up: the whole name, and those of seven labels down to one.
constexpr unsigned kNameSuffixes = 8;
struct NameSuffixes {
  std::array<std::uint64_t, kNameSuffixes> hash{};  ///< the whole name first, then ever shorter ones
  std::uint8_t count = 0;
};
/// Of a name in wire form, whose letters may have either case. Empty for what is no such name, and for the root.
[[nodiscard]] NameSuffixes suffixes_of(std::span<const std::uint8_t> name, Seed) noexcept;

struct FeedLimits {
  std::uint32_t prefixes = 1U << 20;
  std::uint32_t names = 1U << 20;
};

/// Why a feed cannot be built.
struct FeedFault {
  enum class Cause : std::uint8_t {
    too_many_prefixes,
    too_many_names,
    bad_prefix,     ///< longer than 128 bits
    bad_name,       ///< not in wire form, or the root
    bad_client,     ///< not 36 characters
    bad_precision,  ///< not between 0 and 1
    deep_tree,      ///< a FeedKind::name_tree of eight labels or more would never be looked up
  };
  Cause cause{};
  std::uint32_t entry = 0;  ///< the first entry that is at fault
};

}  // namespace lazaret
