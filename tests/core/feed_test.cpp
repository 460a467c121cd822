// A feed answers as a plain list of its entries would, searched from one end to the other.
#include "core/intel/feed.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "core/hash.hpp"
#include "core/packet/dns.hpp"
#include "tests/laws/dice.hpp"

namespace lazaret {
namespace {

using laws::Dice;
using Wire = std::vector<std::uint8_t>;

constexpr Seed kSeed{77};

Wire wire(std::string_view dotted) {
  Wire name;
  while (!dotted.empty()) {
    const std::string_view label = dotted.substr(0, dotted.find('.'));
    name.push_back(static_cast<std::uint8_t>(label.size()));
    name.insert(name.end(), label.begin(), label.end());
    dotted.remove_prefix(std::min(dotted.size(), label.size() + 1));
  }
  name.push_back(0);
  return name;
}

FeedEntry prefix_entry(IpAddress a, unsigned length, double precision = 0.9, Timestamp expires = kNever) {
  FeedEntry e;
  e.category = FeedCategory::c2;
  e.prefix = {a, static_cast<std::uint8_t>(length)};
  e.precision = precision;
  e.expires = expires;
  return e;
}

FeedEntry name_entry(FeedKind kind, std::string_view name, double precision = 0.9, Timestamp expires = kNever) {
  FeedEntry e;
  e.kind = kind;
  e.name = wire(name);
  e.precision = precision;
  e.expires = expires;
  return e;
}

Feed built(const std::vector<FeedEntry>& entries) {
  auto result = Feed::build(entries, FeedLimits{}, kSeed);
  EXPECT_EQ(result.index(), 0U);
  return std::get<Feed>(std::move(result));
}

/// Heavier, then longer lasting, then earlier.
bool better(const FeedEntry& a, const FeedEntry& b) {
  const Score wa = weight_of_precision(a.precision), wb = weight_of_precision(b.precision);
  return wa != wb ? wa > wb : a.expires > b.expires;
}

std::optional<std::uint32_t> search(const std::vector<FeedEntry>& entries, IpAddress a, Timestamp now) {
  std::optional<std::uint32_t> best;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    const FeedEntry& e = entries[i];
    if (e.kind != FeedKind::prefix || now >= e.expires || !contains(e.prefix, a)) continue;
    const bool first = !best, longer = !first && e.prefix.length > entries[*best].prefix.length;
    const bool same = !first && e.prefix.length == entries[*best].prefix.length;
    if (first || longer || (same && better(e, entries[*best]))) best = i;
  }
  return best;
}

bool under(const Wire& name, const Wire& tree) {
  if (name.size() < tree.size()) return false;
  std::size_t start = 0;
  while (name.size() - start > tree.size()) start += name[start] + std::size_t{1};
  return std::equal(tree.begin(), tree.end(), name.begin() + static_cast<std::ptrdiff_t>(start), name.end());
}

std::optional<std::uint32_t> search(const std::vector<FeedEntry>& entries, const Wire& name, Timestamp now) {
  std::optional<std::uint32_t> best;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    const FeedEntry& e = entries[i];
    if (e.kind == FeedKind::prefix || now >= e.expires) continue;
    if (e.kind == FeedKind::name ? e.name != name : !under(name, e.name)) continue;
    const bool first = !best, longer = !first && e.name.size() > entries[*best].name.size();
    const bool same = !first && e.name.size() == entries[*best].name.size();
    if (first || longer || (same && better(e, entries[*best]))) best = i;
  }
  return best;
}

std::optional<std::uint32_t> entry_of(const FeedHit* hit) {
  return hit == nullptr ? std::nullopt : std::optional(hit->entry);
}

/// Few distinct values, so that prefixes nest, repeat and touch.
IpAddress some_address(Dice& dice) {
  const auto octet = [&] { return static_cast<std::uint32_t>(dice.below(3) * 0x55 + dice.below(2)); };
  const std::uint32_t v4 = octet() << 24 | octet() << 16 | octet() << 8 | octet();
  if (dice.chance(60)) return IpAddress::v4(v4);
  return {std::uint64_t{0x2001'0db8} << 32 | (dice.chance(50) ? v4 : 0), dice.chance(50) ? v4 : 0};
}

TEST(Feed, AnswersForAddressesAsAListWould) {
  for (unsigned seed = 1; seed <= laws::seeds(60); ++seed) {
    Dice dice(1000 + seed);
    const double precisions[] = {0.4, 0.6, 0.9, 0.999, 0.9999};
    std::vector<FeedEntry> entries;
    for (std::uint64_t n = dice.below(80); n > 0; --n) {
      const IpAddress a = some_address(dice);
      const auto length = static_cast<unsigned>(a.is_v4() && !dice.chance(5) ? 96 + dice.below(33) : dice.below(129));
      const Timestamp expires = dice.chance(50) ? kNever : Timestamp{dice.range(0, 10)};
      entries.push_back(prefix_entry(a, length, precisions[dice.below(5)], expires));
    }
    const Feed feed = built(entries);
    for (int n = 0; n < 500; ++n) {
      const IpAddress a = some_address(dice);
      const Timestamp now{dice.range(0, 11)};
      ASSERT_EQ(entry_of(feed.find(a, now)), search(entries, a, now)) << "seed " << seed << " look-up " << n;
    }
  }
}

TEST(Feed, AnswersForNamesAsAListWould) {
  for (unsigned seed = 1; seed <= laws::seeds(60); ++seed) {
    Dice dice(2000 + seed);
    const char* labels[] = {"a", "bb", "c", "com"};
    const auto some_name = [&](std::uint64_t labels_max) {
      std::string name = labels[dice.below(4)];
      for (std::uint64_t n = dice.below(labels_max); n > 0; --n) name += std::string(".") + labels[dice.below(4)];
      return name;
    };
    std::vector<FeedEntry> entries;
    for (std::uint64_t n = dice.below(60); n > 0; --n) {
      const FeedKind kind = dice.chance(50) ? FeedKind::name : FeedKind::name_tree;
      const Timestamp expires = dice.chance(50) ? kNever : Timestamp{dice.range(0, 10)};
      entries.push_back(
          name_entry(kind, some_name(kind == FeedKind::name ? 10 : 5), dice.chance(50) ? 0.9 : 0.6, expires));
    }
    const Feed feed = built(entries);
    for (int n = 0; n < 300; ++n) {
      const Wire name = wire(some_name(10));
      const Timestamp now{dice.range(0, 11)};
      ASSERT_EQ(entry_of(feed.find_name(suffixes_of(name, kSeed), now)), search(entries, name, now)) << "seed " << seed;
    }
  }
}

TEST(Feed, AWholeNamesHashIsThatOfTheDnsParser) {
  Wire query = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  const Wire name = wire("Bad.EXAMPLE.org");
  query.insert(query.end(), name.begin(), name.end());
  query.insert(query.end(), {0, 1, 0, 1});
  const auto question = parse_dns(query, kSeed.value);
  ASSERT_TRUE(question);
  const NameSuffixes suffixes = suffixes_of(wire("bad.example.org"), kSeed);
  ASSERT_EQ(suffixes.count, 3);
  EXPECT_EQ(question->name_hash, suffixes.hash[0]);
  EXPECT_EQ(suffixes.hash[1], hash_octets(kSeed.value, wire("example.org")));
  EXPECT_EQ(suffixes.hash[2], hash_octets(kSeed.value, wire("org")));
}

TEST(Feed, DeepNamesKeepTheWholeAndTheShortSuffixes) {
  const NameSuffixes s = suffixes_of(wire("a.b.c.d.e.f.g.h.i.j"), kSeed);
  ASSERT_EQ(s.count, kNameSuffixes);
  EXPECT_EQ(s.hash[1], hash_octets(kSeed.value, wire("d.e.f.g.h.i.j")));
  EXPECT_EQ(s.hash[7], hash_octets(kSeed.value, wire("j")));
}

TEST(Feed, WhatIsNoNameHasNoSuffixes) {
  const Wire wrong[] = {{}, {0}, {1}, {1, 'a'}, {2, 'a', 0}, {1, 'a', 0, 0}, {64, 'a', 0}, {0xc0, 12}, Wire(300, 1)};
  for (const Wire& name : wrong) EXPECT_EQ(suffixes_of(name, kSeed).count, 0);
  Wire longest;
  for (int i = 0; i < 127; ++i) longest.insert(longest.end(), {1, 'a'});
  longest.push_back(0);
  EXPECT_EQ(suffixes_of(longest, kSeed).count, kNameSuffixes);
}

TEST(Feed, WeightIsTheLogOddsUpToSixNats) {
  EXPECT_EQ(weight_of_precision(0.9), 143997);  // ln 9 = 2.197225 nats
  EXPECT_EQ(weight_of_precision(0.5), 0);
  EXPECT_EQ(weight_of_precision(0.1), 0);
  EXPECT_EQ(weight_of_precision(0.99999), 6 * kNat);
  EXPECT_EQ(weight_of_precision(1), 6 * kNat);
}

TEST(Feed, AnExpiredPrefixLeavesTheShorterOne) {
  const Feed feed = built({prefix_entry(IpAddress::v4(0xc6336400), 120, 0.6),
                           prefix_entry(IpAddress::v4(0xc6336407), 128, 0.9, Timestamp{10})});
  const IpAddress a = IpAddress::v4(0xc6336407);
  EXPECT_EQ(entry_of(feed.find(a, Timestamp{9})), 1U);
  EXPECT_EQ(entry_of(feed.find(a, Timestamp{10})), 0U);
  EXPECT_EQ(feed.find(IpAddress::v4(0xc6336507), Timestamp{9}), nullptr);
}

TEST(Feed, SaysWhatIsWrongAndWhere) {
  using Cause = FeedFault::Cause;
  const FeedEntry good = prefix_entry(IpAddress::v4(1), 128), name = name_entry(FeedKind::name, "a.b");
  FeedEntry rootless = name, root = name;
  rootless.name = {1, 'a'}, root.name = {0};
  const struct {
    std::vector<FeedEntry> entries;
    Cause cause;
  } cases[] = {
      {{good, prefix_entry({}, 129)}, Cause::bad_prefix},
      {{good, prefix_entry({}, 128, 0)}, Cause::bad_precision},
      {{good, prefix_entry({}, 128, 1)}, Cause::bad_precision},
      {{good, rootless}, Cause::bad_name},
      {{good, root}, Cause::bad_name},
      {{good, name_entry(FeedKind::name_tree, "a.b.c.d.e.f.g.h")}, Cause::deep_tree},
      {{good, good}, Cause::too_many_prefixes},
      {{name, name}, Cause::too_many_names},
  };
  for (const auto& c : cases) {
    const auto result = Feed::build(c.entries, {.prefixes = 1, .names = 1}, kSeed);
    ASSERT_EQ(result.index(), 1U);
    EXPECT_EQ(std::get<FeedFault>(result).cause, c.cause);
    EXPECT_EQ(std::get<FeedFault>(result).entry, 1U);
  }
}

TEST(Feed, AnEmptyOneHitsNothingAndALargeOneIsAffordable) {
  EXPECT_EQ(built({}).find(IpAddress::v4(0x01020304), {}), nullptr);
  EXPECT_EQ(built({}).find_name(suffixes_of(wire("a.b"), kSeed), {}), nullptr);
  Dice dice(1);
  std::vector<FeedEntry> entries;
  for (int i = 0; i < 100'000; ++i) entries.push_back(prefix_entry(IpAddress::v4(dice.word()), 128));
  const Feed feed = built(entries);
  EXPECT_LE(feed.memory_octets(), 100'000U * 80U);
  for (std::uint32_t i = 0; i < entries.size(); i += 997) EXPECT_NE(feed.find(entries[i].prefix.address, {}), nullptr);
}

}  // namespace
}  // namespace lazaret
