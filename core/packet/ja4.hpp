// The JA4 fingerprint of a TLS client, from the lists of its hello. See tls.hpp for whose method this is.
// Ownership: values. Threads: none shared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lazaret {

/// Code points in the order of the hello, those of GREASE (RFC 8701) left out.
class CodePoints {
 public:
  /// More than a hello of kJudgedMost octets has.
  static constexpr std::size_t kMost = 768;

  void add(std::uint16_t value) noexcept {
    if ((value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff)) return;
    if (count_ == kMost)
      full_ = true;
    else
      values_[count_++] = value;
  }
  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::span<std::uint16_t> values() noexcept { return {values_.data(), count_}; }

 private:
  std::array<std::uint16_t, kMost> values_;  // only what was added is read
  std::size_t count_ = 0;
  bool full_ = false;
};

struct HelloLists {
  std::uint16_t version = 0;  ///< the highest of supported_versions, or the hello's own without that extension
  CodePoints ciphers, extensions, signature_algorithms;
  std::span<const std::uint8_t> alpn;  ///< the first protocol offered; may be empty
};

/// Of a hello over TCP. Sorts `lists`.
[[nodiscard]] std::array<char, 36> ja4(HelloLists& lists) noexcept;

}  // namespace lazaret
