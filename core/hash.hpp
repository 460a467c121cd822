// Keyed hashes for tables and names. The key is the run's Seed, so that nobody outside can aim at collisions.
// `mix` is for values of fixed size (addresses, accounts); `hash_octets` is SipHash-1-3 (Aumasson and Bernstein 2012,
// with one compression and three finishing rounds) for octets that a subscriber chooses, such as names.
// Ownership: values. Threads: pure. Identical on every machine, whatever its byte order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lazaret {

/// A bijection of `value` for each seed: two rounds of multiply and shift around the key, each with full avalanche.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t value) noexcept {
  std::uint64_t x = value ^ seed;
  x = (x ^ (x >> 32)) * 0xd6e8'feb8'6659'fd93ULL;
  x = (x ^ (x >> 32)) * 0xd6e8'feb8'6659'fd93ULL;
  x = (x ^ (x >> 32)) + std::rotl(seed, 29);
  x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
  return x ^ (x >> 31);
}

namespace hash_detail {

struct SipState {
  std::uint64_t a, b, c, d;
  constexpr void round() noexcept {
    a += b, b = std::rotl(b, 13), b ^= a, a = std::rotl(a, 32);
    c += d, d = std::rotl(d, 16), d ^= c;
    a += d, d = std::rotl(d, 21), d ^= a;
    c += b, b = std::rotl(b, 17), b ^= c, c = std::rotl(c, 32);
  }
};

/// Up to eight octets, the first one lowest; compilers make one load of a full word.
constexpr std::uint64_t little_endian(const std::uint8_t* p, std::size_t n) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < n; ++i) word |= std::uint64_t{p[i]} << (8 * i);
  return word;
}

}  // namespace hash_detail

/// SipHash-1-3 under a 128-bit key of two halves.
[[nodiscard]] constexpr std::uint64_t sip_hash_1_3(std::uint64_t key_low, std::uint64_t key_high,
                                                   std::span<const std::uint8_t> octets) noexcept {
  hash_detail::SipState s{key_low ^ 0x736f'6d65'7073'6575ULL, key_high ^ 0x646f'7261'6e64'6f6dULL,
                          key_low ^ 0x6c79'6765'6e65'7261ULL, key_high ^ 0x7465'6462'7974'6573ULL};
  const std::size_t whole = octets.size() & ~std::size_t{7};
  for (std::size_t i = 0; i < whole; i += 8) {
    const std::uint64_t word = hash_detail::little_endian(octets.data() + i, 8);
    s.d ^= word;
    s.round();
    s.a ^= word;
  }
  const std::uint64_t last =
      hash_detail::little_endian(octets.data() + whole, octets.size() - whole) | (std::uint64_t{octets.size()} << 56);
  s.d ^= last;
  s.round();
  s.a ^= last;
  s.c ^= 0xff;
  s.round();
  s.round();
  s.round();
  return s.a ^ s.b ^ s.c ^ s.d;
}

/// SipHash-1-3 under a key spread from `seed`.
[[nodiscard]] constexpr std::uint64_t hash_octets(std::uint64_t seed, std::span<const std::uint8_t> octets) noexcept {
  return sip_hash_1_3(seed, mix(seed, 0x6c61'7a61'7265'7400ULL), octets);
}

}  // namespace lazaret
