// Feeds for random streams, and the few names, addresses and clients that both a feed and a stream draw from.
// Ownership: values. Threads: pure.
#pragma once

#include <memory>
#include <string_view>

#include "core/intel/feed.hpp"
#include "tests/core/frames.hpp"
#include "tests/laws/dice.hpp"

namespace lazaret::laws {

constexpr std::uint32_t kListedV4 = 0xc613'0000;               ///< 24 hosts from here on may be on a feed
constexpr std::uint64_t kListedV6 = 0x2001'0db8'0bad'0000ULL;  ///< likewise
constexpr unsigned kListedNames = 12;                          ///< listed0.example, listed1.example, ...
constexpr unsigned kPopular = 5;                               ///< popular0.example, ...
constexpr unsigned kClients = 5;

/// Entries of every kind and category, some of them about to expire while a stream that begins at `begin` goes on.
[[nodiscard]] std::shared_ptr<const Feed> random_feed(Dice&, Seed, Timestamp begin);
/// The hello of a TLS client, one of `kClients` that a feed may know or a further one.
[[nodiscard]] frames::Octets client_of(unsigned client, std::string_view server_name);

}  // namespace lazaret::laws
