// SHA-256 (FIPS 180-4) for fingerprints that others compute too; the core's own tables use hash.hpp. Octets may come in
// pieces. Ownership: values. Threads: none shared.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lazaret {

class Sha256 {
 public:
  using Digest = std::array<std::uint8_t, 32>;

  constexpr void add(std::span<const std::uint8_t> octets) noexcept {
    for (const std::uint8_t octet : octets) add(octet);
  }
  constexpr void add(std::uint8_t octet) noexcept {
    block_[length_ % kBlock] = octet;
    if (++length_ % kBlock == 0) compress();
  }

  /// Of all that was added; nothing may be added afterwards.
  [[nodiscard]] constexpr Digest finish() noexcept {
    const std::uint64_t bits = length_ * 8;
    add(0x80);
    while (length_ % kBlock != kBlock - 8) add(0);
    for (unsigned shift = 64; shift != 0; shift -= 8) add(static_cast<std::uint8_t>(bits >> (shift - 8)));
    Digest digest{};
    for (std::size_t i = 0; i < digest.size(); ++i)
      digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
    return digest;
  }

 private:
  static constexpr std::size_t kBlock = 64;
  using Word = std::uint32_t;

  /// 4.2.2: of the cube roots of the first 64 primes, 32 bits behind the point.
  static constexpr std::array<Word, 64> kRoots = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
      0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
      0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
      0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
      0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
      0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
      0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

  constexpr void compress() noexcept {
    std::array<Word, 64> w{};
    for (std::size_t t = 0; t < 16; ++t)
      w[t] =
          Word{block_[4 * t]} << 24 | Word{block_[4 * t + 1]} << 16 | Word{block_[4 * t + 2]} << 8 | block_[4 * t + 3];
    for (std::size_t t = 16; t < w.size(); ++t) {
      const Word a = w[t - 15], b = w[t - 2];
      w[t] = (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10) + w[t - 7] +
             (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) + w[t - 16];
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t t = 0; t < w.size(); ++t) {
      const Word one =
          h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) + kRoots[t] + w[t];
      const Word two = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + one;
      d = c, c = b, b = a, a = one + two;
    }
    const std::array<Word, 8> added = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < state_.size(); ++i) state_[i] += added[i];
  }

  /// 5.3.3: of the square roots of the first eight primes.
  std::array<Word, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, kBlock> block_{};
  std::uint64_t length_ = 0;
};

[[nodiscard]] constexpr Sha256::Digest sha256(std::span<const std::uint8_t> octets) noexcept {
  Sha256 hash;
  hash.add(octets);
  return hash.finish();
}

}  // namespace lazaret
