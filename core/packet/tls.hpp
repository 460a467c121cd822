// The first message of a TLS connection (RFC 8446, 4.1.2; the same in TLS 1.0 to 1.2): whom a client calls, and the
// JA4 fingerprint of its software (FoxIO's public description of JA4 TLS client fingerprinting, BSD-3-Clause; none of
// the other JA4+ methods are here). QUIC hides its hello and is not read, so that every fingerprint begins with t.
//
// A hello may be longer than its segment (hybrid key shares of post-quantum methods are), or be split over records, or
// be cut by a capture. What is whole is told: the server's name if it is; a fingerprint needs all of the hello.
// Ownership: spans borrow from the segment. Threads: pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lazaret {

/// A TCP payload that begins with a handshake record of TLS whose first message is a client's hello. One comparison for
/// nearly all that are not.
[[nodiscard]] constexpr bool starts_client_hello(std::span<const std::uint8_t> payload) noexcept {
  return payload.size() >= 6 && payload[0] == 22 && payload[1] == 3 && payload[5] == 1;
}

struct ClientHello {
  std::span<const std::uint8_t> server_name;  ///< as sent; of an encrypted hello (ECH) the outer one
  /// As of a DNS question for that name (name.hpp); 0 without a server name, or for one that is no host name.
  std::uint64_t name_hash = 0;
  std::uint64_t domain_hash = 0;
  std::span<const std::uint8_t> alpn;  ///< the first protocol offered
  bool ja4_complete = false;           ///< the whole hello was there
  std::array<char, 36> ja4{};          ///< t13d1516h2_8daaf6152771_e5627efa2ab1; all 0 unless complete

  [[nodiscard]] std::string_view ja4_text() const noexcept { return {ja4.data(), ja4_complete ? ja4.size() : 0}; }
};

/// Nothing unless the payload starts a client's hello, nor where lengths inside the hello contradict each other.
[[nodiscard]] std::optional<ClientHello> read_client_hello(std::span<const std::uint8_t> payload,
                                                           std::uint64_t seed) noexcept;

}  // namespace lazaret
